"""The density strip of a timeline, from the columns that are known of it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from events.times import read_time
from ledger.pages.charts.strip import MOODS, Drawn, Mood, Numbers, Strip, strip
from projections.instants import micros
from projections.timeline_table import Mask, TimelineTable

_MOOD_OF: Mapping[str, Mood] = MappingProxyType(
    {
        "positive": "positive",
        "praise": "positive",
        "neutral": "neutral",
        "question": "neutral",
        "negative": "negative",
        "complaint": "negative",
        "abuse": "negative",
        "threat": "negative",
    }
)
"""Labels of sentiments and classifications; a comment with any other, or none, has no known mood."""
_UPDATES = ("update.published", "update.corrected")
_MEASURES = ("comment.hidden", "comment.removed")
Span = tuple[int, int | None]


def strip_of(table: TimelineTable, known: Mask, chosen: tuple[int | None, int | None]) -> Strip | None:
    """Return the drawing of what is known; None where nothing of it is drawn."""
    at = table.column("at")
    drawn = Drawn(
        _moods(table, known),
        at[known & _typed(table, _UPDATES)],
        at[known & _typed(table, _MEASURES)],
        _surges(table.surges(known)),
        _blind(table.blind(known)),
    )
    return strip(drawn, chosen)


def _typed(table: TimelineTable, types: Sequence[str]) -> Mask:
    return np.isin(table.column("type"), [table.number(type_) for type_ in types])


def _moods(table: TimelineTable, known: Mask) -> Mapping[Mood, Numbers]:
    comments = known & _typed(table, ["comment.received"])
    at, said = table.column("at")[comments], table.said_of("sentiment", known)[comments]
    chosen: dict[Mood, Mask] = {
        mood: np.isin(said, [table.number(word) for word, of in _MOOD_OF.items() if of == mood])
        for mood in MOODS
        if mood != "unknown"
    }
    chosen["unknown"] = ~np.logical_or.reduce(list(chosen.values()))
    return {mood: at[mask] for mood, mask in chosen.items()}


def _surges(told: Sequence[tuple[int, str, str]]) -> list[Span]:
    """Return from when to when it was a surge, whatever the series; one that hasn't ended is open."""
    spans: list[Span] = []
    begun: dict[str, int] = {}
    for at, what, series in told:
        if what == "surge.detected":
            begun.setdefault(series, at)
        elif series in begun:
            spans.append((begun.pop(series), at))
    return [*spans, *((at, None) for at in begun.values())]


def _blind(told: Sequence[tuple[str, str | None, str | None]]) -> list[Span]:
    """Return from when to when a monitor was blind; a failure that no recovery came after is open."""
    ended = [(name, _at(begin), _at(end)) for name, begin, end in told if begin and end]
    failed = [(name, _at(begin)) for name, begin, end in told if begin and not end]
    still = [(at, None) for name, at in failed if not any(of == name and end >= at for of, _, end in ended)]
    return [*((begin, end) for _, begin, end in ended), *still]


def _at(time: str) -> int:
    return micros(read_time(time))
