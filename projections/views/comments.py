"""The comments of an incident: which were answered, and who still waits."""

import numpy as np

from events.visibility import Public
from projections.comment_table import Mask
from projections.shown import Figure, Shown, counted
from projections.view import Moment, Query, Rows, View


class CommentsAnswer(Shown):
    """How many comments there are, and what became of them."""

    received: Public[Figure]
    answered: Public[Figure]
    waiting: Public[Figure]


class CommentsView(View[Query, CommentsAnswer]):
    """The life of each comment, from received to outcome."""

    name = "comments"
    comments = True
    query = Query
    answer = CommentsAnswer

    def render(self, rows: Rows, moment: Moment, query: Query) -> CommentsAnswer:  # noqa: ARG002
        """Count the comments by what became of them."""
        table = rows.comments
        real = table.column("exercise") == 0
        answered = table.has("answered")

        def those(chosen: Mask) -> Figure:
            return counted(np.sort(table.column("received")[real & chosen]))

        return CommentsAnswer(
            received=those(real),
            answered=those(answered),
            waiting=those(~answered & ~table.has("outcome")),
        )
