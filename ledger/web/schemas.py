"""The schemas of what goes over the wire: events from the vocabulary's own models, answers from the tables below."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from events.envelope import Envelope
from events.vocabulary import VOCABULARY, Custom, payload_of
from ledger.erasure.asked import ErasureDecision, ErasureRequest
from ledger.web.difference_lines import CommentDifference, OwnDifference
from ledger.web.problems import PREFIX
from projections.access_register import AccessLine, AccessMatrix
from projections.audit_trail import AuditLine
from projections.checks.verdict import Verdict
from projections.erasures import ErasureCase, ErasureTotals
from projections.incidents import IncidentRow
from projections.reconciliation.snapshot import ContentItem, Header, IncidentItem, UpdateItem
from projections.views import VIEWS
from projections.views.overview import OverviewItem

_COMPONENT = "#/components/schemas/"
_EXAMPLE = {
    "specversion": "1.0",
    "id": "x:1859",
    "source": "urn:connector:x:acme",
    "type": "comment.received",
    "time": "2026-11-22T14:00:00Z",
    "subject": "paris-outage",
    "data": {"platform": "x", "external_id": "1859", "text": "Toujours en panne ?"},
}
_CUSTOM = r"^custom\.[a-z0-9][a-z0-9_.-]{0,63}$"

_LISTED: Sequence[type[BaseModel]] = (
    IncidentRow,
    AuditLine,
    OverviewItem,
    Verdict,
    ErasureCase,
    ErasureTotals,
    AccessLine,
    AccessMatrix,
    CommentDifference,
    OwnDifference,
)
"""What answers list, beside the views."""


def components() -> dict[str, Any]:
    """Return every named schema of the OpenAPI document."""
    posted: list[type[BaseModel]] = [
        Envelope,
        *VOCABULARY.values(),
        Custom,
        ErasureRequest,
        ErasureDecision,
        Header,
        ContentItem,
        UpdateItem,
        IncidentItem,
    ]
    models: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in posted]
    listed: list[tuple[type[BaseModel], Any]] = [(model, "serialization") for model in _LISTED]
    answered: list[tuple[type[BaseModel], Any]] = [(view.answer, "serialization") for view in VIEWS]
    defined = _definitions([*models, *answered, *listed], _COMPONENT + "{model}")
    return {**defined, **ANSWERS, "CloudEvent": _event()}


def payload_schema(type_: str) -> dict[str, Any]:
    """Return the JSON Schema of the `data` of an event type, self-contained. Raises `Refused` for an unknown type."""
    payload = payload_of(type_)
    schema = payload.model_json_schema(schema_generator=_Untitled)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": type_}


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the field's name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def _definitions(models: list[tuple[type[BaseModel], Any]], template: str) -> dict[str, Any]:
    _, schema = models_json_schema(models, ref_template=template, schema_generator=_Untitled)
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _COMPONENT + name}


def _event() -> dict[str, Any]:
    """Return the schema of whatever may be posted.

    The schema of a type's data stands beside it under its class's name, and at `/schemas/{type}`: to spell out all of
    them as alternatives makes a document that no tool reads well.
    """
    types = [payload.type for payload in VOCABULARY.values() if not payload.recorded_by_service]
    return {
        "description": "A CloudEvents 1.0.2 event of the vocabulary. What its data holds follows from its type: "
        "`GET /schemas/{type}`.",
        "allOf": [_ref("Envelope")],
        "properties": {"type": {"anyOf": [{"enum": types}, {"type": "string", "pattern": _CUSTOM}]}},
        "examples": [_EXAMPLE],
    }


def _object(about: str, members: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "description": about,
        "properties": {**members, **(optional or {})},
        "required": list(members),
    }


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "minimum": 0}
_POSITIVE = {"type": "integer", "minimum": 1}
_TIME = {"type": "string", "format": "date-time"}
_HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256 in hex"}
_HASH = {"type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$", "description": "SHA-256 in base64"}
_SEAL = {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}
_OPENINGS = {"type": "object", "additionalProperties": _ref("Opening"), "description": "by field name"}
_NEXT = _or_null({"type": "string", "description": "the URL of the next page"})
_STORED = {
    "index": _NUMBER,
    "leaf_hash": _HEX,
    "entry": _ref("Entry"),
    "openings": _OPENINGS,
    "withheld": _list(_TEXT),
}
_ERASED = {
    "erased": {
        "type": "object",
        "additionalProperties": _NUMBER,
        "description": "the fields that were erased by law, each with the index of the key.destroyed that tells of it",
    }
}
_COUNTS = {"type": "object", "additionalProperties": _NUMBER}
_RECONCILED = {
    "type": "object",
    "properties": {"index": _NUMBER, "findings": _COUNTS},
    "required": ["index", "findings"],
    "description": "the event reconciliation.completed, and how many items there are of each kind of difference",
}
_SNAPSHOT = {
    "type": "object",
    "properties": {
        "snapshot": {**_POSITIVE, "description": "its number among those of its account"},
        "kind": {"enum": ["account", "page"]},
        "taken_at": _TIME,
        "window": {"type": "object", "properties": {"from": _TIME, "to": _TIME}},
        "completeness": {"enum": ["complete", "partial", "counts_only"]},
        "file_sha256": _HEX,
        "items": _NUMBER,
        "counts": _or_null(_COUNTS),
        "index": {**_NUMBER, "description": "the event snapshot.imported"},
        "reconciliation": _or_null(_RECONCILED),
    },
}
_LEDGER = {"name": _TEXT, "origin": _TEXT, "vkey": _TEXT, "created_at": _TIME}

ANSWERS: Mapping[str, Any] = {
    "Problem": _object(
        "An error (RFC 9457). `errors` are the places that are wrong, as JSON pointers into the request, or "
        "`?name` for a parameter; no value of the request is repeated.",
        {
            "type": {"type": "string", "pattern": f"^{PREFIX}"},
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
            "instance": _TEXT,
        },
        {
            "errors": _list(_object("One fault.", {"pointer": _TEXT, "detail": _TEXT})),
            "index": {**_NUMBER, "description": "id-conflict: where the first event under the id stands"},
            "last": {**_NUMBER, "description": "sequence-repeated: the source's last number"},
            "expected": {**_NUMBER, "description": "incident-moved: the version that was expected"},
            "actual": {**_NUMBER, "description": "incident-moved: the version it is at"},
            "holds": {**_list(_NUMBER), "description": "held: the events that placed the holds in the way"},
            "tombstones": {**_list(_NUMBER), "description": "held: what was destroyed before the hold came"},
        },
    ),
    "Opening": _object(
        "What opens a seal: SHA-256(salt ‖ name ‖ 0x00 ‖ RFC 8785(value)).", {"salt": _TEXT, "value": {}}
    ),
    "IncidentLink": _object(
        "An entry's place in its incident's chain.", {"id": _TEXT, "prev": _or_null(_HEX), "seq": _POSITIVE}
    ),
    "Entry": _object(
        "What the Merkle tree commits to, in its canonical form (RFC 8785). It holds no content: that is sealed.",
        {
            "accepted_at": _TIME,
            "seals": {"type": "object", "additionalProperties": _SEAL},
            "source": _object("Who posted.", {"id": _TEXT}, {"seq": _POSITIVE}),
            "type": _TEXT,
            "v": {"const": 1},
        },
        {"incident": _ref("IncidentLink")},
    ),
    "Accepted": _object(
        "What became of an event. With `Prefer: return=minimal` the index alone.",
        {"index": _NUMBER},
        {
            "leaf_hash": _HEX,
            "entry": _ref("Entry"),
            "openings": _OPENINGS,
            **_ERASED,
            "receipt": {"type": "string", "description": "c2sp.org/tlog-proof@v1, verifiable offline"},
        },
    ),
    "AcceptedBatch": _object(
        "What became of the events of a batch, in its order.", {"events": _list(_ref("Accepted"))}
    ),
    "StreamAnswer": _object(
        "What became of one line of a stream: the members of Accepted, or a problem.",
        {"line": _POSITIVE, "status": {"type": "integer"}},
        {
            "index": _NUMBER,
            "leaf_hash": _HEX,
            "entry": _ref("Entry"),
            "openings": _OPENINGS,
            **_ERASED,
            "receipt": _TEXT,
            "problem": _ref("Problem"),
        },
    ),
    "Event": _object("An event as the token's role may see it.", _STORED, _ERASED),
    "EventPage": _object("A page of events.", {"items": _list(_ref("Event")), "next": _NEXT}),
    "TimelineItem": _object(
        "An event in its incident, with what later happened to it.",
        {
            **_STORED,
            "time": _or_null(_TEXT),
            "late_seconds": _or_null({"type": "number", "description": "recorded late; below 0, ahead of its time"}),
            "linked_by": _or_null({**_NUMBER, "description": "the event that brought it into the incident"}),
            "marks": _list(_object("Something that happened to it.", {"type": _TEXT, "index": _NUMBER})),
            "unproven": {
                **_list(_TEXT),
                "description": "the fields that speak of an object whose beginning the ledger doesn't know (yet)",
            },
        },
        _ERASED,
    ),
    "ChainHead": _object(
        "The last entry of an incident's chain.", {"seq": _POSITIVE, "index": _NUMBER, "leaf_hash": _HEX}
    ),
    "TimelinePage": _object(
        "A page of a timeline, as far as the projections have come: entries below `folded`.",
        {
            "items": _list(_ref("TimelineItem")),
            "next": _NEXT,
            "incident": _TEXT,
            "head": _ref("ChainHead"),
            "folded": _NUMBER,
        },
    ),
    "Incident": {
        "allOf": [_ref("IncidentRow")],
        "properties": {"head": _ref("ChainHead")},
        "required": ["head"],
    },
    "IncidentPage": _object("A page of incidents.", {"items": _list(_ref("IncidentRow")), "next": _NEXT}),
    "OverviewPage": _object(
        "A page of incidents at a glance; ages are reckoned to `at`.",
        {"items": _list(_ref("OverviewItem")), "next": _NEXT, "at": _TIME},
    ),
    "AuditPage": _object(
        "A page of an audit trail over the entries below `size`. One with a next may yet hold few lines, or none.",
        {"items": _list(_ref("AuditLine")), "next": _NEXT, "size": _NUMBER},
    ),
    "ErasurePage": _object(
        "The register of erasures over the entries below `size`: a page of cases, and the figures of all of them.",
        {"items": _list(_ref("ErasureCase")), "next": _NEXT, "size": _NUMBER, "totals": _ref("ErasureTotals")},
    ),
    "ErasurePreview": _object(
        "What would be erased of a subject, over the entries below `size`. No more than 1,000 events are listed each: "
        "`indexes` of what would go, what `mentioned` them in other people's words, where they are named `elsewhere`, "
        "in fields that aren't personal; the last two stay.",
        {
            "size": _NUMBER,
            "events": _NUMBER,
            "fields": _NUMBER,
            "rules": {
                "type": "object",
                "additionalProperties": _NUMBER,
                "description": "how many events each rule found",
            },
            "types": {
                "type": "object",
                "additionalProperties": _object(
                    "Events of a type, and how often each field.",
                    {"events": _NUMBER, "fields": {"type": "object", "additionalProperties": _NUMBER}},
                ),
            },
            "indexes": _list(_NUMBER),
            "mentioned": _list(_object("An event.", {"index": _NUMBER, "fields": _list(_TEXT)})),
            "elsewhere": _list(_object("An event.", {"index": _NUMBER, "fields": _list(_TEXT)})),
            "holds": _list(
                _object("A hold in the way, and how many events it covers.", {"index": _NUMBER, "events": _NUMBER})
            ),
        },
    ),
    "ErasureRequested": _object(
        "The request is on record.", {"index": _NUMBER, "subject_hash": _HEX, "would_erase": _ref("ErasurePreview")}
    ),
    "ErasureDone": _object(
        "The decision, and what was destroyed by this call: nothing of it is in the database any more.",
        {"request": _NUMBER, "outcome": _TEXT},
        {
            "decision": _NUMBER,
            "tombstones": _list(_NUMBER),
            "events": _NUMBER,
            "would_erase": _ref("ErasurePreview"),
        },
    ),
    "AccessPage": _object(
        "A page of the access register over the entries below `size`. One with a next may yet hold few lines, or none.",
        {"items": _list(_ref("AccessLine")), "next": _NEXT, "size": _NUMBER},
    ),
    "AccessAnswer": {
        "allOf": [_ref("AccessMatrix")],
        "properties": {"size": {**_NUMBER, "description": "entries below this index are told"}},
        "required": ["size"],
    },
    "ImportedSnapshot": _object(
        "What became of a snapshot; `events` are the findings that it brought to light.",
        {"index": _NUMBER, "reconciliation": _RECONCILED, "items": _NUMBER, "events": _list(_NUMBER)},
    ),
    "ReconciliationPage": _object(
        "A page of differences between a snapshot and the ledger. One with a next may yet hold few, or none.",
        {
            "items": _list({"anyOf": [_ref("CommentDifference"), _ref("OwnDifference")]}),
            "next": _NEXT,
            "snapshot": _SNAPSHOT,
        },
    ),
    "SnapshotAccountPage": _object(
        "A page of the accounts and pages that were looked at, each with its latest snapshots.",
        {
            "items": _list(
                _object(
                    "An account.",
                    {"platform": _TEXT, "account": _TEXT, "count": _POSITIVE, "snapshots": _list(_SNAPSHOT)},
                )
            ),
            "next": _NEXT,
        },
    ),
    "IndexPage": _object(
        "The indexes behind one figure of a view.",
        {"items": _list(_NUMBER), "next": _NEXT, "value": {"type": ["number", "null"]}, "count": _NUMBER},
    ),
    "Ledger": _object("A ledger, its key and its size.", {**_LEDGER, "size": _NUMBER}),
    "LedgerList": _object("All ledgers.", {"items": _list(_object("A ledger and its key.", _LEDGER))}),
    "InclusionProof": _object(
        "That an entry is in a tree, the leaf's sibling first.",
        {"index": _NUMBER, "size": _POSITIVE, "leaf_hash": _HASH, "root": _HASH, "proof": _list(_HASH)},
    ),
    "ConsistencyProof": _object(
        "That one tree extends another.",
        {"from": _NUMBER, "to": _NUMBER, "from_root": _HASH, "to_root": _HASH, "proof": _list(_HASH)},
    ),
    "Readiness": _object(
        "Whether events are accepted, and by ledger why not.",
        {"ready": {"type": "boolean"}, "reasons": {"type": "object", "additionalProperties": _TEXT}},
    ),
}
