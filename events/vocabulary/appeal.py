"""Appeals, reports and rules: what is brought against our moderation, and what moderates by itself."""

from typing import Literal

from events.visibility import Internal, Personal, Public, Visibility
from events.vocabulary.fields import EventIndex, ExternalId, Label, Platform, PolicyRef, Prose, Text, Who
from events.vocabulary.payload import P5, Payload


class OfAppeal(Payload, practice=P5, about=("appeal", "appeal_id")):
    """Something about an appeal against the measure that `target_event` recorded."""

    appeal_id: Internal[Label]
    target_event: Internal[EventIndex]


class AppealReceived(OfAppeal, type="appeal.received", actor_visibility=Visibility.PERSONAL):
    """Someone objects to a measure; their grounds are personal."""

    grounds: Personal[Prose]
    platform: Public[Platform | None] = None


class AppealDecided(OfAppeal, type="appeal.decided", actor=True):
    """Someone else than who took the measure decided on an appeal. The reason is public: it must not name a person."""

    outcome: Public[Literal["granted", "partly_granted", "refused"]]
    by: Internal[Who]
    reason: Public[Prose | None] = None
    policy_ref: Public[PolicyRef | None] = None


class ReportReceived(
    Payload,
    type="report.received",
    practice=P5,
    actor_visibility=Visibility.PERSONAL,
    about=("content", "target"),
):
    """A platform or someone reported a content to us."""

    target: Internal[ExternalId]
    report_type: Public[Literal["platform", "user", "trusted_flagger", "authority"]]
    platform: Public[Platform | None] = None
    text: Personal[Text | None] = None


class RuleAutoModerated(Payload, type="rule.auto_moderated", practice=P5, about=("rule", "rule_id")):
    """A rule of ours took the measure that `action_event` records. What it `matched` may quote a person."""

    rule_id: Public[Label]
    version: Public[Label]
    matched: Personal[Prose]
    action_event: Internal[EventIndex]
