"""What a new version allows that the one before did not: later deadlines, steps left out, wider allowances."""

from collections.abc import Iterator, Mapping
from typing import Any

from projections.checks.settings import Settings
from projections.event import Event

_ENTRIES = {
    "steps": ("plan_step", "within_minutes"),
    "service_levels": ("what", "within_minutes"),
    "escalation": ("level", "after_minutes"),
    "roles": ("role", None),
}
"""The lists of a plan that bind: what names an entry, and the field that says how soon."""
_WIDER = (
    "future_skew_seconds",
    "connector_grace_seconds",
    "snapshots_in_a_row",
    "snapshot_interval_seconds",
    "correct_within_hours",
    "outcome_within_hours",
    "due_grace_seconds",
    "witness_within_seconds",
)
"""Settings that allow more the greater they are."""


def binding(event: Event) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return what a version of a plan demands, by list and name; a list that isn't open is absent."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for field, (named, _) in _ENTRIES.items():
        entries = event.value(field)
        if isinstance(entries, list):
            found[field] = {str(entry.get(named)): entry for entry in entries if isinstance(entry, dict)}
    return found


def loosened_plan(
    before: Mapping[str, Mapping[str, Mapping[str, Any]]], after: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Iterator[str]:
    """Yield what the later version demands no longer, or less soon, as `<list>/<name>`."""
    for field, demanded in before.items():
        soon, now = _ENTRIES[field][1], after.get(field, {})
        for name, entry in demanded.items():
            if name not in now or _weaker(entry, now[name], soon):
                yield f"{field}/{name}"


def loosened_settings(before: Settings, after: Settings) -> Iterator[str]:
    """Yield the settings that allow more than before; lags are `loosened_lags`."""
    for name in _WIDER:
        if getattr(after, name) > getattr(before, name):
            yield name
    if before.four_eyes_on_removal and not after.four_eyes_on_removal:
        yield "four_eyes_on_removal"
    if set(before.opinion_codes) - set(after.opinion_codes):
        yield "opinion_codes"
    if before.approvers and (not after.approvers or set(after.approvers) - set(before.approvers)):
        yield "approvers"


def _weaker(before: Mapping[str, Any], after: Mapping[str, Any], soon: str | None) -> bool:
    if before.get("mandatory", True) is True and after.get("mandatory", True) is False:
        return True
    due, now = (entry.get(soon) if soon else None for entry in (before, after))
    return isinstance(due, int) and (not isinstance(now, int) or now > due)
