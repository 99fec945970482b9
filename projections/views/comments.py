"""The comments of an incident: which were answered, and who still waits."""

from events.visibility import Public
from projections.comments import Comments, ContentRow
from projections.shown import Figure, Shown, counted
from projections.view import Moment, Query, Rows, View

COMMENTS = Comments()


class CommentsAnswer(Shown):
    """How many comments there are, and what became of them."""

    received: Public[Figure]
    answered: Public[Figure]
    waiting: Public[Figure]


class CommentsView(View[Query, CommentsAnswer]):
    """The life of each comment, from received to outcome."""

    name = "comments"
    rows = (COMMENTS,)
    query = Query
    answer = CommentsAnswer

    def render(self, rows: Rows, moment: Moment, query: Query) -> CommentsAnswer:  # noqa: ARG002
        """Count the comments by what became of them."""
        comments = [row for row in rows.of(COMMENTS).values() if row.kind == "comment" and not row.exercise]
        return CommentsAnswer(
            received=counted(_received(comments)),
            answered=counted(_received([row for row in comments if row.answers])),
            waiting=counted(_received([row for row in comments if not row.answers and not row.outcomes])),
        )


def _received(rows: list[ContentRow]) -> list[int]:
    return [row.received for row in rows if row.received is not None]
