"""What was done by the plan: its use, roles, steps, escalations, decisions."""

from projections.event import Event
from projections.facts import Facts, event_key
from projections.projection import RowKey

_OF_ESCALATION = frozenset({"escalation.acknowledged", "escalation.expired"})
_BY_THEMSELVES = {"escalation.raised": "escalation", "decision.recorded": "decision"}


class Mobilisation(Facts):
    """One row a plan in use, role, step, escalation or decision of an incident; roles outside any stand under ""."""

    name = "mobilisation"
    version = 1
    types = frozenset(
        {
            "plan.activated",
            "plan.deactivated",
            *(f"role.{verb}" for verb in ("assigned", "accepted", "handed_over", "released")),
            *(f"step.{verb}" for verb in ("started", "completed", "skipped", "overdue")),
            *_OF_ESCALATION,
            *_BY_THEMSELVES,
        }
    )

    def place(self, event: Event) -> RowKey | None:
        """Return the object: an escalation is known by the event that raised it."""
        if event.type in _BY_THEMSELVES:
            return RowKey(event.incident or "", event_key(_BY_THEMSELVES[event.type], event.index))
        if event.type in _OF_ESCALATION:
            raised = event.value("escalation")
            key = event_key("escalation", raised) if isinstance(raised, int) else None
        else:
            key = event.object
        return None if key is None else RowKey(event.incident or "", key)


MOBILISATION = Mobilisation()
