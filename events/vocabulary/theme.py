"""Themes: what people's comments are about, and how many the crisis touches."""

from typing import Literal

from pydantic import Field

from events.visibility import Internal, Public
from events.vocabulary.fields import Code, Count, Detail, ExternalId, Label, Prose, Several
from events.vocabulary.payload import P4, Payload


class OfTheme(Payload, practice=P4, about=("theme", "theme")):
    """Something about a theme, known by a name that does not change."""

    theme: Public[Label]


class ThemeIdentified(OfTheme, type="theme.identified"):
    """Several comments raise the same concern; the definition says which belong to it."""

    definition: Public[Prose]
    title: Public[Label | None] = None
    severity: Public[Code | None] = None


class ThemeRenamed(OfTheme, type="theme.renamed"):
    """A theme is shown under another title, or defined anew."""

    title: Public[Label]
    definition: Public[Prose | None] = None
    reason: Internal[Prose | None] = None


class ThemeMerged(OfTheme, type="theme.merged"):
    """A theme became part of another: what was linked to it counts for `into`."""

    into: Public[Label]
    reason: Internal[Prose | None] = None


class ConcernLinked(OfTheme, type="concern.linked"):
    """Comments were found to raise a theme."""

    comments: Internal[Several[ExternalId]] = Field(min_length=1)
    by: Internal[Literal["human", "machine"] | None] = None
    model: Internal[Label | None] = None


class Interval(Detail):
    """The bounds between which an estimate lies, in all likelihood."""

    low: Count
    high: Count


class ImpactEstimated(Payload, type="impact.estimated", practice=P4):
    """How many people the crisis touches in some way, and how that was reckoned."""

    people: Public[Count]
    kind: Public[Code]
    method: Public[Prose]
    interval: Public[Interval | None] = None
