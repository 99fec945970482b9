"""The statement of reasons for a removal (DSA article 17), named as in the DSA Transparency Database."""

from typing import Annotated, Literal

from pydantic import Field

from events.times import Timestamp
from events.vocabulary.fields import Detail, Label, Language, Prose, Several, Url

DecisionVisibility = Literal[
    "DECISION_VISIBILITY_CONTENT_REMOVED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_LABELLED",
    "DECISION_VISIBILITY_OTHER",
]
Source = Literal["SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"]
Automation = Literal["AUTOMATED_DECISION_NOT_AUTOMATED", "AUTOMATED_DECISION_PARTIALLY", "AUTOMATED_DECISION_FULLY"]
Category = Annotated[str, Field(max_length=128, pattern=r"^STATEMENT_CATEGORY_[A-Z_]+$")]
ContentType = Annotated[str, Field(max_length=64, pattern=r"^CONTENT_TYPE_[A-Z_]+$")]
Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class StatementOfReasons(Detail):
    """Why a comment was removed, as its author was told. `territorial_scope` holds ISO 3166-1 codes.

    The ground is a law (`illegal_content_…`) or our own terms (`incompatible_content_…`). `redress` is what is open to
    the author.
    """

    decision_visibility: Several[DecisionVisibility] = Field(min_length=1)
    decision_ground: Literal["DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"]
    decision_ground_reference_url: Url | None = None
    illegal_content_legal_ground: Prose | None = None
    illegal_content_explanation: Prose | None = None
    incompatible_content_ground: Prose | None = None
    incompatible_content_explanation: Prose | None = None
    incompatible_content_illegal: bool | None = None
    decision_facts: Prose
    category: Category
    content_type: Several[ContentType] = Field(min_length=1)
    content_language: Language | None = None
    content_date: Timestamp | None = None
    territorial_scope: Several[Territory] = ()
    application_date: Timestamp | None = None
    end_date_visibility_restriction: Timestamp | None = None
    source_type: Source | None = None
    source_identity: Label | None = None
    automated_detection: bool
    automated_decision: Automation
    redress: Several[Literal["internal_complaint", "out_of_court", "judicial"]] = ()
