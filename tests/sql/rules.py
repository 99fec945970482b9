"""The rules that keep one SQL valid on PostgreSQL 15 to 18 and on Citus: functions from a statement to what breaks it.

Text, not a parser: a rule looks for the forbidden words, after comments and texts are taken out.
"""

import re
from collections.abc import Callable, Iterator

Rule = Callable[[str], Iterator[str]]

UNKEYED_QUERIES = frozenset({"ledgers"})  # the list of all ledgers is the one read that names none
APPEND_ONLY = frozenset({"entries", "tiles", "checkpoints"})
_FORBIDDEN = {
    r"\bMERGE\s+INTO\b": "MERGE",
    r"\bGROUPING\s+SETS\b": "GROUPING SETS",
    r"\bSERIALIZABLE\b": "SERIALIZABLE",
    r"\b(?:xmin|xmax|ctid)\b": "system columns",
    r"\bset_config\s*\(": "set_config()",
    r"\bconstraint_name\b": "branching on a constraint's name; branch on SQLSTATE",
    r"\bDECLARE\s+\w+[^;]*\bCURSOR\b|\bCURSOR\s+FOR\b": "cursors over all shards",
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?RULE\b": "rules",
    r"\b(?:CREATE\s+SEQUENCE|nextval|(?:big|small)?serial|AS\s+IDENTITY)\b": "sequences, which leave gaps",
    r"\bFOREIGN\s+KEY\b|\bREFERENCES\b": "foreign keys: cascades erase evidence",
    r"\bLOCK\s+TABLE\b": "table locks; the head row is the lock",
    r"\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(": "session-wide advisory locks",
    r"\b(?:uuid|timestamptz|jsonb|ledger\.\w+)\s*\[\]": "arrays of types that a driver looks up first",
}


def bare(statement: str) -> str:
    """Return the statement without comments and quoted texts; function bodies stay."""
    without_comments = re.sub(r"--[^\n]*|/\*.*?\*/", " ", statement, flags=re.DOTALL)
    return re.sub(r"'(?:[^']|'')*'", "''", without_comments)


def keys_begin_with_the_ledger(statement: str) -> Iterator[str]:
    """Rule 1: no uniqueness without ledger_id, first."""
    if not re.match(r"\s*(?:CREATE|ALTER)\b", statement, re.IGNORECASE):
        return
    keys = re.findall(r"\b(?:PRIMARY\s+KEY|UNIQUE)\s*\(\s*(\w+)", statement, re.IGNORECASE)
    keys += re.findall(r"\bUNIQUE\s+INDEX\b[^(]*\(\s*(\w+)", statement, re.IGNORECASE)
    keys += re.findall(
        r"^\s*(\w+)\s+\w+[^,()]*\b(?:PRIMARY\s+KEY|UNIQUE)\b(?!\s*\()", statement, re.IGNORECASE | re.MULTILINE
    )
    yield from (
        f"a key that begins with {key}, not ledger_id" for key in keys if key.lower() not in {"ledger_id", "create"}
    )
    if re.match(r"\s*CREATE\s+TABLE\b", statement, re.IGNORECASE) and not re.search(
        r"\bPRIMARY\s+KEY\b", statement, re.IGNORECASE
    ):
        yield "a table without a primary key"


def functions_take_one_ledger(statement: str) -> Iterator[str]:
    """Rule 3: schema-qualified, VOLATILE if plpgsql, the ledger's id a parameter of its own; triggers excepted."""
    made = re.match(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?FUNCTION\s+([\w.]+)\s*\(\s*(\w*)", statement, re.IGNORECASE)
    if not made:
        return
    if "." not in made[1]:
        yield f"{made[1]} isn't schema-qualified"
    if re.search(r"\bRETURNS\s+trigger\b", statement, re.IGNORECASE):
        return
    if made[2] != "p_ledger_id":
        yield f"the first parameter of {made[1]} isn't p_ledger_id"
    if re.search(r"\bplpgsql\b", statement) and not re.search(r"\bVOLATILE\b", statement):
        yield f"{made[1]} isn't declared VOLATILE"


def advisory_locks_only_order_the_queue(statement: str) -> Iterator[str]:
    """Rule 5: on Citus they exclude nothing across nodes, so the head row is locked as well."""
    if "advisory_xact_lock" in statement and not re.search(r"\bFOR\s+UPDATE\b", statement):
        yield "an advisory lock without the head row's"


def the_database_never_notifies(statement: str) -> Iterator[str]:
    """Rule 6, for migrations: NOTIFY is the application's, once a batch."""
    if re.search(r"\bpg_notify\b|^\s*NOTIFY\b", statement, re.IGNORECASE | re.MULTILINE):
        yield "NOTIFY inside the database"


def nobody_is_granted_rewriting(statement: str) -> Iterator[str]:
    """Rule 7: what is appended isn't updated, deleted or truncated."""
    grant = re.match(r"\s*GRANT\b(.*?)\bON\b(.*?)\bTO\b", statement, re.IGNORECASE | re.DOTALL)
    if grant and re.search(r"\b(?:UPDATE|DELETE|TRUNCATE|ALL)\b", grant[1], re.IGNORECASE):
        yield from (
            f"rewriting of {table} is granted"
            for table in re.findall(r"ledger\.(\w+)", grant[2])
            if table in APPEND_ONLY
        )
        if re.search(r"\bALL\s+TABLES\b", grant[2], re.IGNORECASE):
            yield "rewriting of all tables is granted"


def no_feature_that_doesn_t_distribute(statement: str) -> Iterator[str]:
    """Rules 1, 4, 5, 7 and 8: what is not used at all."""
    yield from (what for words, what in _FORBIDDEN.items() if re.search(words, statement, re.IGNORECASE))
    if re.search(r"\bUPDATE\b", statement, re.IGNORECASE) and re.search(
        r"\b(?:clock_timestamp|random)\s*\(", statement
    ):
        yield "clock_timestamp() or random() in an UPDATE"
    if re.search(r"\bSKIP\s+LOCKED\b", statement, re.IGNORECASE) and "ledger_id" not in statement:
        yield "SKIP LOCKED without ledger_id"


def queries_name_their_ledger(statement: str) -> Iterator[str]:
    """Rule 2, for queries: every statement says ledger_id = $n, inserts it first, or hands it to a function."""
    keyed = r"\bledger_id\s*=\s*\$\d|\bINTO\s+ledger\.\w+(?:\s+AS\s+\w+)?\s*\(\s*ledger_id\b|\bledger\.\w+\(\s*\$1\b"
    if re.search(r"\bledger\.\w+", statement) and not re.search(keyed, statement):
        yield "a statement that doesn't name its ledger"


SCHEMA: tuple[Rule, ...] = (
    keys_begin_with_the_ledger,
    functions_take_one_ledger,
    advisory_locks_only_order_the_queue,
    the_database_never_notifies,
    nobody_is_granted_rewriting,
    no_feature_that_doesn_t_distribute,
)
QUERY: tuple[Rule, ...] = (
    queries_name_their_ledger,
    advisory_locks_only_order_the_queue,
    no_feature_that_doesn_t_distribute,
)


def broken(statement: str, rules: tuple[Rule, ...]) -> list[str]:
    """Return what is wrong with one statement."""
    text = bare(statement)
    return [what for rule in rules for what in rule(text)]
