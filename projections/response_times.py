"""How fast people answered some comments: Kaplan–Meier quantiles with the unanswered counted, and response rates."""

from typing import Any, NamedTuple

import numpy as np

from events.visibility import Public
from projections.business_hours import Calendar, Times, business_micros
from projections.comment_states import spam, withdrawn
from projections.comment_table import NONE, CommentTable, Mask
from projections.shown import Figure, Shown, counted, figure
from projections.survival import kaplan_meier, quantile

_SECOND = 1_000_000
_RATES = (("1h", 1), ("24h", 24), ("72h", 72))
_HOUR = 3_600 * _SECOND


class Waits(Shown):
    """How long it took, in seconds: for all, those who still wait counted; and for those alone who needn't any more.

    A quantile is null, with an `explanation`, where too few have been served for the curve to come down so far. Half
    the comments have waited at least `median_seconds`; its 95 % interval is `median_low_seconds` to
    `median_high_seconds`.
    """

    median_seconds: Public[Figure]
    median_low_seconds: Public[float | None]
    median_high_seconds: Public[float | None]
    p90_seconds: Public[Figure]
    explanation: Public[str | None]
    survivors_median_seconds: Public[Figure]
    survivors_p90_seconds: Public[Figure]


class Rate(Shown):
    """The share answered in time, of those that are old enough to have had the time: `eligible`."""

    rate: Public[Figure]
    answered: Public[Figure]
    eligible: Public[Figure]


class Response(Shown):
    """How fast comments were answered. `asked` are those received without spam and what authors withdrew.

    `answered_before_received`: answers dated before their comment, which count as given at once. `unsigned`: first
    answers of which nobody said who gave them; they count as people's.
    """

    received: Public[Figure]
    spam: Public[Figure]
    withdrawn: Public[Figure]
    asked: Public[Figure]
    answered: Public[Figure]
    unanswered: Public[Figure]
    unsigned: Public[Figure]
    answered_before_received: Public[Figure]
    first_response: Public[Waits]
    rates: Public[dict[str, Rate]]
    acknowledgement: Public[Waits]


class Clock(NamedTuple):
    """The clock by which durations are taken, and the moment (µs since 1970) at which those still waiting are seen."""

    now: int
    calendar: Calendar | None

    def between(self, start: Times, end: Times) -> Times:
        """Return durations in µs, 0 where the end lies before the start."""
        return np.maximum(end - start, 0) if self.calendar is None else business_micros(self.calendar, start, end)


class Asked(NamedTuple):
    """Comments, drills left out, as columns: how long each waited for an answer, for a sign that people saw it, so far.

    `counts` leaves out spam and what was withdrawn; `early` are those answered before they came, by the clocks.
    """

    received: Times
    answered: Times
    label_event: Times
    seen_event: Times
    answer: Times
    seen: Times
    age: Times
    spam: Mask
    withdrawn: Mask
    counts: Mask
    early: Mask
    unsigned: Mask

    def part(self, of: Mask) -> "Asked":
        """Return those of them that a mask chooses."""
        places = np.flatnonzero(of)
        return Asked._make(column[places] for column in self)


def measure(table: CommentTable, clock: Clock) -> Asked:
    """Take the durations of all comments at once. What people answered they have seen, acknowledged or not."""
    at, now = table.column("at"), np.full(len(table), clock.now, dtype=np.int64)
    answered_at, acknowledged_at = table.column("answered_at"), table.column("acknowledged_at")
    answered, acknowledged = table.has("answered"), table.has("acknowledged")
    first = acknowledged & (~answered | (acknowledged_at <= answered_at))
    seen_event = np.where(first, table.column("acknowledged"), table.column("answered"))
    seen_at = np.where(first, acknowledged_at, answered_at)
    is_spam, is_withdrawn = spam(table), withdrawn(table)

    def lasted(had: Mask, until: Times) -> Times:
        durations = np.full(len(table), NONE, dtype=np.int64)
        durations[had] = clock.between(at[had], until[had])
        return durations

    return Asked(
        table.column("received"),
        table.column("answered"),
        table.column("label_event"),
        seen_event,
        lasted(answered, answered_at),
        lasted(seen_event != NONE, seen_at),
        clock.between(at, now),
        is_spam,
        is_withdrawn,
        ~is_spam & ~is_withdrawn,
        answered & (answered_at < at),
        table.column("answered_unsigned") == 1,
    )


def response(asked: Asked) -> dict[str, Any]:
    """Return the fields of a `Response` to comments."""
    had = asked.counts & (asked.answered != NONE)
    everything = np.ones(len(asked.received), dtype=np.bool_)
    return {
        "received": _counted(asked.received, everything),
        "spam": _counted(asked.label_event, asked.spam),
        "withdrawn": _counted(asked.received, asked.withdrawn),
        "asked": _counted(asked.received, asked.counts),
        "answered": _counted(asked.answered, had),
        "unanswered": _counted(asked.received, asked.counts & ~had),
        "unsigned": _counted(asked.answered, had & asked.unsigned),
        "answered_before_received": _counted(asked.answered, had & asked.early),
        "first_response": _waits(asked, asked.answer, asked.answered),
        "rates": {name: _rate(asked, hours * _HOUR) for name, hours in _RATES},
        "acknowledgement": _waits(asked, asked.seen, asked.seen_event),
    }


def _counted(events: Times, chosen: Mask) -> Figure:
    return counted(np.sort(events[chosen]))


def _waits(asked: Asked, durations: Times, events: Times) -> Waits:
    received, counts, had = asked.received, asked.counts, asked.counts & (durations != NONE)
    served = durations[had]
    curve = kaplan_meier(served, asked.age[counts & ~had])
    median, p90 = quantile(curve, 0.5), quantile(curve, 0.9)
    alone = np.sort(served)
    behind_alone = np.sort(np.concatenate([received[had], events[had]]))
    behind = np.sort(np.concatenate([behind_alone, received[counts & ~had]]))
    return Waits.model_construct(
        median_seconds=figure(_seconds(median.value), behind),
        median_low_seconds=_seconds(median.low),
        median_high_seconds=_seconds(median.high),
        p90_seconds=figure(_seconds(p90.value), behind),
        explanation=_explanation(len(served), int(counts.sum()), median.value, p90.value),
        survivors_median_seconds=figure(_seconds(_of_sorted(alone, 0.5)), behind_alone),
        survivors_p90_seconds=figure(_seconds(_of_sorted(alone, 0.9)), behind_alone),
    )


def _rate(asked: Asked, within: int) -> Rate:
    received, answers = asked.received, asked.answered
    eligible = asked.counts & (asked.age >= within)
    answered = eligible & (asked.answer != NONE) & (asked.answer <= within)
    of, number = np.sort(received[eligible]), np.sort(answers[answered])
    value = len(number) / len(of) if len(of) else None
    return Rate.model_construct(
        rate=figure(value, np.sort(np.concatenate([of, number]))), answered=counted(number), eligible=counted(of)
    )


def _of_sorted(durations: Times, part: float) -> int | None:
    """Return the smallest duration that at least `part` of all don't exceed."""
    return int(durations[max(int(np.ceil(part * len(durations))) - 1, 0)]) if len(durations) else None


def _seconds(duration: int | None) -> float | None:
    return None if duration is None else duration / _SECOND


def _explanation(served: int, of: int, median: int | None, p90: int | None) -> str | None:
    if p90 is not None:
        return None
    reached = "nine in ten" if median is not None else "half"
    return f"{served} of {of} so far: too few to say how long it takes until {reached} are served"
