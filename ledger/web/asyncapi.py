"""The AsyncAPI 3.0 document: what the live tails send, made from the vocabulary. OpenAPI has the rest."""

import json
from collections.abc import Iterator
from typing import Any

from events.vocabulary import VOCABULARY

_ABOUT = """\
Server-sent events of a ledger. Each has the event's index as its `id`, and as `data` the event in JSON: the canonical
entry, and the openings that the token's role may see. `Last-Event-ID` resumes behind an index: nothing is missed, and
nothing comes twice. The data of an event are the values in its openings by field name; a message's `x-data` is their
schema. Everything else over HTTP is in [OpenAPI 3.1](/openapi.json).
"""
_TAILS = {
    "events": (
        "/ledgers/{ledger}/events",
        "Event",
        "Every event of the ledger in the order of the log, from the moment of the request or from `start` on.",
    ),
    "timeline": (
        "/ledgers/{ledger}/incidents/{incident}/timeline",
        "TimelineItem",
        "Every event that stands in the incident, with what happened to it so far.",
    ),
}
"""Channels: their address, the schema (of the OpenAPI document) of what they send, and what that is."""
_PARAMETERS = {
    "ledger": {"description": "the ledger's name"},
    "incident": {"description": "the incident's id"},
}
_ANY = "custom"


def render_asyncapi(version: str) -> bytes:
    """Return the document as JSON."""
    return json.dumps(asyncapi(version), ensure_ascii=False, separators=(",", ":")).encode()


def asyncapi(version: str) -> dict[str, Any]:
    """Return the AsyncAPI 3.0.0 document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Incident Ledger: live tails",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in _TAILS},
        "operations": {name: _operation(name) for name in _TAILS},
        "components": {
            "messages": {f"{name}.{type_}": _message(name, type_) for name in _TAILS for type_ in _types()},
            "schemas": {"Headers": _HEADERS},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of the ledger: ldg_…"}
            },
        },
    }


def _types() -> Iterator[str]:
    yield from VOCABULARY
    yield _ANY


def _channel(name: str) -> dict[str, Any]:
    address, _, about = _TAILS[name]
    messages = {type_: {"$ref": f"#/components/messages/{name}.{type_}"} for type_ in _types()}
    named = {key: about for key, about in _PARAMETERS.items() if f"{{{key}}}" in address}
    return {"address": address, "description": about, "messages": messages, "parameters": named}


def _operation(name: str) -> dict[str, Any]:
    """Return what the service does on a channel: a client asks for it as `text/event-stream`, and then listens."""
    query = {
        "start": {"type": "integer", "minimum": 0, "description": "the index to begin at"},
        "format": {"const": "sse", "description": "instead of Accept: text/event-stream"},
    }
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "security": [{"$ref": "#/components/securitySchemes/token"}],
        "bindings": {"http": {"method": "GET", "query": {"type": "object", "properties": query}}},
    }


def _message(name: str, type_: str) -> dict[str, Any]:
    named = {"pattern": r"^custom\."} if type_ == _ANY else {"const": type_}
    entry = {"type": "object", "properties": {"type": {"type": "string", **named}}, "required": ["type"]}
    message = {
        "name": type_,
        "headers": {"$ref": "#/components/schemas/Headers"},
        "payload": {
            "allOf": [{"$ref": f"/openapi.json#/components/schemas/{_TAILS[name][1]}"}],
            "type": "object",
            "properties": {"entry": entry},
        },
    }
    if type_ == _ANY:
        return {**message, "summary": "An event of a type of the poster's own, custom.<name>."}
    return {**message, "summary": _summary(type_), "x-data": {"$ref": f"/schemas/{type_}"}}


def _summary(type_: str) -> str:
    return (VOCABULARY[type_].__doc__ or "").partition("\n\n")[0]


_HEADERS = {
    "type": "object",
    "description": "The fields of a server-sent event besides its data.",
    "properties": {
        "id": {
            "type": "string",
            "pattern": "^(0|[1-9][0-9]*)$",
            "description": "the event's index; sent back as Last-Event-ID, the tail goes on behind it",
        }
    },
    "required": ["id"],
}
