"""Rumours: what is claimed about the crisis, and what is true of it. Verdicts follow schema.org ClaimReview."""

from typing import Literal

from pydantic import Field

from events.visibility import Internal, Public
from events.vocabulary.fields import Evidence, Label, Prose, Several, Url
from events.vocabulary.payload import P3, Payload

Verdict = Literal["true", "mostly_true", "misleading", "mostly_false", "false", "unproven"]


class Rumour(Payload, practice=P3, about=("rumour", "rumour_id")):
    """Something about a rumour, known by a name of ours."""

    rumour_id: Public[Label]


class RumourIdentified(Rumour, type="rumour.identified"):
    """A claim goes round, with what we make of it so far; `evidence` may still be empty."""

    claim: Internal[Prose]
    verdict: Internal[Verdict]
    evidence: Internal[Several[Evidence]]


class RumourRebutted(Rumour, type="rumour.rebutted"):
    """We said in public what is true of a claim, and what bears it out. `claim` must not name a person."""

    claim: Public[Prose]
    verdict: Public[Verdict]
    evidence: Public[Several[Evidence]] = Field(min_length=1)
    url: Public[Url | None] = None
