"""Preventive actions of the whole ledger: proposed, accepted, assigned, completed, verified, or cancelled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

from projections.event import Event
from projections.instants import utc
from projections.projection import ObjectProjection, ObjectRow, RowKey, of_ledger

Doing = Literal["proposed", "accepted", "assigned", "completed", "verified", "cancelled"]
_WHO = {"proposed": "owner", "assigned": "owner", "accepted": "by", "completed": "by", "verified": "by"}
DONE: tuple[Doing, ...] = ("completed", "verified")


class ActionStep(NamedTuple):
    """What an `event` (its index) says was done about an action, and when.

    `who`: its owner from now on (proposed, assigned), else who did it: by the event's word, else by its actor.
    """

    event: int
    at: datetime
    did: Doing
    who: str | None = None
    due: datetime | None = None
    reason: str | None = None


class ActionRow(ObjectRow):
    """An action: what it is, for which cause, in which incident it was proposed, and all its steps as logged.

    States are read from the steps, whatever order they came in.
    """

    what: str | None = None
    root_cause: str | None = None
    kind: str | None = None
    incident: str | None = None
    steps: tuple[ActionStep, ...] = ()

    def of(self, *doings: Doing) -> list[ActionStep]:
        """Return the steps that are one of `doings`, in the order of the log."""
        return [step for step in self.steps if step.did in doings]

    @property
    def state(self) -> Doing:
        """Return the furthest it came. What was completed stays so, even if someone cancelled it as well."""
        did = {step.did for step in self.steps}
        order: tuple[Doing, ...] = ("verified", "completed", "cancelled", "assigned", "accepted")
        return next((doing for doing in order if doing in did), "proposed")

    @property
    def done(self) -> ActionStep | None:
        """Return the step by which it was done: the first completion, else the first verification, by their times."""
        for doing in DONE:
            if steps := self.of(doing):
                return min(steps, key=lambda step: (step.at, step.event))
        return None

    def owner(self, before: int | None = None) -> str | None:
        """Return the owner as last named, by events below the index `before` if given and if there are any."""
        named = self.of("proposed", "assigned")
        earlier = [step for step in named if before is None or step.event < before]
        return next((step.who for step in reversed(earlier or named) if step.who), None)

    def due(self, before: int | None = None) -> ActionStep | None:
        """Return the step that set the time when it is due: the last one, if possible below the index `before`."""
        setting = [step for step in self.steps if step.due is not None]
        earlier = [step for step in setting if before is None or step.event < before]
        return earlier[-1] if earlier else setting[0] if setting else None

    def open_at(self, moment: datetime) -> bool:
        """Tell whether it had been proposed by then, and neither been done nor cancelled."""
        begun = any(step.at <= moment for step in self.steps)
        return begun and not any(step.at <= moment for step in self.of("completed", "verified", "cancelled"))


_DID: dict[str, Doing] = {f"preventive_action.{doing}": doing for doing in Doing.__args__}  # type: ignore[attr-defined]


class PreventiveActions(ObjectProjection[ActionRow]):
    """One row an action, in no incident."""

    name = "preventive_actions"
    version = 1
    types = frozenset(_DID)
    row = ActionRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the action, as its own incident tells it, not as a link does; unless it is an exercise's."""
        return of_ledger(event, event.text("action_id"))

    def change(self, row: ActionRow, event: Event) -> ActionRow:
        """Add the step; the first proposal says what the action is."""
        did = _DID[event.type]
        acted = event.actor.id if event.actor and did not in {"proposed", "assigned"} else None
        who = event.text(_WHO.get(did, "")) or acted
        step = ActionStep(event.index, utc(event.moment), did, who, event.time_said("due"), event.text("reason"))
        changes: dict[str, Any] = {"steps": (*row.steps, step)}
        if did == "proposed" and not row.of("proposed"):
            changes |= {name: event.text(name) for name in ("what", "root_cause", "kind")} | {
                "incident": event.incident
            }
        return row.model_copy(update=changes)


PREVENTIVE_ACTIONS = PreventiveActions()
