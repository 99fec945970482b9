"""The least that each event type must say: its required fields, and nothing else. A new type needs its line here."""

from typing import Any

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MEASURE = {
    "target": "c-17",
    "reason_code": "personal_data",
    "reason_text": "A phone number stood in it.",
    "policy_ref": "community-rules@4#3.2",
    "scope": "everyone",
}
RESTRICTION = {"target": "t-1", "reason": "Threats against staff.", "policy_ref": "community-rules@4#5"}
AUTHOR_MEASURE = {"author_id_hash": SHA, "reason": "Threatened a conductor.", "policy_ref": "community-rules@4#5"}
DRAFT = {"text_sha256": SHA}
POSTED = {"platform": "x", "external_id": "r-1", "in_reply_to": None, "text": "On regarde ça."}

EXAMPLES: dict[str, dict[str, Any]] = {
    "comment.received": {"platform": "x", "external_id": "c-17", "text": ""},
    "comment.edited_by_author": {"external_id": "c-17", "revision": 2},
    "comment.deleted_by_author": {"external_id": "c-17"},
    "comment.observed_missing": {"external_id": "c-17", "reconciliation_id": "rec-1"},
    "comment.classified": {"external_id": "c-17", "label": "complaint"},
    "comment.acknowledged": {"external_id": "c-17", "by": "ana"},
    "comment.assigned": {"external_id": "c-17", "to": "ana"},
    "comment.unassigned": {"external_id": "c-17", "to": "ana"},
    "comment.outcome_set": {"external_id": "c-17", "outcome": "answered"},
    "reply.drafted": DRAFT,
    "reply.submitted_for_approval": DRAFT,
    "reply.approved": DRAFT,
    "reply.rejected": DRAFT | {"reason": "Too vague."},
    "reply.posted": POSTED,
    "reply.failed": {"platform": "x", "in_reply_to": "c-17", "text": "On regarde ça."},
    "reply.edited": {"external_id": "r-1", "before_sha256": SHA, "after": "C'est réglé.", "reason": "Old link."},
    "reply.withdrawn": {"external_id": "r-1", "before_sha256": SHA, "reason": "Sent to the wrong person."},
    "update.drafted": {"audience": "public", "text_sha256": SHA},
    "update.approved": {"audience": "public", "text_sha256": SHA},
    "update.published": {
        "update_id": "u-1",
        "audience": "public",
        "channel": ["x"],
        "text": "Nous cherchons la cause.",
        "next_update_due": None,
    },
    "update.corrected": {
        "update_id": "u-1",
        "what_was_wrong": "The number of lines.",
        "new_text": "Deux lignes sont touchées.",
        "reason": "A line was counted twice.",
    },
    "update.withdrawn": {"update_id": "u-1", "reason": "Published by mistake."},
    "update.observed_changed": {"update_id": "u-1", "seen_at": "2026-11-20T18:00:00Z"},
    "update.delivered": {"update_id": "u-1", "channel": "e-mail"},
    "update.delivery_failed": {"update_id": "u-1", "channel": "e-mail"},
    "incident.opened": {"reason": "A wave of complaints.", "severity": "major"},
    "incident.severity_changed": {"reason": "A second line fails.", "from": "major", "to": "critical"},
    "incident.title_changed": {"reason": "The cause is known.", "from": "Tickets", "to": "Tickets and gates"},
    "incident.merged": {"reason": "The same outage.", "other_incident": "gates"},
    "incident.split": {"reason": "The refunds go on.", "other_incident": "refunds"},
    "incident.resolved": {"reason": "Tickets are sold again."},
    "incident.closed": {"reason": "All done.", "checklist": [{"item": "Every comment has an outcome", "done": True}]},
    "incident.reopened": {"reason": "It fails again."},
    "incident.linked": {"other_incident": "gates", "relation": "same_root_cause"},
    "comment.hidden": MEASURE,
    "comment.unhidden": MEASURE,
    "comment.removed": MEASURE | {"cascade_ids": []},
    "comment.restored": MEASURE | {"cascade_ids": ["c-18"]},
    "comment.labelled": RESTRICTION,
    "thread.locked": RESTRICTION,
    "thread.unlocked": RESTRICTION,
    "reactions.limited": RESTRICTION,
    "author.warned": AUTHOR_MEASURE,
    "author.muted": AUTHOR_MEASURE,
    "author.blocked": AUTHOR_MEASURE,
    "author.unblocked": AUTHOR_MEASURE,
    "event.corrected": {"target_event": 4, "field": "lang", "from": None, "to": "fr", "reason": "Read by a person."},
    "event.disputed": {"target_event": 4, "by": "a passenger", "claim": "I never wrote that."},
    "event.linked": {"target_event": 4},
    "note.added": {"text": "The hotline opens at six."},
    "note.corrected": {"target_event": 9, "text": "The hotline opens at seven."},
    "ingest.gap_detected": {"source": "urn:connector:x", "expected": 4, "got": 7},
    "ingest.gap_filled": {"source": "urn:connector:x", "sequence": 5},
    "ingest.late_event": {
        "source": "urn:connector:x",
        "expected": "2026-11-20T18:00:00Z",
        "got": "2026-11-20T16:30:00Z",
    },
    "ingest.conflict_detected": {"source": "urn:connector:x", "expected": SHA, "got": SHA[::-1]},
    "ingest.rejected": {"source": "urn:connector:x", "expected": "known fields only", "got": "unknown-field"},
}

STATEMENT: dict[str, Any] = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Community rules 4, clause 3.2",
    "incompatible_content_explanation": "It shows a person's private number.",
    "decision_facts": "The number was read out in a clip.",
    "category": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "content_type": ["CONTENT_TYPE_TEXT"],
    "territorial_scope": ["FR", "BE"],
    "automated_detection": False,
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "redress": ["internal_complaint", "judicial"],
}

COMPLETE: list[tuple[str, dict[str, Any]]] = [
    (
        "comment.received",
        {
            "platform": "mastodon",
            "account": "ligneclaire",
            "external_id": "https://masto.example/@zoe/1",
            "external_root_id": None,
            "in_reply_to": "https://masto.example/@zoe/0",
            "author": {"id": "zoe", "handle": "@zoe", "name": "Zoé", "kind": "person"},
            "text": "Toujours rien 😤",
            "url": "https://masto.example/@zoe/1",
            "lang": "fr-FR",
            "media": [{"url": "https://masto.example/m/1.png", "sha256": SHA, "alt": "un écran blanc"}],
            "created_at": "2026-11-20T18:00:00+01:00",
            "edited_at": None,
            "revision": 1,
            "metrics": {"likes": 3, "shares": 0, "replies": 1, "views": 120},
            "channel": "mentions",
            "is_reply_to_us": False,
        },
    ),
    ("comment.received", EXAMPLES["comment.received"] | {"author": None, "in_reply_to": None}),
    ("comment.classified", EXAMPLES["comment.classified"] | {"by": "rule", "model": "tri@3", "score": 1}),
    ("comment.assigned", EXAMPLES["comment.assigned"] | {"from": "ben", "queue": "tickets"}),
    ("reply.posted", POSTED | {"in_reply_to": "c-17", "first_reply": True, "solution_offered": False}),
    ("comment.hidden", MEASURE | {"expires_at": "2026-11-21T00:00:00Z"}),
    (
        "comment.removed",
        MEASURE
        | {
            "cascade_ids": ["c-18"],
            "statement_of_reasons": STATEMENT,
            "notice_sent": True,
            "appeal_url": "https://ligneclaire.example/appeal",
        },
    ),
    (
        "update.published",
        EXAMPLES["update.published"]
        | {
            "status": "investigating",
            "lang": "fr",
            "translations": [{"lang": "en", "text": "We are looking for the cause."}],
            "next_update_due": "2026-11-20T18:30:00Z",
        },
    ),
]
