"""Measures: every hiding, removal, lock, block and their ends, with who and why, and what was brought against them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from projections.event import Event
from projections.instants import micros
from projections.projection import ObjectProjection, ObjectRow, RowKey, index_key


class Appeal(NamedTuple):
    """An appeal was received or decided (then with its outcome, reason and who decided): the `event` that says so."""

    event: int
    at: int
    appeal: str
    outcome: str | None = None
    by: str | None = None
    reason: str | None = None


class MeasureRow(ObjectRow):
    """One measure, end of a measure, or report. Times are µs since 1970.

    The hash of an author's id and the reason of a measure against an author are personal and not kept; `type` is None
    where only an appeal or a rule speaks of a measure that isn't there. `rule` is `rule_id@version`.
    """

    type: str | None = None
    at: int | None = None
    recorded: int | None = None
    actor: str | None = None
    target: str | None = None
    platform: str | None = None
    account: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    policy_ref: str | None = None
    scope: str | None = None
    expires_at: str | None = None
    label: str | None = None
    cascade: tuple[str, ...] = ()
    statement: dict[str, Any] | None = None
    notice_sent: bool | None = None
    appeal_url: str | None = None
    report_type: str | None = None
    rule: str | None = None
    appeals: tuple[Appeal, ...] = ()
    decisions: tuple[Appeal, ...] = ()
    exercise: bool = False


MEASURES_AND_ENDS = frozenset(
    {
        *(f"comment.{what}" for what in ("hidden", "unhidden", "removed", "restored", "labelled")),
        *(f"author.{what}" for what in ("warned", "muted", "blocked", "unblocked")),
        "thread.locked",
        "thread.unlocked",
        "reactions.limited",
    }
)
_ABOUT = {"appeal.received": "target_event", "appeal.decided": "target_event", "rule.auto_moderated": "action_event"}


class Measures(ObjectProjection[MeasureRow]):
    """One row a measure and incident, under the index of its event; appeals and rules add to the measure they name."""

    name = "measures"
    version = 1
    types = frozenset({*MEASURES_AND_ENDS, *_ABOUT, "report.received"})
    row = MeasureRow

    def keys(self, event: Event) -> Iterable[RowKey]:
        """Return the measure's own row, or that of the measure which an appeal or rule names."""
        if event.incident is not None:
            index = event.value(_ABOUT[event.type]) if event.type in _ABOUT else event.index
            if isinstance(index, int) and index >= 0:
                yield RowKey(event.incident, index_key(index))

    def change(self, row: MeasureRow, event: Event) -> MeasureRow:
        """Return the measure as taken, appealed, decided on, or said to be a rule's."""
        at = micros(event.moment)
        if event.exercise and event.type in _ABOUT:
            return row
        match event.type:
            case "appeal.received":
                appeal = Appeal(event.index, at, event.text("appeal_id") or "")
                return row.model_copy(update={"appeals": (*row.appeals, appeal)})
            case "appeal.decided":
                told = (event.text(name) for name in ("outcome", "by", "reason"))
                decision = Appeal(event.index, at, event.text("appeal_id") or "", *told)
                return row.model_copy(update={"decisions": (*row.decisions, decision)})
            case "rule.auto_moderated":
                return row.model_copy(update={"rule": f"{event.text('rule_id')}@{event.text('version')}"})
        return row.model_copy(update=_taken(event, at))


MEASURES = Measures()


def _taken(event: Event, at: int) -> dict[str, Any]:
    """Return what the event of a measure says, of fields that may not be erased."""
    author, report = event.type.startswith("author."), event.type == "report.received"
    cascade, statement, notice = (event.value(name) for name in ("cascade_ids", "statement_of_reasons", "notice_sent"))
    told: dict[str, Any] = {
        name: event.text(name)
        for name in ("target", "platform", "account", "reason_code", "policy_ref", "scope", "label", "appeal_url")
    }
    return told | {
        "type": event.type,
        "at": at,
        "recorded": micros(event.accepted),
        "actor": None if report or event.actor is None else str(event.actor),
        "reason": None if author or report else event.text("reason_text") or event.text("reason"),
        "expires_at": event.text("until") if author else event.text("expires_at"),
        "report_type": event.text("report_type"),
        "cascade": tuple(cascade) if isinstance(cascade, list) else (),
        "statement": statement if isinstance(statement, dict) else None,
        "notice_sent": notice if isinstance(notice, bool) else None,
        "exercise": event.exercise,
    }
