"""What every view is: a pure function from the rows of an incident, at a moment, to an answer for people."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from projections.comment_table import CommentTable
from projections.comments import COMMENTS
from projections.event import Event
from projections.folding import fold_on
from projections.projection import AnyProjection, Projection, R, RowKey
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


class Retelling:
    """The rows that views of one incident need, folded from the log portion by portion, as an auditor reads a file.

    Comments are kept as columns, so that a long history takes the memory that a dashboard over it takes.
    """

    def __init__(self, views: Iterable[AnyView], incident: str) -> None:
        """Begin before the first event."""
        wanted = list(views)
        kept = {projection.name: projection for view in wanted for projection in (*view.rows, *view.shared)}
        self._incident, self._projections = incident, list(kept.values())
        self._rows: dict[str, dict[RowKey, Any]] = {name: {} for name in kept}
        self._comments = CommentTable()
        self._reads_comments = any(view.comments for view in wanted)

    def take(self, events: Iterable[Event]) -> None:
        """Fold the next events of the log, or of what concerns the views; with what was linked (`with_linked`)."""
        told = list(events)
        for projection in self._projections:
            fold_on(projection, self._rows[projection.name], told, (self._incident, ""))
        if self._reads_comments:
            self._take_comments([event for event in told if event.type in COMMENTS.types])

    def rows(self, view: AnyView) -> Rows:
        """Return the rows of one of the views after what was taken."""
        return Rows(
            {projection.name: self._of(projection, self._incident) for projection in view.rows},
            {projection.name: self._of(projection, "") for projection in view.shared},
            self._comments,
        )

    def _take_comments(self, told: Sequence[Event]) -> None:
        table, here = self._comments, (self._incident,)
        touched = {key for event in told for key in COMMENTS.keys(event) if key.incident == self._incident}
        known = {key: table.row(key.key) for key in touched if key.key in table}
        fold_on(COMMENTS, known, told, here)
        for key in sorted(known):
            table.put(key.key, known[key].stored())

    def _of(self, projection: AnyProjection, incident: str) -> dict[str, Any]:
        rows = self._rows[projection.name]
        return {key.key: rows[key] for key in sorted(rows) if key.incident == incident}


def fold_rows(view: AnyView, incident: str, events: Iterable[Event]) -> Rows:
    """Return the rows that a view needs, folded from `events`: a prefix of the log, or of what concerns the view."""
    retelling = Retelling([view], incident)
    retelling.take(events)
    return retelling.rows(view)
