"""The survey before a bundle: everything is read, verified and judged once before a byte of it is signed for."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from ledger.core.manifest import Chain
from ledger.core.merkle import leaf_hash
from ledger.store.reads import Reads, StoredEvent
from ledger.web.case import Place, incident_case, ledger_case, places
from ledger.web.context import LEDGER, LEDGERS
from ledger.web.disclosure import erased_marks
from ledger.web.evidence.asked import Asked
from ledger.web.problems import STOPPED, Problem, bad_parameter
from ledger.web.proving import JUDGING, Proving
from ledger.web.rows_as_of import shared_indexes
from ledger.web.selection import first_accepted
from projections.checks.ground import Ground
from projections.checks.verdict import Judgement, Verdict
from projections.context import CONTEXT_TYPES
from projections.decisions import Decisions
from projections.event import Event
from projections.folding import fold_on
from projections.incidents import IncidentRow, Incidents
from projections.projection import RowKey
from projections.view import Retelling
from projections.views import VIEWS

Told = AsyncIterator[Sequence[tuple[StoredEvent, Event]]]
_INCIDENTS = Incidents()
_ACCESS = frozenset({"access", "auditor", "export"})
_AT_ONCE = 25
_REST_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. `span`: the part of the log asked for; `indexes`: the bundle's events, ascending, 8 bytes each.

    `linked`: which event brought those in that are not the incident's own; `context`: the types of those that are
    neither, by index. `retelling`: what the views of a whole incident need. `incidents`: as the span tells them.
    `readings`: who read and took away, indexes by type and role.
    """

    asked: Asked
    span: range
    indexes: Sequence[int]
    linked: Mapping[int, int]
    context: Mapping[int, str]
    chain: Chain | None
    ground: Ground
    verdict: Verdict
    decisions: Decisions
    retelling: Retelling | None
    incidents: Sequence[IncidentRow]
    readings: Mapping[tuple[str, str], Sequence[int]]


async def survey(request: web.Request, asked: Asked) -> Survey:
    """Read all that the bundle is made from. Raises `Problem` 503 where any of it contradicts the signed tree."""
    ledger = request[LEDGER]
    async with request.app[JUDGING], ledger.reads.unchanging() as reads:
        size = asked.head.size
        start = 0 if asked.since is None else await first_accepted(reads, asked.since, size)
        end = size if asked.until is None else await first_accepted(reads, asked.until, size)
        ground = Ground(asked.incident, size, asked.at, asked.since, asked.until)
        surveyor = _Surveyor(asked, range(start, max(start, end)), Proving(reads, ground, ledger.vkey), ground)
        told = ledger_case(reads, size) if asked.incident is None else await _case(reads, asked.incident, size)
        async for slice_ in told:
            for first in range(0, len(slice_), _AT_ONCE):
                await surveyor.take(slice_[first : first + _AT_ONCE])
                await asyncio.sleep(_REST_SECONDS if request.app[LEDGERS].busy else 0)
        return await surveyor.survey()


async def _case(reads: Reads, incident: str, size: int) -> Told:
    """Return the incident's case, and what the rows that its views share with others are made from."""
    found = await places(reads, incident, size)
    known = {place.index for place in found if place.linked_by is None}
    shared = {projection.name: projection for view in VIEWS for projection in view.shared}
    indexes = {index for index in await shared_indexes(reads, shared.values()) if index < size}
    more = [Place(index) for index in indexes - known]
    return incident_case(reads, incident, sorted([*found, *more], key=lambda place: place.order))


class _Surveyor:
    """Tells every event to whoever needs it: the proof, the checks, the views, the register, the list of contents."""

    def __init__(self, asked: Asked, span: range, proving: Proving, ground: Ground) -> None:
        self._asked, self._span, self._ground = asked, span, ground
        self._proving, self._judgement = proving, Judgement(ground)
        self._decisions = Decisions(asked.incident)
        self._retelling = None if asked.incident is None or asked.ranged else Retelling(VIEWS, asked.incident)
        self._own = array("q")
        self._linked: dict[int, int] = {}
        self._context: dict[int, str] = {}
        self._chain: Chain | None = None
        self._incidents: dict[RowKey, IncidentRow] = {}
        self._readings: dict[tuple[str, str], list[int]] = {}
        self._erased_by: dict[int, set[int]] = {}

    async def take(self, told: Sequence[tuple[StoredEvent, Event]]) -> None:
        """Take the next events, in the order in which they are told."""
        for stored, event in told:
            if event.linked_by is None or self._asked.incident is not None:
                await self._proving.take(stored)
            if self._judged(event):
                self._judgement.take(event)
            self._place(stored, event)
            for tombstone in erased_marks(stored).values():
                self._erased_by.setdefault(tombstone, set()).add(event.index)
        events = [event for _, event in told]
        if self._retelling is not None:
            self._retelling.take(events)
        self._decisions.find_measures(events)
        only = None if self._asked.incident is None else (self._asked.incident,)
        fold_on(_INCIDENTS, self._incidents, [event for event in events if event.index in self._span], only)

    async def survey(self) -> Survey:
        """Return what was found. Raises `Problem` where the proof lacks anything."""
        self._ground.integrity = await self._proving.integrity()
        if self._ground.integrity.faults:
            fault = self._ground.integrity.faults[0]
            where = "" if fault.at is None else f"index {fault.at}: "
            raise Problem(
                STOPPED,
                f"Nothing is signed over what contradicts the signed tree ({where}{fault.detail}). `ledgerd export` "
                "takes out what the ledger holds as it is, unsigned.",
            )
        linked = {index: by for index, by in self._linked.items() if index in self._span}
        context = {index: name for index, name in self._context.items() if index not in linked}
        indexes: Sequence[int] = self._span
        if self._asked.incident is not None:
            indexes = array("q", sorted({*self._own, *linked, *context}))
        self._require_tombstones(indexes)
        return Survey(
            self._asked,
            self._span,
            indexes,
            linked,
            context,
            self._chain,
            self._ground,
            self._judgement.verdict(),
            self._decisions,
            self._retelling,
            [self._incidents[key] for key in sorted(self._incidents)],
            self._readings,
        )

    def _require_tombstones(self, indexes: Sequence[int]) -> None:
        """Raise `Problem` 400 where something was erased by an entry that isn't in the bundle: who reads it can't tell.

        A bundle of an incident has all tombstones below its head.
        """
        if not self._erased_by:
            return
        held = indexes if isinstance(indexes, range) else frozenset(indexes)
        for tombstone, events in sorted(self._erased_by.items(), reverse=True):
            if tombstone not in held and not events.isdisjoint(held):
                name = "until" if tombstone < self._asked.head.size else "as_of"
                raise bad_parameter(
                    name, f"something here was erased by law by entry {tombstone}, which must be in the bundle as well"
                )

    def _judged(self, event: Event) -> bool:
        """Tell whether the verdict hears of an event: the rows that views share are made from more than that."""
        return self._asked.incident in {None, event.incident} or event.type in CONTEXT_TYPES

    def _place(self, stored: StoredEvent, event: Event) -> None:
        incident, here = self._asked.incident, event.index in self._span
        if event.type.partition(".")[0] in _ACCESS and event.linked_by is None and here:
            self._readings.setdefault((event.type, event.text("role") or ""), []).append(event.index)
        if incident is None:
            return
        if event.linked_by is not None:
            self._linked.setdefault(event.index, event.linked_by)
        elif event.incident != incident:
            self._context[event.index] = event.type
        elif here:
            self._own.append(event.index)
            self._chain = Chain(incident, event.seq or 0, leaf_hash(stored.entry))
