"""C7, order and causality: references point back, what ends had begun, and who must be another person was another.

The rules that the ledger enforces at the append (`events/rules.py`) are held against the log once more, since logs are
also written by other software, or were before there were rules.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from events.claims import Claims, Fact, Told, claims_of
from events.rules import MEASURES
from events.strict import JsonValue
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.four_eyes import FourEyes
from projections.checks.ground import Ground
from projections.checks.parents import Parents
from projections.event import Event

NO_SUCH_EVENT = Rule(
    "reference_to_later_event",
    Severity.FAILURE,
    Words(
        "An event of type {type} refers to an event that did not exist yet.",
        "Un événement de type {type} renvoie à un événement qui n’existait pas encore.",
    ),
)
MISFIT = Rule(
    "reference_to_other_type",
    Severity.FAILURE,
    Words(
        "An event of type {type} refers to an event of a type that it can’t be about.",
        "Un événement de type {type} renvoie à un événement d’un type dont il ne peut parler.",
    ),
)
UNFOUNDED = Rule(
    "unfounded",
    Severity.FAILURE,
    Words(
        "An event of type {type} ends or changes something that, by the log, was not so then.",
        "Un événement de type {type} met fin à ce qui, selon le journal, n’était pas le cas.",
    ),
)
UNFOUNDED_HERE = Rule(
    "unfounded_in_incident",
    Severity.WARNING,
    Words(
        "An event of type {type} ends or changes something of which the incident’s events tell no beginning.",
        "Un événement de type {type} met fin à ce dont les événements de l’incident ne disent pas le début.",
    ),
)
SAME_PERSON = Rule(
    "same_person",
    Severity.FAILURE,
    Words(
        "An event of type {type} needs another person than the one who acted before, and it was the same.",
        "Un événement de type {type} demande une autre personne que celle qui a agi avant, et c’était la même.",
    ),
)
ALONE = Rule(
    "removed_alone",
    Severity.WARNING,
    Words(
        "During an open incident a person removed a comment, and no other person is on record as having looked at it.",
        "Pendant un incident ouvert, une personne a retiré un commentaire sans qu’aucune autre ne soit consignée "
        "comme l’ayant examiné.",
    ),
    settled_by="note.added",
)
REVIEWED = Rule(
    "removed_then_reviewed",
    Severity.INFO,
    Words(
        "During an open incident a person removed a comment alone; another looked at it only afterwards.",
        "Pendant un incident ouvert, une personne a retiré seule un commentaire ; une autre ne l’a examiné qu’après.",
    ),
)
UNKNOWN_PARENT = Rule(
    "unknown_parent",
    Severity.WARNING,
    Words(
        "Events that speak of something ({kind}) that the ledger never received: {count}.",
        "Événements qui parlent d’un objet ({kind}) que le registre n’a jamais reçu : {count}.",
    ),
)
PARENT_ELSEWHERE = Rule(
    "parent_outside_incident",
    Severity.INFO,
    Words(
        "Events that speak of something ({kind}) that is not among the incident’s events: {count}.",
        "Événements qui parlent d’un objet ({kind}) absent des événements de l’incident : {count}.",
    ),
)
PARENT_LATE = Rule(
    "parent_later",
    Severity.WARNING,
    Words(
        "Events that stand before what they speak of ({kind}), by more than it may be late: {count}.",
        "Événements consignés avant ce dont ils parlent ({kind}), au-delà du retard permis : {count}.",
    ),
)
PARENT_SOON = Rule(
    "parent_a_little_later",
    Severity.INFO,
    Words(
        "Events that stand shortly before what they speak of ({kind}): {count}.",
        "Événements consignés juste avant ce dont ils parlent ({kind}) : {count}.",
    ),
)
_PERSONS = ("actor", "by", "owner", "approver")


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
        self._told[event.index] = _slim(event.type, fields)
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

    def _event(self, index: int) -> Told:
        # What stands outside the incident is not known here, and not held against anyone: a type that always fits.
        return self._told.get(index) or Told("custom.unknown", {})


def _slim(type_: str, fields: Mapping[str, JsonValue]) -> Told:
    """Return what rules ask of an earlier event: its type, and the persons that it names where they matter."""
    if type_ not in _NAMING:
        return _BARE.setdefault(type_, Told(type_, {}))
    return Told(type_, {name: fields[name] for name in _PERSONS if name in fields})


_BARE: dict[str, Told] = {}
_NAMING = MEASURES | {
    "reply.drafted",
    "update.drafted",
    "preventive_action.proposed",
    "preventive_action.assigned",
    "preventive_action.completed",
}
