"""Spells over time: who held which role when, as lanes of bars; what overlaps in a lane lies one below the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ledger.pages.charts.time_axis import Tick, TimeAxis

_HEADING, _BAR, _GAP, _AXIS = 18, 20, 4, 22
"""Pixels: above a lane's bars for its name, a bar, between bars, below the lanes for the times."""
_THIN = 0.4
"""Percent: a spell of seconds among hours is drawn as wide as the eye can see."""


class Spell(NamedTuple):
    """A time, None where it goes on, what is written in its bar, and its `kind`, which names how it is drawn."""

    begun: datetime
    ended: datetime | None
    text: str
    kind: str


class Lane(NamedTuple):
    """The spells of one thing."""

    name: str
    spells: Sequence[Spell]


class Bar(NamedTuple):
    """A spell as it is drawn: `x` and `width` in percent, `y` in pixels."""

    spell: Spell
    x: float
    width: float
    y: int


class DrawnLane(NamedTuple):
    """A lane as it is drawn; `y`: the foot of its name, in pixels."""

    name: str
    y: int
    bars: Sequence[Bar]


class SpellsChart(NamedTuple):
    """The chart: bars are 20 px high, the last 22 px of the `height` belong to the times."""

    lanes: Sequence[DrawnLane]
    ticks: Sequence[Tick]
    height: int


def spells_chart(lanes: Sequence[Lane], first: datetime, last: datetime) -> SpellsChart:
    """Return the chart of what lies between two times; spells outside are left out."""
    axis, y = TimeAxis.over(first, last), 0
    drawn = []
    for lane in lanes:
        told = sorted(
            spell for spell in lane.spells if spell.begun <= axis.last and (spell.ended or axis.last) >= first
        )
        tracks = _tracks(told, axis.last)
        bars = [_bar(spell, axis, y + _HEADING + track * (_BAR + _GAP)) for spell, track in tracks]
        drawn.append(DrawnLane(lane.name, y + 13, bars))
        y += _HEADING + (_BAR + _GAP) * (1 + max((track for _, track in tracks), default=0)) + _GAP
    return SpellsChart(drawn, axis.ticks(), y + _AXIS)


def _bar(spell: Spell, axis: TimeAxis, y: int) -> Bar:
    begun, ended = axis.place(spell.begun), axis.place(spell.ended or axis.last)
    width = max(ended - begun, _THIN)
    return Bar(spell, round(min(begun, 100 - width), 3), round(width, 3), y)


def _tracks(told: Sequence[Spell], last: datetime) -> list[tuple[Spell, int]]:
    """Return each spell with the first track that is free when it begins."""
    busy: list[datetime] = []
    found = []
    for spell in told:
        ended = spell.ended or last
        track = next((place for place, until in enumerate(busy) if until <= spell.begun), len(busy))
        busy[track : track + 1] = [ended]
        found.append((spell, track))
    return found
