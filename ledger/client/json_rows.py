"""Rows of one JSON document: an array of events, or an object with them under `items` or `events`. In bounded memory.

The document is walked with the standard library's decoder, one value at a time, over text that is read as needed.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from events.envelope import MAX_EVENT_BYTES
from events.faults import Fault
from ledger.client.rows import Row, parse_row

_CHUNK = 1 << 16
_SPACE = re.compile(r"[ \t\n\r]+")
_DECODER = json.JSONDecoder()
_BEHIND_VALUE = frozenset(",:]} \t\n\r")
_LISTS = frozenset({"items", "events"})
# A value that is still incomplete at this length is no event; what it would take to hold it isn't spent.
_MOST = 4 * MAX_EVENT_BYTES


class _Broken(Exception):
    """The document can't be read any further."""


class _Text:
    """The part of the document in memory, how far it is read, and the line there."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._text, self._place, self._ended = "", 0, False
        self.line = 1

    def peek(self) -> str:
        """Return the next character that isn't space, empty at the end."""
        while True:
            if space := _SPACE.match(self._text, self._place):
                self._move(space.end())
            if self._place < len(self._text) or not self._more():
                return self._text[self._place : self._place + 1]

    def take(self, expected: str) -> str:
        """Read one of the characters in `expected`."""
        found = self.peek()
        if not found or found not in expected:
            raise _Broken(f"expected {' or '.join(expected)}")
        self._move(self._place + 1)
        return found

    def value(self) -> tuple[str, Any]:
        """Read one JSON value; return its text, and what it means loosely."""
        self.peek()
        while True:
            try:
                meaning, end = _DECODER.raw_decode(self._text, self._place)
            except (json.JSONDecodeError, RecursionError) as error:
                if not self._more():
                    raise _Broken(str(error)) from None
                continue
            # A number may go on in what isn't read yet: only what follows shows that it ends.
            if self._text[end : end + 1] in _BEHIND_VALUE or not self._more():
                break
        text = self._text[self._place : end]
        self._move(end)
        return text, meaning

    def _move(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _more(self) -> bool:
        """Read on, twice as much as is unread, so that a long value is not tried too often."""
        if self._ended or len(self._text) - self._place > _MOST:
            return False
        data = self._file.read(max(_CHUNK, 2 * (len(self._text) - self._place)))
        self._ended = not data
        try:
            self._text = self._text[self._place :] + self._decode(data, self._ended)
        except UnicodeDecodeError:
            raise _Broken("not UTF-8") from None
        self._place = 0
        return True


def read_json(file: BinaryIO) -> Iterator[Row]:
    """Yield a row for each event. What makes the document unreadable is the last row's fault: nothing follows it."""
    text = _Text(file)
    try:
        if text.peek() == "[":
            yield from _elements(text)
        else:
            yield from _members(text)
    except _Broken as broken:
        yield Row(text.line, {}, (Fault("", f"the document breaks off here: {broken}"),))


def _members(text: _Text) -> Iterator[Row]:
    text.take("{")
    found = False
    while text.peek() != "}":
        _, key = text.value()
        text.take(":")
        if key in _LISTS and text.peek() == "[":
            found = True
            yield from _elements(text)
        else:
            text.value()
        if text.peek() != "}":
            text.take(",")
    if not found:
        raise _Broken("expected a list of events, or an object with one under items or events")


def _elements(text: _Text) -> Iterator[Row]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        text.peek()
        line = text.line
        content, _ = text.value()
        yield parse_row(line, content.encode("utf-8", "replace"))
        if text.take(",]") == "]":
            return
