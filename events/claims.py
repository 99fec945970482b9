"""Claims: what one event's truth hangs on, drawn from its fields before it has a place, and held against the log."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, get_args, get_type_hints

import orjson
from pydantic import BaseModel, ValidationError

from events.actor import Actor, ActorField
from events.faults import Fault, pointer
from events.rules import RULES, Fields, Other, Rule, State, changes
from events.strict import JsonValue
from events.vocabulary import VOCABULARY
from events.vocabulary.fields import EventIndex
from events.vocabulary.payload import Payload

_NONE = Rule()
_MARK = id(get_args(EventIndex)[1])


@dataclass(frozen=True, slots=True)
class Fact:
    """The event that last changed a state, and whether the state holds since."""

    index: int
    holds: bool


class Told(NamedTuple):
    """An event of the log as far as a rule asks: its type and its open fields, the incident as `subject`."""

    type: str
    fields: Fields


def read_told(entry: bytes, openings: bytes | None) -> Told:
    """Read a stored event."""
    facts, opened = orjson.loads(entry), orjson.loads(openings) if openings else {}
    fields = {name: opening["value"] for name, opening in opened.items()}
    return Told(facts["type"], {**fields, "subject": facts["incident"]["id"]} if "incident" in facts else fields)


FindFact = Callable[[bytes], Fact | None]
FindEvent = Callable[[int], Told]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an event says of what was before it. `references` are the indexes it names, by pointer."""

    rule: Rule
    fields: Fields
    references: Mapping[str, int]
    changes: Mapping[bytes, bool]

    def states(self) -> Iterator[bytes]:
        """Yield the keys of all states whose facts `faults` may ask for."""
        states = [self.rule.needs, self.rule.once, *(other.than for other in self.rule.others)]
        for state in states:
            if isinstance(state, State):
                yield from state.keys(self.fields)

    def indexes(self, fact: FindFact) -> Iterator[int]:
        """Yield the indexes of all events that `faults` may ask for, some of which may not be there."""
        yield from (target for field in self.rule.refers if (target := self._target(field)) is not None)
        yield from (index for other in self.rule.others if (index := self._earlier(other, fact)) is not None)

    def faults(self, index: int, fact: FindFact, event: FindEvent) -> list[Fault]:
        """Return why the event can't be true at `index`, nothing where it can.

        `fact` knows what holds just before `index`, `event` every event before it.
        """
        missing = [Fault(place, "there is no such event yet") for place, at in self.references.items() if at >= index]
        return missing or [*self.misfits(event), *self.contradictions(fact), *self.same_persons(fact, event)]

    def misfits(self, event: FindEvent) -> Iterator[Fault]:
        """Yield the fields that refer to an event of another type than they may."""
        for field, types in self.rule.refers.items():
            target = self._target(field)
            if target is not None and not _fits(event(target).type, types):
                yield Fault(pointer("data", field), f"the event there is none of {', '.join(sorted(types))}")

    def contradictions(self, fact: FindFact) -> Iterator[Fault]:
        """Yield the states that must hold, or must not hold yet, and the log says otherwise."""
        rule = self.rule
        if rule.needs and (keys := rule.needs.keys(self.fields)):
            found = _first(keys, fact)
            if found is None or not found.holds:
                ended = f": the event at index {found.index} ended it" if found else ""
                yield Fault(_place(rule.needs.field), rule.needs.otherwise + ended)
        if rule.once and (found := _first(rule.once.keys(self.fields), fact)) and found.holds:
            yield Fault(_place(rule.once.field), f"already {rule.once.name}, by the event at index {found.index}")

    def same_persons(self, fact: FindFact, event: FindEvent) -> Iterator[Fault]:
        """Yield the fields that name the person of an earlier event, where it must be another."""
        for other in self.rule.others:
            index = self._earlier(other, fact)
            before = [] if index is None else _parties(event(index).fields, other.whose)[:1]
            for field, party in _parties(self.fields, other.names):
                if any(party.may_be(earlier) for _, earlier in before):
                    yield Fault(_place(field), f"{other.said}: see the event at index {index}")

    def _target(self, field: str) -> int | None:
        return self.references.get(pointer("data", field))

    def _earlier(self, other: Other, fact: FindFact) -> int | None:
        if isinstance(other.than, str):
            return self._target(other.than)
        found = _first(other.than.keys(self.fields), fact)
        return found.index if found and found.holds else None


def claims_of(type_: str, subject: str | None, fields: Fields) -> Claims | None:
    """Return what an event claims of what was before it, None where that is nothing."""
    rule, referring = RULES.get(type_), _referring(type_)
    if rule is None and not referring:
        return None
    named = fields if subject is None else {**fields, "subject": subject}
    references = dict(_indexes(fields, referring))
    if rule is None and not references:
        return None
    return Claims(rule or _NONE, named, references, changes(type_, named))


@lru_cache(maxsize=4096)
def _referring(type_: str) -> tuple[str, ...]:
    """Return the fields of a type that hold indexes of other events, somewhere within."""
    payload = VOCABULARY.get(type_)
    return () if payload is None else referring_fields(payload)


def referring_fields(payload: type[Payload]) -> tuple[str, ...]:
    """Return the wire names of the fields that hold an `EventIndex`. Every whole number within them is one."""
    hints = get_type_hints(payload, include_extras=True)
    fields = payload.model_fields.items()
    return tuple(field.alias or name for name, field in fields if _holds_index(hints[name]))


def _holds_index(hint: object) -> bool:
    if any(id(mark) == _MARK for mark in getattr(hint, "__metadata__", ())):
        return True
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return any(map(_holds_index, get_type_hints(hint, include_extras=True).values()))
    return any(map(_holds_index, get_args(hint)))


def _indexes(fields: Fields, referring: Iterable[str]) -> Iterator[tuple[str, int]]:
    for field in referring:
        yield from _numbers(fields.get(field), ("data", field))


def _numbers(value: JsonValue, steps: tuple[object, ...]) -> Iterator[tuple[str, int]]:
    if type(value) is int:
        yield pointer(*steps), value
    elif isinstance(value, dict | list):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(item, (*steps, step))


class _Party(NamedTuple):
    """Somebody, by the organisation's own name. A name in a field says nothing of its kind, an actor does."""

    kind: str | None
    id: str

    def may_be(self, other: "_Party") -> bool:
        return self.id == other.id and (self.kind == other.kind or None in {self.kind, other.kind})


def _parties(fields: Fields, names: Iterable[str]) -> list[tuple[str, _Party]]:
    """Return who is named, by field. An actor that is no person only passes on what the persons named beside it did."""
    found: list[tuple[str, _Party]] = []
    for name in names:
        value = fields.get(name)
        if name == "actor":
            actor = _actor(value)
            if actor is not None and (actor.kind == "person" or not found):
                found.append((name, _Party(actor.kind, actor.id)))
        elif isinstance(value, str):
            kind, _, identity = value.rpartition(":")
            found.append((name, _Party("person", identity) if kind == "person" else _Party(None, value)))
    return found


class _Acting(BaseModel):
    actor: ActorField


def _actor(value: JsonValue) -> Actor | None:
    try:
        return _Acting.model_validate({"actor": value}).actor
    except ValidationError:
        return None


def _first(keys: Iterable[bytes], fact: FindFact) -> Fact | None:
    return next((found for key in keys if (found := fact(key)) is not None), None)


def _fits(type_: str, types: frozenset[str]) -> bool:
    return type_ in types or type_.startswith("custom.")


def _place(field: str) -> str:
    return pointer(field) if field in {"subject", "actor"} else pointer("data", field)
