"""The mood of comments: how many are judged how, by whom, and how it balances."""

import numpy as np

from events.visibility import Public
from projections.comment_table import CommentTable, Mask
from projections.shares import Share, share
from projections.shown import Figure, Shown, counted, figure


class Mood(Shown):
    """The judgements of one judge. `balance` = (positive - negative)/judged, from -1 to 1."""

    judged: Public[Figure]
    balance: Public[Figure]
    positive: Public[Share]
    neutral: Public[Share]
    mixed: Public[Share]
    negative: Public[Share]


def moods(table: CommentTable, where: Mask) -> dict[str, Mood]:
    """Return the mood of some comments by who judged each of them last: `model@version` or `human`."""
    judge = table.column("judge")
    return {name: mood(table, where & (judge == table.word(name))) for name in table.words("judge")}


def mood(table: CommentTable, where: Mask) -> Mood:
    """Return the mood of some comments, by the last judgement of each; those never judged are left out.

    Each share has Wilson's interval (`projections.intervals.wilson`).
    """
    where = where & table.has("sentiment")
    events = table.column("sentiment_event")
    judged = counted(np.sort(events[where]))
    shares = {
        name: share(counted(np.sort(events[where & (table.column("sentiment") == table.word(name))])), judged)
        for name in ("positive", "neutral", "mixed", "negative")
    }
    gain = shares["positive"].part.count - shares["negative"].part.count
    return Mood(
        judged=judged,
        balance=figure(gain / judged.count if judged.count else None, judged.indexes),
        **shares,
    )
