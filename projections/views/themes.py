"""Themes: what people raised, whether they were heard, what was offered and promised, and how they feel."""

from collections.abc import Iterable, Mapping

import numpy as np

from events.visibility import Public
from projections.buckets import width
from projections.comment_states import real
from projections.comment_table import CommentTable, Mask
from projections.commitments import COMMITMENTS
from projections.feedback import FEEDBACK, FeedbackRow
from projections.instants import instant
from projections.sentiment import Mood, mood, moods
from projections.shown import Figure, Shown, counted, figure
from projections.solutions import SOLUTIONS, SolutionRow
from projections.theme_parts import Heard, Solution, Theme, first_solution, heard, solution, titles
from projections.themes import THEMES, ThemeRow, by_place, real_themes, resolved
from projections.view import Moment, Query, Rows, View
from projections.views.commitments import CommitmentsAnswer, commitments_answer


class Impact(Shown):
    """An estimate of how many people are touched in some way."""

    index: Public[int]
    people: Public[int | None]
    kind: Public[str | None]
    method: Public[str | None]
    low: Public[int | None]
    high: Public[int | None]


class ThemesAnswer(Shown):
    """What people raised and what came of it. Times of comments are their own; drills count nowhere."""

    bucket_seconds: Public[int]
    all: Public[Heard]
    without_theme: Public[Heard]
    themes: Public[tuple[Theme, ...]]
    other_solutions: Public[tuple[Solution, ...]]
    commitments: Public[CommitmentsAnswer]
    sentiment: Public[Mood]
    sentiment_by_judge: Public[dict[str, Mood]]
    outcomes: Public[dict[str, Figure]]
    feedback_median: Public[Figure]
    impacts: Public[tuple[Impact, ...]]


class ThemesView(View[Query, ThemesAnswer]):
    """What people raised, the solution offered for each concern, and what was promised."""

    name = "themes"
    rows = (THEMES, SOLUTIONS, COMMITMENTS, FEEDBACK)
    comments = True
    query = Query
    answer = ThemesAnswer

    def render(self, rows: Rows, moment: Moment, query: Query) -> ThemesAnswer:  # noqa: ARG002
        """Gather comments, solutions and promises under the themes that they count for."""
        table, themes = rows.comments, real_themes(rows.of(THEMES))
        counts = real(table)
        seconds = width(table.column("at")[counts])
        ends = resolved(themes)
        placed = by_place(table, ends)
        nowhere = np.zeros(len(table), np.bool_)
        about = nowhere.copy()
        for where in placed.values():
            about |= where
        by_theme, others = _by_theme(rows.of(SOLUTIONS), ends)
        feedback = rows.of(FEEDBACK)
        return ThemesAnswer(
            bucket_seconds=seconds,
            all=heard(table, counts, seconds),
            without_theme=heard(table, counts & ~about, seconds),
            themes=tuple(
                _theme(rows, name, heard(table, counts & placed.get(name, nowhere), seconds), by_theme, ends)
                for name in _shown_themes(themes, placed, by_theme, ends)
            ),
            other_solutions=tuple(solution(name, row) for name, row in others.items()),
            commitments=commitments_answer(rows, moment),
            sentiment=mood(table, counts),
            sentiment_by_judge=moods(table, counts),
            outcomes=_outcomes(table, counts),
            feedback_median=_median(feedback),
            impacts=tuple(_impacts(feedback)),
        )


def _by_theme(
    rows: Mapping[str, SolutionRow], ends: Mapping[str, str]
) -> tuple[dict[str, dict[str, SolutionRow]], dict[str, SolutionRow]]:
    """Return the solutions of every theme, and those for a single comment; drills are neither."""
    by_theme: dict[str, dict[str, SolutionRow]] = {}
    others: dict[str, SolutionRow] = {}
    for name, row in rows.items():
        if not row.exercise:
            where = others if row.theme is None else by_theme.setdefault(ends.get(row.theme, row.theme), {})
            where[name] = row
    return by_theme, others


def _shown_themes(
    themes: Mapping[str, ThemeRow], placed: Iterable[str], by_theme: Iterable[str], ends: Mapping[str, str]
) -> list[str]:
    """Return the themes in the order in which they were identified; last those only spoken of."""
    names = {ends[name] for name in themes} | set(placed) | set(by_theme)
    first = {name: row.identified for name, row in themes.items() if row.identified is not None}
    return sorted(names, key=lambda name: (first.get(name, 2**53), name))


def _theme(
    rows: Rows, name: str, said: Heard, by_theme: Mapping[str, dict[str, SolutionRow]], ends: Mapping[str, str]
) -> Theme:
    row, solutions = rows.of(THEMES).get(name) or ThemeRow(), by_theme.get(name, {})
    promised = [
        key
        for key, one in rows.of(COMMITMENTS).items()
        if one.theme is not None and not one.exercise and ends.get(one.theme, one.theme) == name
    ]
    return Theme(
        theme=name,
        title=row.title,
        titles=tuple(titles(row)),
        definition=row.redefined or row.definition,
        severity=row.severity,
        identified_at=None if row.identified_at is None else instant(row.identified_at),
        merged_from=tuple(sorted(other for other, end in ends.items() if end == name and other != name)),
        heard=said,
        solutions=tuple(solution(key, one) for key, one in solutions.items()),
        first_solution_seconds=first_solution(row, solutions),
        commitments=tuple(promised),
        indexes=row.indexes,
    )


def _outcomes(table: CommentTable, where: Mask) -> dict[str, Figure]:
    events = table.column("outcome_event")
    return {
        name: counted(np.sort(events[where & (table.column("outcome") == table.word(name))]))
        for name in table.words("outcome")
    }


def _median(feedback: Mapping[str, FeedbackRow]) -> Figure:
    """Return the median score as a part of its scale, 0 to 1, so that scales can be put together."""
    scores = [
        (row.score / row.out_of, int(key))
        for key, row in feedback.items()
        if row.score is not None and row.out_of and not row.exercise
    ]
    return figure(float(np.median([score for score, _ in scores])) if scores else None, [key for _, key in scores])


def _impacts(feedback: Mapping[str, FeedbackRow]) -> Iterable[Impact]:
    for key, row in feedback.items():
        if row.people is not None and not row.exercise:
            told = {name: getattr(row, name) for name in ("people", "kind", "method", "low", "high")}
            yield Impact(index=int(key), **told)
