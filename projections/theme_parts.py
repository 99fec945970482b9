"""One theme as the view shows it: what people raised, how much of it, and what was done about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from events.visibility import Internal, Public
from projections.buckets import buckets
from projections.comment_states import spam, withdrawn
from projections.comment_table import CommentTable, Mask
from projections.instants import instant
from projections.shares import Share, share
from projections.shown import Figure, Shown, counted, figure
from projections.solutions import SolutionRow
from projections.themes import ThemeRow


class Volume(Shown):
    """How many comments were written in a span of time, by their own clock."""

    begins: Public[datetime]
    comments: Public[Figure]


class Heard(Shown):
    """Comments, and whether they were heard.

    `answered`: people answered, of all but spam and what was withdrawn. `waiting`: of these, neither answered by people
    nor given an outcome. `covered`: of all, answered or given an outcome.
    """

    comments: Public[Figure]
    answered: Public[Share]
    waiting: Public[Figure]
    covered: Public[Share]
    volume: Public[tuple[Volume, ...]]


class Step(Shown):
    """What happened to a solution."""

    index: Public[int]
    at: Public[datetime]
    step: Public[str]


class Solution(Shown):
    """A solution. `what` as it was offered, `proposal` as it was proposed among us."""

    solution: Public[str]
    state: Public[str]
    what: Public[str | None]
    people: Public[int | None]
    proposal: Internal[str | None]
    external_id: Internal[str | None]
    owner: Internal[str | None]
    steps: Public[tuple[Step, ...]]


class Title(Shown):
    """A title that a theme was given later."""

    index: Public[int]
    at: Public[datetime]
    title: Public[str]


class Theme(Shown):
    """A theme, with all that was merged into it.

    `first_solution_seconds`: from its identification to the first solution offered, by the sources' clocks; its
    events are these two.
    """

    theme: Public[str]
    title: Public[str | None]
    titles: Public[tuple[Title, ...]]
    definition: Public[str | None]
    severity: Public[str | None]
    identified_at: Public[datetime | None]
    merged_from: Public[tuple[str, ...]]
    heard: Public[Heard]
    solutions: Public[tuple[Solution, ...]]
    first_solution_seconds: Public[Figure]
    commitments: Public[tuple[str, ...]]
    indexes: Public[tuple[int, ...]]


def heard(table: CommentTable, where: Mask, bucket_seconds: int) -> Heard:
    """Return how some comments were heard."""
    received, answered, outcome = table.column("received"), table.has("answered"), table.has("outcome")
    out = spam(table) | withdrawn(table)

    def those(chosen: Mask) -> Figure:
        return counted(np.sort(received[where & chosen]))

    every = counted(np.sort(received[where]))
    return Heard(
        comments=every,
        answered=share(those(answered & ~out), those(~out)),
        waiting=those(~out & ~answered & ~outcome),
        covered=share(those(answered | outcome), every),
        volume=tuple(
            Volume(begins=instant(bucket.begins), comments=counted(bucket.indexes))
            for bucket in buckets(table.column("at")[where], received[where], bucket_seconds)
        ),
    )


def solution(name: str, row: SolutionRow) -> Solution:
    """Return a solution, its state being its last step by the log's order."""
    return Solution(
        solution=name,
        state=row.steps[-1].what,
        what=row.what,
        people=row.people,
        proposal=row.proposal,
        external_id=row.external_id,
        owner=row.owner,
        steps=tuple(Step(index=said.event, at=instant(said.at), step=said.what) for said in row.steps),
    )


def first_solution(row: ThemeRow, solutions: Mapping[str, SolutionRow]) -> Figure:
    """Return how long after a theme's identification the first solution was offered, in seconds."""
    offers = [(said.at, said.event) for one in solutions.values() for said in one.steps if said.what == "offered"]
    if not offers or row.identified is None or row.identified_at is None:
        return figure(None, [])
    at, event = min(offers)
    return figure((at - row.identified_at) / 1_000_000, sorted((row.identified, event)))


def titles(row: ThemeRow) -> Sequence[Title]:
    """Return the titles that a theme was given after its first."""
    return [Title(index=said.event, at=instant(said.at), title=said.what) for said in row.titles]
