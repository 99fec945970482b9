"""Cut a SQL file into its statements."""

import re

# What may hold a semicolon that ends nothing: comments, strings, quoted names, dollar-quoted bodies; and the semicolon.
_TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/
    | \b[eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \$(\w*)\$.*?\$\1\$
    | (?P<end>;)
    """,
    re.DOTALL | re.VERBOSE,
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def statements(sql: str) -> list[str]:
    """Return the statements in order, each with its comments and without its final semicolon.

    Function bodies are dollar-quoted: `BEGIN ATOMIC` bodies and nested comments are not understood.
    """
    found, start = [], 0
    for token in _TOKEN.finditer(sql):
        if token["end"]:
            found.append(sql[start : token.start()])
            start = token.end()
    return [part.strip() for part in (*found, sql[start:]) if _COMMENT.sub("", part).strip()]
