"""What a crisis team must look at first: which clocks of which incidents have run out or soon will, the worst first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from events.strict import JsonObject
from ledger.pages.languages import said

SOON_SECONDS = 900
"""What is due within a quarter of an hour is told beforehand."""
_OVER = frozenset({"closed", "merged"})
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "escalation": said("Escalation not acknowledged"),
        "update": said("Next update"),
        "commitment": said("Promise"),
        "step": said("Step of the plan"),
    }
)
"""What runs out, in the order of what matters more where two are equally late."""


class Urgent(NamedTuple):
    """A clock of an incident. `left`: seconds until it runs out, negative once it has. `event`: what started it."""

    kind: str
    incident: str
    title: str
    name: str
    event: int
    due: str
    left: float


def urgent(incidents: Iterable[JsonObject], at: datetime) -> Sequence[Urgent]:
    """Return the clocks that have run out or will within a quarter of an hour `at` a time, the latest first.

    `incidents`: items of the overview, as their reader may see them.
    """
    found = [each for incident in incidents if incident["phase"] not in _OVER for each in _clocks(incident, at)]
    order = list(KINDS)
    return sorted(found, key=lambda each: (each.left, order.index(each.kind), each.incident, each.event))


def by_urgency(incidents: Iterable[JsonObject], at: datetime) -> Sequence[JsonObject]:
    """Return incidents, those whose clocks are latest first, then those with a surge, who wait longest, then by id."""

    def rank(incident: JsonObject) -> tuple[Any, ...]:
        lefts = [clock.left for clock in urgent([incident], at)]
        over = incident["phase"] in _OVER or incident["phase"] == "resolved"
        waiting = incident.get("waiting_since") or "9"
        return over, min(lefts, default=SOON_SECONDS), not incident["surges"], waiting, incident["incident"]

    return sorted(incidents, key=rank)


def _clocks(incident: JsonObject, at: datetime) -> Iterator[Urgent]:
    clocks, name = incident["clocks"], incident["incident"]
    running = {
        "update": [clocks["next_update"]] if clocks["next_update"] else [],
        "step": clocks["steps_overdue"],
        "commitment": clocks["commitments"],
        "escalation": clocks.get("escalations", []),
    }
    for kind, dues in running.items():
        for due in dues:
            if due["due"] is None:
                continue
            left = (datetime.fromisoformat(due["due"]) - at).total_seconds()
            if left < SOON_SECONDS:
                yield Urgent(kind, name, incident["title"] or name, due["name"], due["index"], due["due"], left)
