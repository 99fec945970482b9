"""The comments of an incident: the life of each from received to outcome, who still waits, and threads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, get_args

import numpy as np
from pydantic import Field

from events.visibility import Internal, Public
from events.vocabulary.comment import Outcome
from projections.comment_states import EVIDENCE, State, of_state, real
from projections.comment_table import CommentTable, Mask, Numbers
from projections.comments import ContentRow
from projections.instants import instant, micros
from projections.life import life
from projections.shown import Figure, Shown, counted, figure
from projections.themes import THEMES, ThemeRow, real_themes
from projections.view import Moment, Query, Rows, View

_SECOND = 1_000_000
Id = Annotated[str, Field(min_length=1, max_length=256)]


class CommentsQuery(Query):
    """Which comments are listed, and which content is told of at length."""

    state: State = Field(default="waiting", description="list the comments behind this figure, oldest first")
    theme: Id | None = Field(default=None, description="list those that raise this theme")
    severity: Id | None = Field(default=None, description="list those that raise a theme of this severity")
    platform: Id | None = Field(default=None, description="list those of this platform")
    thread: Id | None = Field(default=None, description="show the thread of this content, by its external id")
    comment: Id | None = Field(default=None, description="tell the whole life of this content, by its external id")
    start: int = Field(
        default=0, ge=0, le=2**53, description="how many to pass over, of the list or of a figure's indexes"
    )
    limit: int = Field(default=100, ge=1, le=1000, description="how many the list, or a figure's page, has at most")


class CommentLine(Shown):
    """A comment. `waiting_seconds` is its age while it waits for people; `received` the index that brought it in."""

    received: Public[int]
    at: Public[datetime]
    platform: Public[str | None]
    waiting_seconds: Public[float | None]
    external_id: Internal[str]
    themes: Internal[tuple[str, ...]]
    severities: Internal[tuple[str, ...]]
    label: Internal[str | None]
    sentiment: Internal[str | None]
    outcome: Internal[str | None]
    assigned_to: Internal[str | None]
    indexes: Internal[tuple[int, ...]]


class ThreadPost(Shown):
    """A content of a thread; `kind` is None where others only speak of it, and nobody received it."""

    external_id: Internal[str]
    kind: Public[str | None]
    received: Public[int | None]
    at: Public[datetime | None]
    in_reply_to: Internal[str | None]
    hidden: Public[bool]
    removed: Public[bool]
    deleted: Public[bool]
    withdrawn: Public[bool]


class ThreadShown(Shown):
    """A thread in the order of time, what was never received last; `whole` unless it has more than can be shown."""

    root: Internal[str]
    whole: Public[bool]
    posts: Public[tuple[ThreadPost, ...]]


class LifeEvent(Shown):
    """An event in the life of a content."""

    index: Public[int]
    type: Public[str]
    at: Public[datetime]


class CommentsAnswer(Shown):
    """How many comments there are and what became of them; the list that was asked for, `listed` all behind it.

    Comments made in a drill stand in `drill` alone.
    """

    received: Public[Figure]
    waiting: Public[Figure]
    answered: Public[Figure]
    answered_by_machines_only: Public[Figure]
    acknowledged: Public[Figure]
    settled: Public[Figure]
    escalated: Public[Figure]
    outcomes: Public[dict[str, Figure]]
    spam: Public[Figure]
    withdrawn: Public[Figure]
    edited: Public[Figure]
    deleted: Public[Figure]
    missing: Public[Figure]
    hidden: Public[Figure]
    removed: Public[Figure]
    replies_to_unknown_parents: Public[Figure]
    never_received: Public[Figure]
    drill: Public[Figure]
    listed: Public[Figure]
    items: Public[tuple[CommentLine, ...]]
    thread: Internal[ThreadShown | None]
    life: Internal[tuple[LifeEvent, ...] | None]


class CommentsView(View[CommentsQuery, CommentsAnswer]):
    """The life of each comment from received to outcome; who still waits, oldest first; threads."""

    name = "comments"
    rows = (THEMES,)
    comments = True
    query = CommentsQuery
    answer = CommentsAnswer
    line = CommentLine

    def render(self, rows: Rows, moment: Moment, query: CommentsQuery) -> CommentsAnswer:
        """Count the comments by what became of them, and list those that are asked for."""
        table, known = rows.comments, real_themes(rows.of(THEMES))
        listed = _oldest_first(table, _chosen(table, known, query))
        page = listed[query.start : query.start + query.limit]
        late = of_state(table, "waiting")
        return CommentsAnswer(
            **{state: _figure(table, state) for state in get_args(State)},
            outcomes=_outcomes(table),
            replies_to_unknown_parents=counted(table.threads.orphans()),
            never_received=_never_received(table),
            drill=counted(np.sort(table.column("received")[~real(table)])),
            listed=counted(np.sort(table.column("received")[listed])),
            items=tuple(_line(table, known, place, moment.at if late[place] else None) for place in page.tolist()),
            thread=None if query.thread is None else _thread(table, query.thread),
            life=None if query.comment is None else _life(table, query.comment),
        )

    def table(self, answer: CommentsAnswer) -> Sequence[Shown]:
        """Return the list."""
        return answer.items


def _figure(table: CommentTable, state: State) -> Figure:
    chosen = of_state(table, state)
    # One event may have happened to several comments, as a removal that takes replies along.
    return figure(int(np.count_nonzero(chosen)), np.unique(table.column(EVIDENCE[state])[chosen]))


def _outcomes(table: CommentTable) -> dict[str, Figure]:
    outcome, events, counts = table.column("outcome"), table.column("outcome_event"), real(table)
    return {name: counted(np.sort(events[counts & (outcome == table.word(name))])) for name in get_args(Outcome)}


def _never_received(table: CommentTable) -> Figure:
    spoken_of = table.threads.spoken_of()
    return figure(len(spoken_of), sorted({index for indexes in spoken_of for index in indexes}))


def _chosen(table: CommentTable, known: Mapping[str, ThemeRow], query: CommentsQuery) -> Mask:
    chosen = of_state(table, query.state)
    if query.platform is not None:
        chosen = chosen & (table.column("platform") == table.word(query.platform))
    if query.theme is not None:
        chosen = chosen & table.raising(query.theme)
    if query.severity is not None:
        severe = np.zeros(len(table), dtype=np.bool_)
        for theme, told in known.items():
            if told.severity == query.severity:
                severe |= table.raising(theme)
        chosen = chosen & severe
    return chosen


def _oldest_first(table: CommentTable, chosen: Mask) -> Numbers:
    places = np.flatnonzero(chosen)
    order: Numbers = places[np.lexsort((table.column("received")[places], table.column("at")[places]))]
    return order


def _line(
    table: CommentTable, known: Mapping[str, ThemeRow], place: int, waiting_until: datetime | None
) -> CommentLine:
    name = table.names[place]
    row, themes = table.row(name), table.themes[place]
    at = int(table.column("at")[place])
    severities = dict.fromkeys(told.severity for theme in themes if (told := known.get(theme)) and told.severity)
    return CommentLine.model_construct(
        received=int(table.column("received")[place]),
        at=instant(at),
        platform=row.platform,
        waiting_seconds=None if waiting_until is None else (micros(waiting_until) - at) / _SECOND,
        external_id=name,
        themes=themes,
        severities=tuple(severities),
        label=row.labels[-1].what if row.labels else None,
        sentiment=row.sentiments[-1].what if row.sentiments else None,
        outcome=row.outcomes[-1].what if row.outcomes else None,
        assigned_to=(row.assigned[-1].what or None) if row.assigned else None,
        indexes=row.indexes,
    )


def _thread(table: CommentTable, name: str) -> ThreadShown | None:
    thread = table.threads.thread(name)
    if thread is None:
        return None
    rows = {member: _row(table, member) for member in thread.names}
    last = max((row.at for row in rows.values() if row.at is not None), default=0) + 1
    names = sorted(rows, key=lambda member: (last if (at := rows[member].at) is None else at, member))
    return ThreadShown(root=thread.root, whole=thread.whole, posts=tuple(_post(name, rows[name]) for name in names))


def _row(table: CommentTable, name: str) -> ContentRow:
    try:
        return table.row(name)
    except KeyError:
        return ContentRow()


def _post(name: str, row: ContentRow) -> ThreadPost:
    return ThreadPost(
        external_id=name,
        kind=row.kind,
        received=row.received,
        at=None if row.at is None else instant(row.at),
        in_reply_to=row.parent,
        hidden=row.hidden is not None,
        removed=row.removed is not None,
        deleted=row.deleted is not None,
        withdrawn=row.withdrawn is not None,
    )


def _life(table: CommentTable, name: str) -> tuple[LifeEvent, ...] | None:
    try:
        row = table.row(name)
    except KeyError:
        return None
    return tuple(LifeEvent(index=step.event, type=step.what, at=step.at) for step in life(row))
