"""Statements of reasons as the DSA Transparency Database publishes them: the 38 columns of its daily dumps.

Names and order: `headings()` in `app/Exports/StatementExportTrait.php` of the database's own source
(github.com/digital-services-act/transparency-database). Times read `2026-11-20 18:36:00` (UTC), lists are JSON arrays,
truth is Yes or No, lines are joined by a space. What we don't know stays empty; nothing personal is in any column.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson

from events.times import read_time
from events.visibility import Internal, Public
from projections.register import Measure
from projections.shown import Shown

VISIBILITY: Mapping[str, str] = MappingProxyType(
    {
        "comment.hidden": "DECISION_VISIBILITY_CONTENT_DISABLED",
        "comment.removed": "DECISION_VISIBILITY_CONTENT_REMOVED",
        "comment.labelled": "DECISION_VISIBILITY_CONTENT_LABELLED",
        "thread.locked": "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
        "reactions.limited": "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
        "author.muted": "DECISION_VISIBILITY_CONTENT_DISABLED",
    }
)
"""Restrictions of what is seen, for measures without a statement of their own."""
PROVISION: Mapping[str, str] = MappingProxyType({"author.blocked": "DECISION_PROVISION_PARTIAL_SUSPENSION"})
"""Restrictions of the service: who is blocked on a page keeps their account and everything else."""


class StatementLine(Shown):
    """One decision. Empty where unknown."""

    uuid: Public[str] = ""
    decision_visibility: Internal[str] = ""
    decision_visibility_other: Internal[str] = ""
    end_date_visibility_restriction: Public[str] = ""
    decision_monetary: Public[str] = ""
    decision_monetary_other: Public[str] = ""
    end_date_monetary_restriction: Public[str] = ""
    decision_provision: Public[str] = ""
    end_date_service_restriction: Public[str] = ""
    decision_account: Public[str] = ""
    end_date_account_restriction: Public[str] = ""
    account_type: Public[str] = ""
    decision_ground: Internal[str] = ""
    decision_ground_reference_url: Internal[str] = ""
    illegal_content_legal_ground: Internal[str] = ""
    illegal_content_explanation: Internal[str] = ""
    incompatible_content_ground: Internal[str] = ""
    incompatible_content_explanation: Internal[str] = ""
    incompatible_content_illegal: Internal[str] = ""
    category: Internal[str] = ""
    category_addition: Internal[str] = ""
    category_specification: Internal[str] = ""
    category_specification_other: Internal[str] = ""
    content_type: Internal[str] = ""
    content_type_other: Internal[str] = ""
    content_language: Internal[str] = ""
    content_date: Internal[str] = ""
    content_id_ean: Public[str] = ""
    territorial_scope: Internal[str] = ""
    application_date: Internal[str] = ""
    decision_facts: Internal[str] = ""
    source_type: Internal[str] = ""
    source_identity: Internal[str] = ""
    automated_detection: Internal[str] = ""
    automated_decision: Internal[str] = ""
    platform_name: Public[str] = ""
    platform_uid: Public[str] = ""
    created_at: Public[str] = ""


def is_decision(type_: str) -> bool:
    """Tell whether a measure is a decision of which the law wants a statement; warnings and ends are not."""
    return type_ in VISIBILITY or type_ in PROVISION


def statement_line(measure: Measure) -> StatementLine:
    """Return the line of a decision: from its statement where it has one, else from the measure itself."""
    told = _told(measure) | {name: _text(value) for name, value in _stated(measure.statement_of_reasons).items()}
    return StatementLine(**{name: text for name, text in told.items() if text})


def _told(measure: Measure) -> dict[str, str]:
    """Return what the measure says without a statement: its policy is our own terms, so the ground is these."""
    policy = measure.policy_ref if measure.statement_of_reasons is None else None
    ends = _text_time(measure.expires_at) if measure.ended_at is None else _time(measure.ended_at)
    seen = VISIBILITY.get(measure.type)
    return {
        "decision_visibility": _text([seen]) if seen else "",
        "end_date_visibility_restriction": ends if seen else "",
        "decision_provision": PROVISION.get(measure.type, ""),
        "end_date_service_restriction": ends if measure.type in PROVISION else "",
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT" if policy else "",
        "incompatible_content_ground": _text(policy),
        "incompatible_content_explanation": _text(measure.reason) if policy else "",
        "content_language": _language(measure.content_language),
        "content_date": "" if measure.content_at is None else _time(measure.content_at),
        "application_date": _time(measure.at),
        "automated_detection": "Yes" if measure.automatic else "",
        "automated_decision": _decided(measure),
        "platform_name": _text(measure.platform),
        "platform_uid": f"entry-{measure.index}",
        "created_at": _time(measure.recorded_at),
    }


def _decided(measure: Measure) -> str:
    if measure.automatic:
        return "AUTOMATED_DECISION_FULLY"
    return "AUTOMATED_DECISION_NOT_AUTOMATED" if measure.actor is not None else ""


def _stated(statement: Mapping[str, Any] | None) -> dict[str, object]:
    """Return the fields of a statement under the columns' names: they are the same, but for `redress`."""
    stated = {name: value for name, value in (statement or {}).items() if name in StatementLine.visibility}
    for name in ("content_date", "application_date", "end_date_visibility_restriction"):
        if isinstance(stated.get(name), str):
            stated[name] = _text_time(stated[name])
    if isinstance(stated.get("content_language"), str):
        stated["content_language"] = _language(stated["content_language"])
    return {name: value for name, value in stated.items() if value not in (None, [], "")}


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case list() | tuple():
            return orjson.dumps(value).decode()
    return " ".join(str(value).splitlines())


def _language(tag: str | None) -> str:
    return (tag or "").partition("-")[0].upper()


def _text_time(text: str | None) -> str:
    return "" if text is None else _time(read_time(text))


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
