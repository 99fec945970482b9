"""What is asked of an erasure, as it comes in: a request, and the decision on one."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.actor import ActorField
from events.subject import Subject
from events.vocabulary.fields import EventIndex, Label, Prose, Several


class ErasureRequest(BaseModel):
    """Who asks that what the ledger holds of a subject be erased, under which law; `scope` says what, in words."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    subject: Subject
    law: Label
    scope: Prose
    actor: ActorField
    channel: Label | None = None


class ErasureDecision(BaseModel):
    """The decision of a second person on a request, who proves to know the `subject` by naming them again.

    In part is granted what names the `events` concerned, or those that stay (`except`). A `dry_run` shows what would be
    erased and records nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    subject: Subject
    decision: Literal["granted", "partly_granted", "refused"]
    reason: Prose
    actor: ActorField
    events: Several[EventIndex] = ()
    except_: Several[EventIndex] = Field(default=(), alias="except")
    dry_run: bool = False

    @model_validator(mode="after")
    def _in_part(self) -> Self:
        if (self.decision == "partly_granted") != bool(self.events or self.except_):
            raise ValueError("events, or those to except, are named where it is granted in part, and only there")
        return self
