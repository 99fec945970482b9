"""Which events of a timeline are asked for, told from the columns alone."""

from dataclasses import dataclass

import numpy as np

from projections.timeline_table import Column, Mask, TimelineTable


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What is asked for; None asks nothing. What the table's level may not see matches nothing.

    `type`: a type, or a family of them as `comment.*`; `actor`: an id, with or without its kind before a colon;
    `outcome`: the event's own, or the last of the comment that it brought; `since` and `until` (not included): µs, by
    the sources' clocks.
    """

    type: str | None = None
    lane: str | None = None
    actor: str | None = None
    role: str | None = None
    channel: str | None = None
    theme: str | None = None
    visibility: str | None = None
    outcome: str | None = None
    late: bool = False
    since: int | None = None
    until: int | None = None

    def matches(self, table: TimelineTable, known: Mask) -> Mask:
        """Return which of the `known` events are asked for."""
        mask: Mask = known & self._typed(table) & self._acted(table)
        columns: tuple[tuple[Column, str | None], ...] = (
            ("lane", self.lane),
            ("role", self.role),
            ("channel", self.channel),
            ("audience", self.visibility),
        )
        for column, word in columns:
            if word is not None:
                mask &= table.column(column) == table.number(word)
        if self.theme is not None:
            mask &= table.raising(self.theme, known)
        if self.outcome is not None:
            number = table.number(self.outcome)
            mask &= (table.column("outcome") == number) | (table.said_of("outcome", known) == number)
        return mask & self._timely(table)

    def _typed(self, table: TimelineTable) -> Mask:
        if self.type is None:
            return np.ones(len(table), dtype=np.bool_)
        column: Column = "family" if self.type.endswith(".*") else "type"
        return np.equal(table.column(column), table.number(self.type.removesuffix(".*")))

    def _acted(self, table: TimelineTable) -> Mask:
        if self.actor is None:
            return np.ones(len(table), dtype=np.bool_)
        kind, _, identity = self.actor.partition(":")
        mask: Mask = np.equal(table.column("actor"), table.number(self.actor))
        if identity:
            mask |= (table.column("actor") == table.number(identity)) & (table.column("kind") == table.number(kind))
        return mask

    def _timely(self, table: TimelineTable) -> Mask:
        mask, at = np.ones(len(table), dtype=np.bool_), table.column("at")
        if self.late:
            mask &= table.column("late") == 1
        if self.since is not None:
            mask &= at >= self.since
        if self.until is not None:
            mask &= at < self.until
        return mask
