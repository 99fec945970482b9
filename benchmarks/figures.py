"""What a measurement found: figures beside their ceilings, and the table that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach: its ratio to the ceiling, or the figure itself where `absolute`."""

    limit: float
    at_most: bool = False
    absolute: bool = False

    def met_by(self, value: float) -> bool:
        """Tell whether `value` is on the right side of the limit."""
        return value <= self.limit if self.at_most else value >= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, and what it is held against: `ceiling`, measured in the same run by the program `against`."""

    what: str
    measured: float
    unit: str
    against: str = ""
    ceiling: float | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """Return the measured value as a multiple of the ceiling."""
        return self.measured / self.ceiling if self.ceiling else None

    @property
    def met(self) -> bool | None:
        """Tell whether the target is met; None where there is none."""
        value = self.measured if self.target and self.target.absolute else self.ratio
        return self.target.met_by(value) if self.target and value is not None else None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one program, and a remark on how they were taken."""

    title: str
    figures: Sequence[Figure]
    remark: str = ""


class Style(StrEnum):
    """How tables are printed."""

    TABLE = "table"
    MARKDOWN = "markdown"


def show(report: Report, console: Console, style: Style) -> None:
    """Print the report as a table."""
    if style is Style.MARKDOWN:
        console.print(_markdown(report), markup=False, highlight=False, soft_wrap=True)
    else:
        console.print(_table(report))


def _table(report: Report) -> Table:
    table = Table(title=report.title, title_justify="left", caption=report.remark or None, caption_justify="left")
    table.add_column("what", overflow="fold")
    for name in ("measured", "ceiling", "ratio", "target", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in report.figures:
        table.add_row(*_cells(figure))
    return table


def _markdown(report: Report) -> str:
    lines = [
        f"**{report.title}**" + (f" ({report.remark})" if report.remark else ""),
        "",
        "| what | measured | against | ratio | target | |",
        "|---|--:|---|--:|--:|---|",
    ]
    for figure in report.figures:
        _, measured, ceiling, ratio, target, met = _cells(figure)
        against = f"{figure.against}: {ceiling}" if figure.against else ""
        lines.append(f"| {figure.what} | {measured} | {against} | {ratio} | {target} | {met} |")
    return "\n".join(lines) + "\n"


def _cells(figure: Figure) -> tuple[str, ...]:
    what = f"{figure.what}\n  against {figure.against}" if figure.against else figure.what
    ceiling = "" if figure.ceiling is None else _number(figure.ceiling, figure.unit)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x"
    met = {True: "met", False: "missed", None: ""}[figure.met]
    return what, _number(figure.measured, figure.unit), ceiling, ratio, _target(figure), met


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    sign = "<=" if figure.target.at_most else ">="
    limit = _number(figure.target.limit, figure.unit) if figure.target.absolute else f"{figure.target.limit:g} x"
    return f"{sign} {limit}"


def _number(value: float, unit: str) -> str:
    return f"{value:,.2f} {unit}" if abs(value) < 100 else f"{value:,.0f} {unit}"
