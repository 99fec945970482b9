"""Signals: what is measured of the conversation around us, and the surges and moods seen in it."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from events.visibility import Internal, Public
from events.vocabulary.fields import (
    Code,
    EventIndex,
    ExternalId,
    IndexRange,
    Label,
    Parameters,
    Platform,
    Prose,
    Several,
    Share,
    Window,
    absent,
)
from events.vocabulary.payload import P1, P4, Payload


class SignalObserved(Payload, type="signal.observed", practice=P1):
    """A figure was measured: the `value` of a `metric` over a `window`, beside its usual `baseline`."""

    metric: Public[Code]
    window: Public[Window]
    value: Public[float]
    baseline: Public[float | None] = None
    platform: Public[Platform | None] = None
    source_query: Internal[Prose | None] = None


class Surge(Payload, practice=P1, about=("series", "series")):
    """A turn in a series of counts, with all that is needed to compute it again.

    In the time `bucket` so many were `observed` and so many `expected`; `algorithm` with `params` made the `score` of
    it, from the events of the range `input`, of which `samples` are typical.
    """

    series: Public[Label]
    bucket: Public[Window]
    observed: Public[float]
    expected: Public[float]
    score: Public[float]
    algorithm: Public[Code]
    params: Public[Parameters]
    input: Public[IndexRange]
    samples: Internal[Several[EventIndex]] = ()


class SurgeDetected(Surge, type="surge.detected"):
    """Far more is said than usual."""


class SurgeEnded(Surge, type="surge.ended"):
    """As much is said as usual again."""


class SentimentAssessed(Payload, type="sentiment.assessed", practice=(P1, P4), about=("content", "target")):
    """A person or a model judged the mood of the content `target`. A machine's judgement names its model."""

    target: Internal[ExternalId]
    platform: Public[Platform | None] = None
    label: Public[Literal["positive", "neutral", "negative", "mixed"]]
    score: Internal[Share | None] = None
    by: Public[Literal["human", "machine"]] = "machine"
    model: Public[Label | None] = Field(default=None, validate_default=True)
    version: Public[Label | None] = Field(default=None, validate_default=True)

    @field_validator("model", "version")
    @classmethod
    def _machine_is_named(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is None and info.data.get("by") == "machine":
            raise absent()
        return name
