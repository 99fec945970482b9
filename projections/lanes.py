"""Lanes: the six strands of a crisis that an event belongs to, so that each can be followed alone."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args

Lane = Literal["public", "replies", "updates", "moderation", "team", "learning"]
"""What the public says, what we answer them, what we tell all, measures against comments, the team and its plan, what
is learned."""
LANES: tuple[Lane, ...] = get_args(Lane)
_OF_FAMILY: Mapping[str, Lane] = MappingProxyType(
    {
        **dict.fromkeys(("signal", "surge", "feedback", "press"), "public"),
        **dict.fromkeys(("reply", "sentiment", "theme", "concern", "solution", "impact"), "replies"),
        **dict.fromkeys(("update", "cadence", "commitment", "statement", "interview", "public_page"), "updates"),
        **dict.fromkeys(("thread", "reactions", "author", "appeal", "rule", "report", "content"), "moderation"),
        **dict.fromkeys(
            ("review", "root_cause", "contributing_factor", "what_went_well", "preventive_action", "lesson"),
            "learning",
        ),
    }
)
_OF_TYPE: Mapping[str, Lane] = MappingProxyType(
    {
        **dict.fromkeys(("hidden", "unhidden", "removed", "restored", "labelled", "observed_moderated"), "moderation"),
        **dict.fromkeys(("classified", "acknowledged", "assigned", "unassigned", "outcome_set"), "replies"),
    }
)
"""Of comments: what is said of them. All else that happens to a comment is the public's doing."""


@lru_cache(maxsize=1024)
def lane(type_: str) -> Lane:
    """Return the lane of an event type; of one that no lane claims, the team's."""
    family, _, what = type_.partition(".")
    if family == "comment":
        return _OF_TYPE.get(what, "public")
    if family == "rumour":
        return "updates" if what == "rebutted" else "public"
    return _OF_FAMILY.get(family, "team")
