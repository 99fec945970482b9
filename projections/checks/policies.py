"""Policies: which version of each was in force when a measure cited it, as the ledger tells it."""

from datetime import datetime
from typing import Literal, NamedTuple

from projections.event import Event

Standing = Literal["in_force", "unknown_policy", "no_version", "unknown_version", "not_yet", "superseded", "told_later"]


class Cited(NamedTuple):
    """How a cited version stands, by the event that published it or what replaced it, if one did."""

    standing: Standing
    by: int | None = None


class Policies:
    """Takes every `policy.published`, in the order of the log."""

    def __init__(self) -> None:
        """Begin without any."""
        self._published: dict[str, list[Event]] = {}

    def take(self, event: Event) -> None:
        """Take a version."""
        name = event.text("policy")
        if name is not None and event.text("version") is not None:
            self._published.setdefault(name, []).append(event)

    def cited(self, ref: str, by: Event) -> Cited:
        """Return how the version in `<policy>@<version>#<clause>` stood when the event `by` cited it."""
        name, _, version = ref.partition("#")[0].partition("@")
        versions = self._published.get(name)
        if versions is None:
            return Cited("unknown_policy")
        if not version:
            return Cited("no_version")
        own = [event for event in versions if event.text("version") == version]
        if not own:
            return Cited("unknown_version", versions[-1].index)
        begun = [event for event in own if _from(event) <= by.moment]
        if not begun:
            return Cited("not_yet", own[0].index)
        since = max(begun, key=_order)
        for other in versions:
            if other.index < by.index and _order(since) < _order(other) and _from(other) <= by.moment:
                return Cited("superseded", other.index)
        return Cited("in_force" if since.index < by.index else "told_later", since.index)


def _from(event: Event) -> datetime:
    return event.time_said("effective_from") or event.moment


def _order(event: Event) -> tuple[datetime, int]:
    return _from(event), event.index
