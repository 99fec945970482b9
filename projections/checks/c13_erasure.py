"""C13: whether what is gone is gone by law: requested, granted by another, under no hold, not criticism above all."""

from collections.abc import Iterator, Sequence

from projections.checks.c13_rules import (
    ALONE,
    BEYOND,
    ERASED_SHARE,
    HOLD_UNCLEAR,
    MISSING,
    NO_DECISION,
    NO_REQUEST,
    OUT_OF_PROPORTION,
    REFUSED,
    RULES,
    UNDER_HOLD,
    UNNAMED,
)
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Told, Words
from projections.checks.ground import Ground
from projections.checks.openness import Openness
from projections.checks.tombstones import DESTROYED, Tombstones, erased_fields
from projections.event import Event
from projections.holds import HOLDS, Hold, Holds, named_events
from projections.intervals import exact_ratio

_DECIDED, _REQUESTED = "subject.erasure_decided", "subject.erasure_requested"


class Erasure(Check):
    """Every destruction against what the log said before it, and every field that can't be opened against those."""

    code = "C13"
    title = Words("What is gone was erased by law", "Ce qui manque a été effacé par la loi")
    needs = Words(
        "All fields of the events, requests, decisions, holds and destructions.",
        "Tous les champs des événements, les demandes, décisions, conservations et destructions.",
    )
    rules = RULES
    context = frozenset({DESTROYED, _DECIDED, _REQUESTED, *HOLDS})

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing erased."""
        super().__init__(ground)
        self._holds, self._tombstones, self._openness = Holds(), Tombstones(), Openness()
        self._asked: dict[int, Event] = {}
        self._destroyed: set[int] = set()
        self._faults: list[tuple[frozenset[int], Finding]] = []
        self._own: set[int] = set()
        self._comments: dict[str, int] = {}
        self._moods: dict[str, str | None] = {}

    def take(self, event: Event) -> None:
        """Judge a destruction by what came before it; note what is open, what was said, and what forbids erasing."""
        self._openness.take(event)
        if self.ground.incident is None or event.incident == self.ground.incident:
            self._own.add(event.index)
        match event.type:
            case "comment.received":
                self._comments.setdefault(event.text("external_id") or "", event.index)
            case "sentiment.assessed":
                self._moods[event.text("target") or ""] = event.text("label")
            case "subject.erasure_requested" | "subject.erasure_decided":
                self._asked[event.index] = event
            case "legal_hold.placed" | "legal_hold.released":
                self._holds.take(event)
            case "key.destroyed" if event.index not in self._destroyed:
                self._destroy(event)

    def findings(self) -> Iterator[Finding]:
        """Yield what was erased against the law, what is missing without it, and the share that is gone."""
        yield from (finding for gone, finding in self._faults if not gone or not gone.isdisjoint(self._own))
        for index, type_, fields in self._openness.missing():
            lost = [name for name in fields if self._tombstones.by(index, name) is None]
            if lost:
                yield self.found(MISSING, [index], type=type_, count=len(lost))
        yield from self._share()

    def _destroy(self, event: Event) -> None:
        self._destroyed.add(event.index)
        self._tombstones.take(event)
        gone = frozenset(index for index, _ in erased_fields(event.value("scope")))
        for rule, by, facts in self._broken(event, gone):
            indexes = [event.index, *dict.fromkeys(by)]
            self._faults.append((gone, self.found(rule, indexes, None, None, **facts)))

    def _broken(self, event: Event, gone: frozenset[int]) -> Iterator[tuple[Rule, Sequence[int], dict[str, Told]]]:
        decision = self._asked.get(_index(event, "decision"))
        if decision is None or decision.type != _DECIDED:
            yield NO_DECISION, [], {}
        else:
            yield from self._decided(decision, gone, event)
        for hold in self._holds.standing():
            if held := self._held(hold, gone):
                yield UNDER_HOLD, [hold.index, *sorted(held & self._own)], {"count": len(held)}
            elif not hold.events and self.ground.incident is None:
                yield HOLD_UNCLEAR, [hold.index], {}

    def _held(self, hold: Hold, gone: frozenset[int]) -> frozenset[int]:
        """Return what a hold forbade to erase; of a whole ledger it isn’t kept what stands in which incident."""
        if hold.events or hold.incident is None:
            return frozenset(index for index in gone if hold.covers(index, None))
        return gone & self._own if hold.incident == self.ground.incident else frozenset()

    def _decided(
        self, decision: Event, gone: frozenset[int], event: Event
    ) -> Iterator[tuple[Rule, Sequence[int], dict[str, Told]]]:
        named, request = named_events(decision), self._asked.get(_index(decision, "request"))
        if decision.text("decision") not in {"granted", "partly_granted"}:
            yield REFUSED, [decision.index], {}
        if not named:
            yield UNNAMED, [decision.index], {}
        elif gone - named:
            yield BEYOND, [decision.index, *sorted((gone - named) & self._own)], {"count": len(gone - named)}
        subjects = [each.text("subject_hash") for each in (decision, event)]
        if request is None or request.type != _REQUESTED or _differ([request.text("subject_hash"), *subjects]):
            yield NO_REQUEST, [decision.index, *([] if request is None else [request.index])], {}
        elif _same_person(request, decision):
            yield ALONE, [decision.index, request.index], {}

    def _share(self) -> Iterator[Finding]:
        if not self._comments:
            return
        by = {name: self._tombstones.by(index, "text") for name, index in self._comments.items()}
        erased = {name for name, tombstone in by.items() if tombstone is not None}
        gone = sorted({tombstone for tombstone in by.values() if tombstone is not None})
        yield self.found(ERASED_SHARE, gone, part=len(erased), whole=len(by))
        judged = {name for name in by if self._moods.get(name) is not None}
        negative = {name for name in judged if self._moods[name] == "negative"}
        rest = judged - negative
        if not (negative and rest and erased & judged):
            return
        part, other = len(negative & erased), len(rest & erased)
        low = exact_ratio(part, len(negative), other, len(rest)).low
        if low > 1:
            told: dict[str, Told] = {"part": part, "whole": len(negative), "other": other, "others": len(rest)}
            comments = sorted(self._comments[name] for name in negative & erased)
            yield self.found(OUT_OF_PROPORTION, [*gone, *comments], None, None, low=round(low, 2), **told)


def _index(event: Event, field: str) -> int:
    value = event.value(field)
    return value if isinstance(value, int) else -1


def _differ(hashes: Sequence[str | None]) -> bool:
    """Tell whether known hashes name different people; one that was itself erased is held against nobody."""
    return len({each for each in hashes if each is not None}) > 1


def _same_person(request: Event, decision: Event) -> bool:
    asked, decided = request.actor, decision.actor
    return asked is not None and decided is not None and (asked.kind, asked.id) == (decided.kind, decided.id)
