"""Post snapshots in the order in which they were taken; one that is unreadable or refused stops none of the others."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from events.faults import Fault
from events.strict import JsonObject, parse_object
from ledger.client.connection import Connection
from ledger.client.failures import Denied, Rejected, Unreachable
from ledger.client.posting import TRIES, wait_before
from ledger.client.progress import Tell
from ledger.client.snapshots.archive import Complain, Found, complain_of, read
from ledger.client.snapshots.pieces import Files
from ledger.client.snapshots.snapshot import Asked, Snapshot, Unreadable

_CREATED = 201


@dataclass(slots=True)
class Tally:
    """What became of the snapshots so far. `recorded`: the indexes of the observations that they brought."""

    posted: int = 0
    repeated: int = 0
    refused: int = 0
    items: int = 0
    recorded: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        return (
            f"{self.posted:,} snapshots posted with {self.items:,} items, {self.repeated:,} already there, "
            f"{self.refused:,} refused"
        )


class Replay:
    """Reads and posts what was found, one at a time. `complain` hears of every fault."""

    def __init__(self, files: Files, asked: Asked, complain: Complain, tell: Tell) -> None:
        """Take how snapshots are read; `tell` hears how many bytes are done."""
        self.tally = Tally()
        self._files, self._asked, self._complain, self._tell = files, asked, complain, tell
        self._last: Snapshot | None = None
        self._done = 0

    def snapshots(self, found: Iterable[Found]) -> Iterator[tuple[Found, Snapshot]]:
        """Yield each that can be read. What was left out of one is told, but no fault."""
        for each in found:
            try:
                snapshot = read(each, self._files, self._asked)
            except Unreadable as unreadable:
                self.tally.refused += 1
                complain_of(unreadable, each.piece.source, self._complain)
            else:
                for note in snapshot.notes:
                    self._complain(each.piece.source.name, each.piece.line, Fault("", note))
                yield each, snapshot
            self._done += each.piece.length
            self._tell(self._done)

    async def post(self, connection: Connection, found: Iterable[Found]) -> None:
        """Post all. Raises `Unreachable` where the service stays away, `Denied`; run again, it goes on from there."""
        for each, snapshot in self.snapshots(found):
            if self._last is not None and _says_the_same(self._last, snapshot):
                self.tally.repeated += 1
                continue
            try:
                status, answer = await _deliver(connection, snapshot)
            except Rejected as rejected:
                self.tally.refused += 1
                for fault in rejected.faults:
                    self._complain(each.piece.source.name, each.piece.line, fault)
            else:
                self._last = snapshot
                self._count(snapshot, answer, new=status == _CREATED)

    def _count(self, snapshot: Snapshot, answer: JsonObject, *, new: bool) -> None:
        if new:
            self.tally.posted += 1
            self.tally.items += snapshot.size
            self.tally.recorded.update(answer["events"])
        else:
            self.tally.repeated += 1


async def types_of(connection: Connection, indexes: set[int]) -> Counter[str]:
    """Return how many events of each type stand at these indexes; of none where the token may not read."""
    types: Counter[str] = Counter()
    if not indexes:
        return types
    query = {"format": "ndjson", "start": str(min(indexes))}
    try:
        async for line in connection.lines("events", query):
            event = parse_object(line)
            if event["index"] in indexes:
                types[event["entry"]["type"]] += 1
            if event["index"] >= max(indexes):
                break
    except Denied:
        return Counter()
    return types


def _says_the_same(before: Snapshot, after: Snapshot) -> bool:
    """Tell whether one moment was captured twice: as there is one page at a time, a second copy adds nothing."""
    one, other = before.header, after.header
    if other.kind != "page" or (one.platform, one.account, one.taken_at) != (
        other.platform,
        other.account,
        other.taken_at,
    ):
        return False
    return [placed.document for placed in before.items()] == [placed.document for placed in after.items()]


async def _deliver(connection: Connection, snapshot: Snapshot) -> tuple[int, JsonObject]:
    """Post a snapshot until it is answered: it is taken in once however often it is sent."""
    for tries in range(1, TRIES + 1):
        try:
            return await connection.post_document("snapshots", snapshot.lines())
        except Unreachable as trouble:
            if tries == TRIES:
                raise
            await wait_before(tries, trouble)
    raise AssertionError
