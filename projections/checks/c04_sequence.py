"""C4, gapless sequence: what a numbering source sent is all there; what is missing is on record until it arrives."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from events.entry import SERVICE_SOURCE
from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.event import Event

DETECTED, FILLED = "ingest.gap_detected", "ingest.gap_filled"

OPEN = Rule(
    "gap_open",
    Severity.WARNING,
    Words(
        "The source {source} left out the numbers {first} to {last}; {missing} of these events never arrived.",
        "La source {source} a sauté les numéros {first} à {last} ; {missing} de ces événements ne sont jamais arrivés.",
    ),
    settled_by=FILLED,
)
CLOSED = Rule(
    "gap_filled",
    Severity.INFO,
    Words(
        "The source {source} left out the numbers {first} to {last}; all of them arrived later.",
        "La source {source} a sauté les numéros {first} à {last} ; tous sont arrivés plus tard.",
    ),
)
UNRECORDED = Rule(
    "gap_unrecorded",
    Severity.FAILURE,
    Words(
        "The source {source} jumps from number {before} to {number}, and the log has no record of the gap.",
        "La source {source} passe du numéro {before} au numéro {number} sans que le journal signale le trou.",
    ),
)
REPEATED = Rule(
    "number_repeated",
    Severity.FAILURE,
    Words(
        "The source {source} uses number {number} again, though no event of this number was missing.",
        "La source {source} réutilise le numéro {number}, alors qu’aucun événement de ce numéro ne manquait.",
    ),
)


@dataclass(slots=True)
class _Gap:
    """Numbers that a source left out, `first` to `last`; `filled`: those that arrived, by which record."""

    index: int
    first: int
    last: int
    filled: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Source:
    """What is known of a source; `judged`: whether any event of it is.

    `open`: the gaps not yet filled; `jumps`: all gaps on record, as (first, last); `missing`: numbers of them that a
    record says have arrived, until the event itself is taken.
    """

    last: int = 0
    numbered: bool = False
    judged: bool = False
    gaps: list[_Gap] = field(default_factory=list)
    open: list[_Gap] = field(default_factory=list)
    jumps: set[tuple[int, int]] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)


class GaplessSequence(Check):
    """Follows the records of gaps and, where the whole ledger is judged, the numbers themselves."""

    code = "C4"
    title = Words("Nothing is missing from what sources sent", "Il ne manque rien à ce que les sources ont envoyé")
    needs = Words("Sources that number their events.", "Des sources qui numérotent leurs événements.")
    rules = (OPEN, CLOSED, UNRECORDED, REPEATED)
    context = frozenset({DETECTED, FILLED})
    of_drills = True

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._sources: dict[str, _Source] = {}
        self._found: list[Finding] = []

    def take(self, event: Event) -> None:
        """Take a gap or its end from the ledger, a number from anyone else."""
        if event.source.startswith(SERVICE_SOURCE):
            if event.type in self.context:
                self._note(event)
            return
        source = self._of(event.source)
        source.judged |= not source.judged and self.ground.judges(event)
        if event.source_seq is not None:
            source.numbered = True
            if self.ground.incident is None:
                self._found += self._number(event, source, event.source_seq)

    def findings(self) -> Iterator[Finding]:
        """Yield the gaps of sources that posted in what is judged, and what the numbers say against the records."""
        yield from self._found
        for name, source in self._sources.items():
            if source.judged:
                yield from (self._told(name, gap) for gap in source.gaps)

    def lack(self) -> Words | None:
        """Say how many sources don't number their events."""
        judged = [source for source in self._sources.values() if source.judged]
        silent = sum(not source.numbered for source in judged)
        if not silent:
            return None
        return Words(
            f"{silent} of {len(judged)} sources don’t number their events, so what they left out can’t be seen.",
            f"{silent} des {len(judged)} sources ne numérotent pas leurs événements : "
            "ce qu’elles auraient omis ne se voit pas.",
        )

    def judged(self) -> bool:
        """Tell whether any source numbers its events."""
        return any(source.judged and source.numbered for source in self._sources.values())

    def _of(self, name: str) -> _Source:
        return self._sources.setdefault(name, _Source())

    def _note(self, event: Event) -> None:
        source = self._of(event.text("source") or "")
        if event.type == FILLED:
            number = event.value("sequence")
            if isinstance(number, int):
                source.missing.add(number)
                _fill(source, number, event.index)
            return
        first, got = event.value("expected"), event.value("got")
        if isinstance(first, int) and isinstance(got, int) and first < got:
            gap = _Gap(event.index, first, got - 1)
            source.gaps.append(gap)
            source.open.append(gap)
            source.jumps.add((gap.first, gap.last))

    def _number(self, event: Event, source: _Source, number: int) -> Iterator[Finding]:
        before = source.last
        source.last = max(before, number)
        if number > before + 1 and (before + 1, number - 1) not in source.jumps:
            yield self.found(UNRECORDED, [event.index], source=event.source, before=before, number=number)
        if number <= before and number not in source.missing:
            yield self.found(REPEATED, [event.index], source=event.source, number=number)
        source.missing.discard(number)

    def _told(self, source: str, gap: _Gap) -> Finding:
        missing = gap.last - gap.first + 1 - len(gap.filled)
        told: Facts = {"source": source, "first": gap.first, "last": gap.last}
        indexes = [gap.index, *sorted(gap.filled.values())]
        if missing:
            return self.found(OPEN, indexes, missing=missing, **told)
        return self.found(CLOSED, indexes, settled=indexes[-1], **told)


def _fill(source: _Source, number: int, index: int) -> None:
    for gap in source.open:
        if gap.first <= number <= gap.last:
            gap.filled.setdefault(number, index)
            if len(gap.filled) > gap.last - gap.first:
                source.open.remove(gap)
            return
