"""One check over a small log written by hand, and what it says in short."""

from collections.abc import Sequence

from projections.checks.check import Check
from projections.checks.ground import Ground
from projections.checks.verdict import Verdict, judge
from projections.context import CONTEXT_TYPES
from projections.linking import with_linked
from tests.projections.written import Written, hour, written

CRISIS = "crisis"
Short = tuple[str, str, tuple[int, ...], int | None]


def verdict(
    check: type[Check], lines: Sequence[Written], incident: str | None = CRISIS, hours: float = 1000
) -> Verdict:
    """The verdict of one check, so many hours after the beginning."""
    events = written(lines)
    own = [e for e in events if incident is None or e.incident == incident or e.type in CONTEXT_TYPES]
    told = with_linked(own, {event.index: event for event in events}.get)
    return judge(told, Ground(incident, len(events), hour(hours)), [check])


def judged(
    check: type[Check], lines: Sequence[Written], incident: str | None = CRISIS, hours: float = 1000
) -> list[Short]:
    """What a check found that matters: no plain information, but what was settled."""
    found = verdict(check, lines, incident, hours).findings
    return [
        (one.rule, one.severity.value, one.indexes, one.settled)
        for one in found
        if one.severity.value != "info" or one.settled is not None
    ]


def told(check: type[Check], lines: Sequence[Written], incident: str | None = CRISIS, hours: float = 1000) -> list[str]:
    """The rules of all findings, plain information too."""
    return [one.rule for one in verdict(check, lines, incident, hours).findings]


def lack(check: type[Check], lines: Sequence[Written], incident: str | None = CRISIS) -> str | None:
    """Why the check could not judge, in English."""
    [result] = verdict(check, lines, incident).checks
    return None if result.lack is None else result.lack["en"]


def comment(name: str, hours: float = 0, incident: str | None = CRISIS, **said: object) -> Written:
    """A comment was received."""
    fields = {"platform": "x", "account": "LigneClaire", "external_id": name, "text": "Toujours rien.", "author": "a-1"}
    return "comment.received", incident, hours, fields | said


def measure(what: str, name: str, hours: float = 1, **said: object) -> Written:
    """A measure, with all that it should say."""
    fields = {
        "actor": "person:tomas",
        "target": name,
        "reason_code": "abuse",
        "reason_text": "Insults.",
        "policy_ref": "rules@4#3",
        "scope": "page",
    }
    removal = {"cascade_ids": [], "statement_of_reasons": {"decision_facts": "…"}} if what == "comment.removed" else {}
    return what, CRISIS, hours, fields | removal | said


def snapshot(hours: float, **said: object) -> Written:
    """A snapshot of our account, complete."""
    window = {"from": hour(0).isoformat(), "to": hour(hours).isoformat()}
    fields = {"platform": "x", "account": "LigneClaire", "completeness": "complete", "window": window}
    return "snapshot.imported", None, hours, fields | said


def seen(what: str, hours: float, **said: object) -> Written:
    """Something that a snapshot showed."""
    fields = {"seen_at": hour(hours).isoformat(), "platform": "x", "account": "LigneClaire", "reconciliation_id": "r"}
    return what, CRISIS, hours, fields | said


def without(line: Written, *names: str) -> Written:
    """The same event with fields that are not there."""
    kind, incident, hours, fields = line
    return kind, incident, hours, {name: value for name, value in fields.items() if name not in names}
