"""Moderation: every measure with its reason, how often which were taken, and whether criticism was hit harder."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from events.visibility import Internal, Public
from projections.comment_table import CommentTable, Mask
from projections.comments import ContentRow
from projections.hits import Bias, Hits, Part, bias
from projections.intervals import clopper_pearson
from projections.measures import MEASURES, MeasureRow
from projections.register import Entry, Measure, automatic, has_reason, is_end, register, shown_measure
from projections.shares import Share, share
from projections.shown import Figure, Shown, counted, figure
from projections.statements import StatementLine, is_decision, statement_line
from projections.themes import THEMES, by_place, resolved
from projections.view import Moment, Query, Rows, View


class RegisterQuery(Query):
    """Which part of the register: at most `lines` measures, from the index `from_index` on."""

    from_index: Annotated[int, Field(ge=0, description="the first index of which a measure is listed")] = 0
    lines: Annotated[int, Field(ge=1, le=10_000, description="how many measures to list")] = 500


class ModerationAnswer(Shown):
    """The register, and the figures about it."""

    received: Public[Figure]
    hidden: Public[Share]
    removed: Public[Share]
    unhidden: Public[Share]
    restored: Public[Share]
    with_reason: Public[Share]
    automatic: Internal[Share]
    replies_taken_along: Internal[Figure]
    targets_unknown: Public[Figure]
    by_type: Public[dict[str, Figure]]
    by_reason: Public[dict[str, Figure]]
    reports: Public[dict[str, Figure]]
    appeals: Public[Figure]
    appeals_decided: Public[dict[str, Figure]]
    by_sentiment: Public[dict[str, Part]]
    by_theme: Public[dict[str, Part]]
    removal_bias: Public[Bias]
    hiding_bias: Public[Bias]
    exercises: Public[Figure]
    measures: Public[tuple[Measure, ...]]
    more: Public[int | None]


class ModerationView(View[RegisterQuery, ModerationAnswer]):
    """What was done to comments and to those who wrote them, by whom and why."""

    name = "moderation"
    rows = (MEASURES, THEMES)
    comments = True
    query = RegisterQuery
    answer = ModerationAnswer
    line: ClassVar[type[Shown] | None] = StatementLine

    def render(self, rows: Rows, moment: Moment, query: RegisterQuery) -> ModerationAnswer:
        """Return the figures of the whole register, and the part of it that is asked for."""
        measures, table = rows.of(MEASURES), rows.comments
        entries = register(measures)
        chosen = [entry for entry in entries if entry.index >= query.from_index]
        listed = chosen[: query.lines]
        taken = [entry for entry in entries if not is_end(entry.measure.type)]
        hits = Hits(table, entries)
        every = hits.part(hits.real)
        reports = [(int(key), row.report_type) for key, row in measures.items() if _is_report(row)]
        return ModerationAnswer(
            received=every.received,
            hidden=every.hidden,
            removed=every.removed,
            unhidden=_ended(entries, "comment.hidden"),
            restored=_ended(entries, "comment.removed"),
            with_reason=_of_those(taken, has_reason),
            automatic=_of_those(taken, automatic),
            replies_taken_along=_taken_along(entries),
            targets_unknown=counted(hits.unknown),
            by_type=_counts((entry.index, entry.measure.type) for entry in entries),
            by_reason=_counts((entry.index, entry.measure.reason_code) for entry in taken),
            reports=_counts(reports),
            appeals=counted(sorted({appeal.event for row in measures.values() for appeal in row.appeals})),
            appeals_decided=_counts((said.event, said.outcome) for row in measures.values() for said in row.decisions),
            by_sentiment={name: hits.part(where) for name, where in _by_sentiment(table).items()},
            by_theme={name: hits.part(where) for name, where in _by_theme(rows).items()},
            removal_bias=bias(hits, "comment.removed"),
            hiding_bias=bias(hits, "comment.hidden"),
            exercises=counted([int(key) for key, row in measures.items() if row.exercise]),
            measures=tuple(shown_measure(entry, _content(entry.measure.target, table), moment.at) for entry in listed),
            more=chosen[query.lines].index if len(chosen) > query.lines else None,
        )

    def table(self, answer: ModerationAnswer) -> Sequence[Shown]:
        """Return the decisions as statements of reasons."""
        return [statement_line(measure) for measure in answer.measures if is_decision(measure.type)]


def _by_sentiment(table: CommentTable) -> dict[str, Mask]:
    mood = table.column("sentiment")
    return {name: mood == table.word(name) for name in table.words("sentiment")} | {"none": ~table.has("sentiment")}


def _by_theme(rows: Rows) -> dict[str, Mask]:
    placed = by_place(rows.comments, resolved(rows.of(THEMES)))
    return {name: placed[name] for name in sorted(placed)}


def _ended(entries: Sequence[Entry], type_: str) -> Share:
    begun = [entry for entry in entries if entry.measure.type == type_]
    return share(counted([e.index for e in begun if e.ended]), counted([e.index for e in begun]), clopper_pearson)


def _of_those(taken: Sequence[Entry], holds: Callable[[MeasureRow], bool]) -> Share:
    some = [entry.index for entry in taken if holds(entry.measure)]
    return share(counted(some), counted([entry.index for entry in taken]), clopper_pearson)


def _taken_along(entries: Sequence[Entry]) -> Figure:
    removals = [entry for entry in entries if entry.measure.type == "comment.removed" and entry.measure.cascade]
    return figure(sum(len(set(e.measure.cascade)) for e in removals), [entry.index for entry in removals])


def _counts(said: Iterable[tuple[int, str | None]]) -> dict[str, Figure]:
    found: dict[str, list[int]] = {}
    for index, name in said:
        found.setdefault(name or "unknown", []).append(index)
    return {name: counted(sorted(found[name])) for name in sorted(found)}


def _content(name: str | None, table: CommentTable) -> ContentRow | None:
    return None if name is None or table.place(name) is None else table.row(name)


def _is_report(row: MeasureRow) -> bool:
    return row.type == "report.received" and not row.exercise
