"""Import a file: its rows become events, posted in order; every row is counted, and a bad one stops nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from events.envelope import read_event
from events.faults import Fault, Refused
from events.strict import JsonObject
from ledger.client.connection import Connection
from ledger.client.field_map import FieldMap
from ledger.client.posting import Answer, Line, deliver, render
from ledger.client.rows import Row

_SEGMENT_LINES, _SEGMENT_BYTES = 2000, 4 << 20

Complain = Callable[[int, Fault], None]
Finish = Callable[[JsonObject], JsonObject]


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    read: int = 0
    appended: int = 0
    repeated: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return (
            f"{self.read:,} read, {self.appended:,} appended, {self.repeated:,} already there, {self.refused:,} refused"
        )


class Importer:
    """Turns rows into lines to post, and counts the answers. `complain` hears of every fault, with the file's line."""

    def __init__(self, fields: FieldMap, complain: Complain, finish: Finish = dict) -> None:
        """Take how rows are read: `fields`, then `finish` on every event."""
        self.tally = Tally()
        self._fields, self._complain, self._finish = fields, complain, finish

    async def post(self, connection: Connection, rows: Iterator[Row]) -> None:
        """Post all rows. Raises `ClientError` where the service refuses as a whole, or stays away."""
        for segment in self._segments(rows):
            await deliver(connection, segment, self._hear)

    def check(self, rows: Iterator[Row]) -> None:
        """Check all rows against the vocabulary without posting any; what could be posted counts as read only."""
        for row, event in self._events(rows):
            try:
                read_event({"specversion": "1.0", **event})
            except Refused as refused:
                self._refuse(row.line, refused.faults)

    def _events(self, rows: Iterator[Row]) -> Iterator[tuple[Row, JsonObject]]:
        for row in rows:
            self.tally.read += 1
            if row.faults:
                self._refuse(row.line, row.faults)
            else:
                yield row, self._finish(self._fields.event(row.document))

    def _segments(self, rows: Iterator[Row]) -> Iterator[list[Line]]:
        """Yield the lines in portions that fit the memory: they are kept until each has its answer."""
        lines: list[Line] = []
        size = 0
        for row, event in self._events(rows):
            lines.append(Line(row.line, render(event)))
            size += len(lines[-1].content)
            if len(lines) == _SEGMENT_LINES or size >= _SEGMENT_BYTES:
                yield lines
                lines, size = [], 0
        if lines:
            yield lines

    def _hear(self, answer: Answer) -> None:
        if answer.faults:
            self._refuse(answer.line, answer.faults)
        elif answer.appended:
            self.tally.appended += 1
        else:
            self.tally.repeated += 1

    def _refuse(self, line: int, faults: tuple[Fault, ...]) -> None:
        self.tally.refused += 1
        for fault in faults:
            self._complain(line, fault)
