"""Solutions: what we offer people for their concern, and what they think of it."""

from pydantic import Field, ValidationInfo, field_validator

from events.visibility import Internal, Personal, Public
from events.vocabulary.fields import Count, ExternalId, Label, Prose, Text, Who, absent
from events.vocabulary.payload import P4, Payload


class OfSolution(Payload, practice=P4, about=("solution", "solution_id")):
    """Something about a solution; where it concerns one comment, `external_id` is the comment."""

    solution_id: Public[Label]
    theme: Public[Label | None] = None
    external_id: Internal[ExternalId | None] = None


class SolutionForConcern(OfSolution):
    """A solution for a theme or for one comment; one of them at least is named."""

    theme: Public[Label | None] = None
    external_id: Internal[ExternalId | None] = Field(default=None, validate_default=True)
    owner: Internal[Who | None] = None

    @field_validator("external_id")
    @classmethod
    def _concern_is_named(cls, external_id: str | None, info: ValidationInfo) -> str | None:
        if external_id is None and "theme" in info.data and info.data["theme"] is None:
            raise absent()
        return external_id


class SolutionProposed(SolutionForConcern, type="solution.proposed"):
    """Someone of ours proposed a solution."""

    what: Internal[Prose]


class SolutionOffered(SolutionForConcern, type="solution.offered"):
    """We offered a solution to those concerned. `what` is public: it must not name a person."""

    what: Public[Prose]


class SolutionAccepted(OfSolution, type="solution.accepted"):
    """Those concerned took the solution."""


class SolutionRejected(OfSolution, type="solution.rejected"):
    """Those concerned, or we ourselves, turned the solution down."""

    reason: Personal[Prose | None] = None


class SolutionDelivered(OfSolution, type="solution.delivered"):
    """The solution is there, for `people` if counted."""

    people: Public[Count | None] = None


class FeedbackReceived(Payload, type="feedback.received", practice=P4, about=("content", "external_id")):
    """Someone told how content they were: `score` points `out_of` so many, 5 unless said otherwise."""

    external_id: Internal[ExternalId | None] = None
    out_of: Public[Count] = 5
    score: Public[Count]
    comment: Personal[Text | None] = None

    @field_validator("score")
    @classmethod
    def _score_is_on_the_scale(cls, score: int, info: ValidationInfo) -> int:
        if score > info.data.get("out_of", score):
            raise ValueError("more than the scale holds")
        return score
