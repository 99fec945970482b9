"""The plan's use in an incident, judged from facts in the order of their times: versions, uses, roles, steps."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from projections.facts import Fact, FactsRow


class Use(NamedTuple):
    """A version of a plan in use: the activation, what ended it, None where it goes on, and the version's text.

    `text` is the first event that gave the version its text, None where none did.
    """

    plan_id: str
    version: str
    activated: Fact
    ended: Fact | None
    text: Fact | None

    def until(self, at: datetime) -> datetime:
        """Return when the use ended, at the latest `at`."""
        return at if self.ended is None else min(self.ended.at, at)

    @property
    def behind(self) -> list[int]:
        """Return the events from which it is known what the use asks for."""
        return [self.activated.event] if self.text is None else [self.text.event, self.activated.event]


class Spell(NamedTuple):
    """Someone's time in a role: who, what began it, what ended it (None: nothing did), and when."""

    person: str
    begun: Fact
    ended: Fact | None
    until: datetime | None

    def end(self, at: datetime) -> datetime:
        """Return when it ended, at the latest `at`."""
        return at if self.until is None else min(self.until, at)


class StepInUse(NamedTuple):
    """A planned step (None: nobody planned it), the use that first asked for it, and what was done about it."""

    name: str
    planned: Mapping[str, Any] | None
    use: Use | None
    facts: Sequence[Fact]

    def first(self, kind: str) -> Fact | None:
        """Return the first event of a type."""
        return next((fact for fact in self.facts if fact.type == kind), None)

    @property
    def settled(self) -> Fact | None:
        """Return what settled it: its first completion, else that it was first left out."""
        return self.first("step.completed") or self.first("step.skipped")

    @property
    def mandatory(self) -> bool:
        """Return whether the plan says that it must be done."""
        return self.planned is not None and self.planned.get("mandatory", True) is True

    @property
    def due(self) -> datetime | None:
        """Return the activation that first asked for it plus `within_minutes`, None where the plan sets no time."""
        minutes = None if self.planned is None else self.planned.get("within_minutes")
        if self.use is None or not isinstance(minutes, int):
            return None
        try:
            return self.use.activated.at + timedelta(minutes=minutes)
        except OverflowError:
            return None

    def overdue(self, at: datetime) -> bool:
        """Return whether it fell due while the plan was in use, before `at`, and is neither done nor left out."""
        return self.due is not None and self.use is not None and self.settled is None and self.due < self.use.until(at)


def uses(rows: Iterable[FactsRow], texts: Sequence[Fact]) -> list[Use]:
    """Return the uses of plans by the time of their activation; another version activated ends the one before."""
    named = {(fact.text("plan_id"), fact.text("version")): fact for fact in reversed(texts)}
    found = []
    for row in rows:
        begun: Fact | None = None
        for fact in row.told():
            same = begun is not None and fact.type == "plan.activated" and fact.text("version") == begun.text("version")
            if begun is not None and not same:
                found.append(_use(row.name, begun, fact, named))
            if not same:
                begun = fact if fact.type == "plan.activated" else None
        if begun is not None:
            found.append(_use(row.name, begun, None, named))
    return sorted(found, key=lambda use: (use.activated.at, use.activated.event))


def _use(plan: str, begun: Fact, ended: Fact | None, named: Mapping[tuple[str | None, str | None], Fact]) -> Use:
    version = begun.text("version") or ""
    return Use(plan, version, begun, ended, named.get((plan, version)))


def spells(facts: Iterable[Fact], at: datetime) -> list[Spell]:
    """Return who held a role and when, from its facts in the order of their times; several may hold it at once.

    A spell ends when its person lays the role down or hands it over; where neither is told, at the `until` set for it.
    """
    open_: dict[str, Fact] = {}
    found = []
    for fact in facts:
        leaver = fact.text({"role.released": "person", "role.handed_over": "from"}.get(fact.type, ""))
        taker = fact.text({"role.accepted": "person", "role.handed_over": "to"}.get(fact.type, ""))
        if leaver in open_:
            found.append(Spell(leaver, open_.pop(leaver), fact, fact.at))
        if taker is not None:
            open_.setdefault(taker, fact)
    for person, begun in open_.items():
        until = begun.time("until")
        found.append(Spell(person, begun, None, until if until is not None and until <= at else None))
    return sorted(found, key=lambda spell: (spell.begun.at, spell.begun.event))


def gaps(
    held: Iterable[tuple[datetime, datetime]], begun: datetime, ended: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the windows between `begun` and `ended` that no window of `held` covers."""
    found, free = [], begun
    for first, last in sorted(held):
        if first > free and free < ended:
            found.append((free, min(first, ended)))
        free = max(free, last)
    return [*found, (free, ended)] if free < ended else found


def steps(used: Sequence[Use], rows: Iterable[FactsRow]) -> list[StepInUse]:
    """Return the steps in the order of the plans, then those nobody planned.

    A step is judged by the use that first asked for it: a plan edited during the incident moves no due time.
    """
    told = {row.name: row.told() for row in rows}
    found: dict[tuple[str, str], StepInUse] = {}
    for use in used:
        for planned in [] if use.text is None else use.text.items("steps"):
            name = planned.get("plan_step", "")
            facts = [fact for fact in told.get(name, ()) if fact.text("plan_id") in {None, use.plan_id}]
            found.setdefault((use.plan_id, name), StepInUse(name, planned, use, facts))
    taken = {fact.event for step in found.values() for fact in step.facts}
    rest = {name: [fact for fact in facts if fact.event not in taken] for name, facts in told.items()}
    return [*found.values(), *(StepInUse(name, None, None, facts) for name, facts in rest.items() if facts)]
