"""Texts and times as they are compared: what only markup, white space or fractions of a second tell apart is the same.

Pages re-render their texts (`&#39;` for an apostrophe, `<br />` for `<br>`, another indentation), and editors of status
pages lose the milliseconds of a time: nobody's words changed by that.
"""

import html
import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256

_MARKUP = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?:\s[^<>]*)?/?>", re.DOTALL)
# fmt: off
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
# fmt: on
_PASSES = 4  # a text escaped twice, by a page and by its feed, is unescaped twice; nobody escapes it more often


def normalised(text: str) -> str:
    """Return a text without markup and character references, its white space collapsed, in NFC.

    Tags that begin or end a line, a paragraph or a cell part words, all others don't. A `<` that begins no tag stays.
    """
    before = None
    for _ in range(_PASSES):
        if text == before or not ("<" in text or "&" in text):
            break
        before, text = text, html.unescape(_MARKUP.sub(_space_or_nothing, text))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def text_digest(text: str) -> str:
    """Return the hex SHA-256 of a normalised text's UTF-8. Two texts that say the same have the same."""
    return sha256(normalised(text).encode()).hexdigest()


def to_the_second(at: datetime) -> datetime:
    """Return a time in UTC without fractions of a second."""
    return at.astimezone(UTC).replace(microsecond=0)


def _space_or_nothing(tag: re.Match[str]) -> str:
    name = tag[2]
    return "" if name is None or name.lower() in _INLINE else " "
