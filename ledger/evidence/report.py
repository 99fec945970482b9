"""The report of a bundle: one HTML document that needs nothing else, for the screen and for A4. Pure.

No script, nothing from elsewhere; what people wrote is escaped. The same facts give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ledger.core.manifest import LeftOut
from ledger.evidence.words import words

LISTED = 12
_LETTERS = 400
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure in the report's language: its value as text, its first events, how many they are."""

    name: str
    value: str
    indexes: Sequence[int]
    count: int


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """An event in the report: `told` are its visible fields, `marks` what happened to it later."""

    index: int
    time: str
    accepted: str
    late_seconds: str
    type: str
    told: Mapping[str, str]
    withheld: str
    marks: str
    linked_by: str


@dataclass(frozen=True, slots=True)
class AccessLine:
    """How often somebody in a role read or took away."""

    type: str
    role: str
    indexes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report says. What the manifest says too is as it stands there; `filter` holds None where not asked.

    `verdict`, `register`: as disclosed to the reader.
    """

    ledger: str
    origin: str
    vkey: str
    size: int
    root: str
    at: str
    role: str
    filter: Mapping[str, str | None]
    count: int
    linked: int
    context: int
    incidents: Sequence[Mapping[str, Any]]
    verdict: Mapping[str, Any]
    findings_omitted: int
    figures: Sequence[FigureLine] | None
    timeline: Sequence[TimelineLine]
    timeline_omitted: int
    register: Sequence[Mapping[str, Any]]
    register_omitted: int
    access: Sequence[AccessLine]
    left_out: Sequence[LeftOut]
    tool: str


def render_report(report: Report, lang: str) -> bytes:
    """Return the document in `en` or `fr`."""
    return _template().render(report=report, t=words(lang), lang=lang).encode()


def duration(seconds: float | None) -> str:
    """Return a time that passed as people say it: `2 h 05 min`."""
    if seconds is None:
        return "–"
    whole = round(abs(seconds))
    sign = "−" if seconds < 0 else ""
    if whole < _MINUTE:
        return f"{sign}{whole} s"
    if whole < _HOUR:
        return f"{sign}{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    if whole < _DAY:
        return f"{sign}{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"
    return f"{sign}{whole // _DAY} d {whole % _DAY // _HOUR:02d} h"


def short(text: str) -> str:
    """Return a text of at most some lines; the whole stands in the events."""
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"


def _listed(indexes: Sequence[int], count: int | None = None) -> str:
    """Return the first of some indexes; what is left unsaid shows as an ellipsis."""
    first = ", ".join(str(index) for index in indexes[:LISTED])
    return first + (" …" if (len(indexes) if count is None else count) > LISTED else "")


def _clock(text: str) -> str:
    """Return an RFC 3339 time to the second, with its zone."""
    day, _, rest = text.partition("T")
    return f"{day} {rest[:8]} {'UTC' if rest.upper().endswith('Z') else rest[-6:]}" if rest else text


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ledger.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"listed": _listed, "clock": _clock}
    return environment.get_template("report.html.jinja")
