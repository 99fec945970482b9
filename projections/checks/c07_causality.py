"""C7, order and causality: references point back, what ends had begun, and who must be another person was another.

The rules that the ledger enforces at the append (`events/rules.py`) are held against the log once more, since logs are
also written by other software, or were before there were rules.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from events.claims import Claims, Fact, Told, claims_of
from events.rules import RULES
from events.strict import JsonValue
from projections.checks.c07_rules import (
    ALONE,
    MISFIT,
    NO_SUCH_EVENT,
    PARENT_ELSEWHERE,
    PARENT_LATE,
    PARENT_SOON,
    REVIEWED,
    SAME_PERSON,
    UNFOUNDED,
    UNFOUNDED_HERE,
    UNKNOWN_PARENT,
)
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Words
from projections.checks.four_eyes import FourEyes
from projections.checks.ground import Ground
from projections.checks.parents import Parents
from projections.event import Event

_PERSONS = ("actor", "by", "owner", "approver")
_REFERRED = frozenset().union(*(types for rule in RULES.values() for types in rule.refers.values())) | {
    *("reply.drafted", "update.drafted"),
    *(f"preventive_action.{step}" for step in ("proposed", "assigned", "completed")),
}
"""The types of which a rule may ask later what they are, and whom they name."""
_OF_NO_MATTER, _UNKNOWN = Told("", {}), Told("custom.unknown", {})


class _Fault(NamedTuple):
    rule: Rule
    indexes: list[int]


class Causality(Check):
    """Follows every state that a rule knows, every object that something refers to, and who looked at removals."""

    code = "C7"
    title = Words("What happened has its causes before it", "Ce qui s’est passé a ses causes avant soi")
    needs = Words("References between events, and who acted.", "Les renvois entre événements, et qui a agi.")
    rules = (
        *(NO_SUCH_EVENT, MISFIT, UNFOUNDED, UNFOUNDED_HERE, SAME_PERSON, ALONE, REVIEWED),
        *(UNKNOWN_PARENT, PARENT_ELSEWHERE, PARENT_LATE, PARENT_SOON),
    )

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._facts: dict[bytes, Fact] = {}
        self._told: dict[int, Told] = {}
        self._taken = array("q")
        self._found: list[Finding] = []
        self._removals = FourEyes()
        self._parents = Parents()

    def take(self, event: Event) -> None:
        """Take an event: hold it against what was before, then remember what it changes."""
        judged = self.ground.judges(event)
        fields = {name: opening["value"] for name, opening in event.openings.items()}
        claims = claims_of(event.type, event.incident, fields)
        if claims is not None:
            if judged:
                self._found += [
                    self.found(fault.rule, fault.indexes, event.object, type=event.type)
                    for fault in self._faults(event, claims)
                ]
            self._facts.update((key, Fact(event.index, holds)) for key, holds in claims.changes.items())
        self._remember(event, fields)
        self._removals.take(event, asked=judged and self.ground.settings.four_eyes_on_removal)
        self._parents.take(event, self.ground.settings, judged=judged)

    def findings(self) -> Iterator[Finding]:
        """Yield what contradicts the log, who removed alone, and the references to what isn't there."""
        yield from self._found
        for removal in self._removals.alone():
            if removal.reviewed is None:
                yield self.found(ALONE, [removal.index], removal.subject)
            else:
                yield self.found(REVIEWED, [removal.index, removal.reviewed], removal.subject, removal.reviewed)
        unknown = UNKNOWN_PARENT if self.ground.incident is None else PARENT_ELSEWHERE
        for rule, by_kind in (
            (unknown, self._parents.unknown()),
            (PARENT_LATE, self._parents.late),
            (PARENT_SOON, self._parents.soon),
        ):
            for kind, indexes in sorted(by_kind.items()):
                yield self.found(rule, indexes, count=len(indexes), kind=kind)

    def _faults(self, event: Event, claims: Claims) -> Iterator[_Fault]:
        named = sorted(set(claims.references.values()))
        if any(index >= event.index for index in named):
            yield _Fault(NO_SUCH_EVENT, [event.index])
            return
        if any(claims.misfits(self._event)):
            yield _Fault(MISFIT, [event.index, *named])
        if any(claims.contradictions(self._facts.get)):
            unknown = self.ground.incident is not None and not any(key in self._facts for key in claims.states())
            yield _Fault(UNFOUNDED_HERE if unknown else UNFOUNDED, [event.index])
        if any(claims.same_persons(self._facts.get, self._event)):
            before = [index for index in claims.indexes(self._facts.get) if index < event.index]
            yield _Fault(SAME_PERSON, [event.index, *dict.fromkeys(before)])

    def _remember(self, event: Event, fields: Mapping[str, JsonValue]) -> None:
        if event.type in _REFERRED or event.type.startswith("custom."):
            self._told[event.index] = Told(event.type, {name: fields[name] for name in _PERSONS if name in fields})
        elif not self._taken or event.index > self._taken[-1]:
            self._taken.append(event.index)

    def _event(self, index: int) -> Told:
        """Return an event: of a type that fits nothing where no rule refers to such, one that always fits if unknown.

        What stands outside the incident, or was told by an exercise, is not known here and not held against anyone.
        """
        if (told := self._told.get(index)) is not None:
            return told
        place = bisect_left(self._taken, index)
        return _OF_NO_MATTER if place < len(self._taken) and self._taken[place] == index else _UNKNOWN
