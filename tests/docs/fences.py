"""The fenced blocks of a Markdown page, by the name behind their language."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w+)[ ]([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fences(page: str) -> dict[str, str]:
    """Return every named block of a page: `name` → its text, the last newline included."""
    found = _FENCE.findall((ROOT / page).read_text())
    named = {name: text for _, name, text in found}
    assert len(named) == len(found), "two blocks have the same name"
    return named
