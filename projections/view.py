"""What every view is: a pure function from the rows of an incident, at a moment, to an answer for people."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from projections.comment_table import CommentTable
from projections.comments import COMMENTS
from projections.event import Event
from projections.folding import rows_of
from projections.projection import AnyProjection, Projection, R
from projections.shown import Shown


class Moment(NamedTuple):
    """The state that a view shows: the incident `incident` as the entries below `size` tell it, seen `at` a time.

    Ages and what is overdue are reckoned to `at`.
    """

    incident: str
    size: int
    at: datetime


class Query(BaseModel):
    """The parameters of a view. Each is optional, and a string, a number or one of a few words."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rows:
    """The rows that a view is made from: of one incident, and of the ledger as a whole."""

    def __init__(
        self,
        own: Mapping[str, Mapping[str, Any]],
        shared: Mapping[str, Mapping[str, Any]],
        comments: CommentTable,
    ) -> None:
        """Take rows by projection's name and row's key, and the incident's comments."""
        self._own, self._shared, self.comments = own, shared, comments

    def of(self, projection: Projection[R]) -> Mapping[str, R]:
        """Return the incident's rows of a projection by key, in the order of the keys."""
        return self._own[projection.name]

    def shared(self, projection: Projection[R]) -> Mapping[str, R]:
        """Return the rows of a projection that belong to no incident, by key, in the order of the keys."""
        return self._shared[projection.name]


Q = TypeVar("Q", bound=Query)
A = TypeVar("A", bound=Shown)


class View(ABC, Generic[Q, A]):
    """A question about an incident, as `GET …/incidents/{incident}/{name}`.

    `rows`: the projections whose rows of the incident it reads; `shared`: those whose rows of the whole ledger; these
    are objects, whose rows know their events. `comments`: whether it reads the comments. `line`: what a line of its
    table holds, None where it has none.
    """

    name: ClassVar[str]
    rows: ClassVar[Sequence[AnyProjection]] = ()
    shared: ClassVar[Sequence[AnyProjection]] = ()
    comments: ClassVar[bool] = False
    query: type[Q]
    answer: type[A]
    line: ClassVar[type[Shown] | None] = None

    @abstractmethod
    def render(self, rows: Rows, moment: Moment, query: Q) -> A:
        """Return the answer. Pure: the same rows, moment and query give the same answer."""

    def table(self, answer: A) -> Sequence[Shown]:  # noqa: ARG002 - most answers have none
        """Return the part of the answer that makes a table, one `line` each."""
        return ()


AnyView = View[Any, Any]
"""A view, whatever it asks and answers."""


def fold_rows(view: AnyView, incident: str, events: Iterable[Event]) -> Rows:
    """Return the rows that a view needs, folded from `events`: a prefix of the log, or of what concerns the view."""
    told = list(events)
    comments = CommentTable()
    if view.comments:
        for name, row in _of(COMMENTS, incident, told).items():
            comments.put(name, row.stored())
    return Rows(
        {projection.name: _of(projection, incident, told) for projection in view.rows},
        {projection.name: _of(projection, "", told) for projection in view.shared},
        comments,
    )


def _of(projection: Projection[R], incident: str, events: Iterable[Event]) -> dict[str, R]:
    rows = rows_of(projection, events)
    return {key.key: rows[key] for key in sorted(rows) if key.incident == incident}
