"""What people read in a bundle: the table of the timeline, the register, the report, in bounded memory."""

from collections import deque
from collections.abc import Iterator, Sequence

import orjson

from events.entry import render_instant
from events.visibility import Visibility
from ledger.core import b64
from ledger.core.manifest import Manifest
from ledger.evidence.report import (
    LISTED,
    AccessLine,
    FigureLine,
    Report,
    TimelineLine,
    duration,
    short,
)
from ledger.web.evidence.figures import leading_figures
from ledger.web.evidence.survey import Survey
from ledger.web.formats import csv_row
from ledger.web.timeline_items import COLUMNS, Item, item_cells
from projections.decisions import statements
from projections.register import Measure
from projections.shown import disclosed
from projections.statements import StatementLine
from projections.view import Moment, Retelling

TIMELINE_COLUMNS = (COLUMNS[0], "incident", *COLUMNS[1:])
_HALF = 500
REGISTER_LINES = 1_000
FINDINGS = 500


class TimelineTable:
    """The lines of timeline.csv; the first and the last 500 of them are kept for the report."""

    def __init__(self, level: Visibility) -> None:
        """Begin before the first line."""
        self._level, self._first, self._last = level, list[TimelineLine](), deque[TimelineLine](maxlen=_HALF)
        self.count = 0

    def row(self, item: Item) -> bytes:
        """Return the line of an event."""
        cells = item_cells(item, self._level)
        self._keep(cells)
        return csv_row([cells[0], item.event.incident or "", *cells[1:]])

    @property
    def omitted(self) -> int:
        """Return how many lines between them were not kept."""
        return self.count - len(self.lines)

    @property
    def lines(self) -> Sequence[TimelineLine]:
        """Return the lines that were kept."""
        return [*self._first, *self._last]

    def _keep(self, cells: Sequence[object]) -> None:
        self.count += 1
        (self._first if self.count <= _HALF else self._last).append(_line(cells))


def decisions_table(measures: Sequence[Measure], level: Visibility) -> Iterator[bytes]:
    """Yield moderation_dsa.csv: the columns of the law's database, but for those that `level` may not see."""
    columns = [name for name, needed in StatementLine.visibility.items() if needed <= level]
    yield csv_row(columns)
    for line in statements(measures):
        yield csv_row([getattr(line, name) for name in columns])


def withheld_columns(level: Visibility) -> int:
    """Return how many columns moderation_dsa.csv lacks."""
    return sum(needed > level for needed in StatementLine.visibility.values())


def figure_lines(survey: Survey, retelling: Retelling) -> Iterator[FigureLine]:
    """Yield the leading figures of a whole incident; each view is rendered as it is reached."""
    asked = survey.asked
    moment = Moment(asked.incident or "", asked.head.size, asked.at)
    for leading, figure in leading_figures(retelling, moment, asked.level):
        value = duration(figure.value) if leading.unit == "seconds" else _number(figure.value)
        indexes = [int(index) for index in figure.indexes[:LISTED]]
        yield FigureLine(leading.words.by_language[asked.lang], value, indexes, figure.count)


def report_of(
    survey: Survey,
    manifest: Manifest,
    timeline: TimelineTable,
    measures: Sequence[Measure],
    figures: Sequence[FigureLine] | None,
) -> Report:
    """Return what the report says."""
    asked, verdict = survey.asked, survey.verdict
    return Report(
        ledger=manifest.ledger,
        origin=manifest.origin,
        vkey=manifest.vkey,
        size=manifest.size,
        root=b64.encode(manifest.root),
        at=render_instant(asked.at),
        role=manifest.role,
        filter={name: manifest.filter.get(name) for name in ("incident", "since", "until")},
        count=manifest.count,
        linked=manifest.linked,
        context=len(survey.context),
        incidents=[row.model_dump() for row in survey.incidents],
        verdict=disclosed(verdict.model_copy(update={"findings": verdict.findings[:FINDINGS]}), asked.level),
        findings_omitted=max(len(verdict.findings) - FINDINGS, 0),
        figures=figures,
        timeline=timeline.lines,
        timeline_omitted=timeline.omitted,
        register=[disclosed(measure, asked.level) for measure in measures[:REGISTER_LINES]],
        register_omitted=max(len(measures) - REGISTER_LINES, 0),
        access=list(_access(survey)),
        left_out=manifest.left_out,
        tool=manifest.tool,
    )


def _access(survey: Survey) -> Iterator[AccessLine]:
    """Yield the register of access; which role read is not for the public."""
    found: dict[tuple[str, str], list[int]] = {}
    for (type_, role), indexes in survey.readings.items():
        known = role if survey.asked.level >= Visibility.INTERNAL else ""
        found.setdefault((type_, known), []).extend(indexes)
    for type_, role in sorted(found):
        yield AccessLine(type_, role, sorted(found[type_, role]))


def _number(value: float | None) -> str:
    return "–" if value is None else str(round(value, 2))


def _line(cells: Sequence[object]) -> TimelineLine:
    cell = dict(zip(COLUMNS, cells, strict=True))
    fields = {name: value for name, value in orjson.loads(str(cell["fields"])).items() if name != "id"}
    told = {
        name: short(value if isinstance(value, str) else orjson.dumps(value).decode()) for name, value in fields.items()
    }
    late = cell["late_seconds"]
    return TimelineLine(
        int(str(cell["index"])),
        str(cell["time"] or cell["accepted_at"]),
        str(cell["accepted_at"]),
        f"{late:.0f}" if isinstance(late, float) else "",
        str(cell["type"]),
        told,
        str(cell["withheld"]),
        str(cell["marks"]),
        str(cell["linked_by"]),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
