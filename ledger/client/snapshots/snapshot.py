"""A snapshot ready to be posted: what the file says, what the caller says, and what follows from the items."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from events.faults import Fault, Refused
from events.strict import JsonObject
from events.times import read_time
from ledger.client.failures import ClientError
from ledger.client.posting import render
from ledger.client.snapshots.moments import spell
from projections.reconciliation.snapshot import FORMAT, Header, read_header, read_item

_MOST_FAULTS = 20


class Unreadable(ClientError):
    """A snapshot can't be read, or its meaning is open. `faults`: with the file's line of each."""

    def __init__(self, faults: list[tuple[int, Fault]]) -> None:
        """Keep the faults; the first is the message."""
        super().__init__(faults[0][1].detail)
        self.faults = faults


class Placed(NamedTuple):
    """An item as a document, and the line of the file where it stands; `faults`: why it is none."""

    line: int
    document: JsonObject
    faults: tuple[Fault, ...] = ()


Items = Callable[[], Iterator[Placed]]
"""Reads the items, anew at each call."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller says of a snapshot, against which nothing in the file counts. None: nothing."""

    platform: str | None = None
    account: str | None = None
    kind: str | None = None
    taken_at: datetime | None = None
    window_from: datetime | None = None
    completeness: str | None = None
    captured_with: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is posted. `counts`: of the items, by kind; `notes`: what was left out of it, and why, in words."""

    header: Header
    counts: Mapping[str, int]
    items: Items
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Return how many items there are."""
        return sum(self.counts.values())

    def lines(self) -> Iterator[bytes]:
        """Yield the header and every item, reading the file again."""
        yield self.header.model_dump_json(exclude_none=True, by_alias=True).encode()
        for placed in self.items():
            yield render(placed.document)


def assemble(
    items: Items,
    said: JsonObject,
    asked: Asked,
    *,
    line: int,
    begins: datetime | None = None,
    notes: Sequence[str] = (),
) -> Snapshot:
    """Return the snapshot of `items`, all of them valid. Raises `Unreadable`; a fault of the header is told at `line`.

    `said`: members of the header as the file has them, or as its format implies. What the caller says goes before;
    what nobody says is a snapshot of an account, partial, whose window is from `begins`, or its oldest item, to then.
    """
    document: JsonObject = {"snapshot": FORMAT, "kind": "account", "completeness": "partial", **said}
    for name in ("platform", "account", "kind", "completeness", "captured_with"):
        if (value := getattr(asked, name)) is not None:
            document[name] = value
    if asked.taken_at is not None:
        document["taken_at"] = spell(asked.taken_at)
    is_open = asked.window_from is None and "window" not in document
    if asked.window_from is not None or is_open:
        begin = document.get("taken_at") if asked.window_from is None else spell(asked.window_from)
        document["window"] = {"from": begin, "to": document.get("taken_at")}
    header = _header(document, line)
    counts, oldest = _survey(header, items())
    if is_open and (begin := begins or oldest) is not None and begin < read_time(header.taken_at):
        header = _header({**document, "window": {"from": spell(begin), "to": header.taken_at}}, line)
    return Snapshot(header, counts, items, tuple(notes))


def _survey(header: Header, items: Iterator[Placed]) -> tuple[Counter[str], datetime | None]:
    """Return how many items of each kind there are, and when the oldest was made. Raises `Unreadable`."""
    counts, oldest, faults = Counter[str](), None, list[tuple[int, Fault]]()
    for placed in items:
        if wrong := _faults(header, placed):
            faults += [(placed.line, fault) for fault in wrong]
            if len(faults) >= _MOST_FAULTS:
                break
            continue
        counts[placed.document["kind"]] += 1
        made = placed.document.get("created_at") or placed.document.get("shown_at")
        if made is not None and (oldest is None or read_time(made) < oldest):
            oldest = read_time(made)
    if faults:
        raise Unreadable(faults)
    return counts, oldest


def _faults(header: Header, placed: Placed) -> tuple[Fault, ...]:
    if placed.faults:
        return placed.faults
    try:
        read_item(header, placed.document)
    except Refused as refused:
        return refused.faults
    return ()


def _header(document: JsonObject, line: int) -> Header:
    try:
        return read_header(document)
    except Refused as refused:
        raise Unreadable([(line, _with_option(fault)) for fault in refused.faults]) from None


def _with_option(fault: Fault) -> Fault:
    """Add to a fault of the header the option that would help."""
    name = fault.pointer.removeprefix("/").replace("_", "-")
    if name in {"platform", "account", "taken-at", "kind", "completeness"}:
        return Fault(fault.pointer, f"{fault.detail}. Give --{name}")
    return fault
