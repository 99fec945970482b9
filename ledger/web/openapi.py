"""The OpenAPI 3.1 document, made from the table of routes: nothing is said twice."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from ledger.store.tokens import Role
from ledger.web.access_record import HEADER
from ledger.web.operation import Answer, Operation, Parameter, Schema
from ledger.web.problems import MEDIA_TYPE, PREFIX, Kind
from ledger.web.schemas import components

_LEDGER = Parameter("ledger", "path", "the ledger's name", required=True)
_PATH_PATTERN = re.compile(r"\{(\w+):[^}]+\}")
_ABOUT = """\
Services post the events of a crisis; each comes back with a receipt that proves, offline and with tools made by
others, that it stands in an append-only log. Timelines are read from the log and can be proved whole.

Every answer has an `X-Request-Id`; one that tells an auditor personal fields names, in `Access-Recorded`, the event
that puts this reading on record. Every error is a problem (RFC 9457) whose `type` is stable and whose `errors`
point at the places that are wrong. What the live tails send is described in [AsyncAPI 3.0](/asyncapi.json). A
resource answers 405 with `Allow` to any method that is not listed here. Many of these addresses are pages too: who
asks for `text/html` gets HTML.
"""
_TAGS = {
    "events": "What was posted, and what can be read of it",
    "incidents": "What the projections make of the events",
    "practices": "Whether the six practices were practised in an incident: every number with the events behind it",
    "verdicts": "Whether anything was hidden, by checks that anyone with the events can ask again",
    "access": "Who read what is personal, who took events away, and who may",
    "proofs": "What verifies the log without trusting it: open to anyone, and without content",
    "law": "Erasure of a person by law: requests, decisions, and the register of both",
    "ledgers": "The logs of this service",
    "operation": "For whoever runs the service or writes a client",
}
_ON_RECORD = "the index of the access.viewed that records this reading of personal fields; `no`: it is not on record"
_HEADERS_OF_PROBLEMS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": "the scheme, Bearer"},
    412: {"ETag": "the incident's actual version"},
    503: {"Retry-After": "after how many seconds to try again"},
}


def render_openapi(operations: Iterable[Operation], version: str) -> bytes:
    """Return the document as JSON."""
    return json.dumps(openapi(operations, version), ensure_ascii=False, separators=(",", ":")).encode()


def openapi(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1.0 document of a table of operations."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = _PATH_PATTERN.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Incident Ledger",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": name, "description": description} for name, description in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of the ledger: ldg_…"}
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    parameters = [_LEDGER] if "{ledger}" in operation.path else []
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [_parameter(parameter) for parameter in (*parameters, *operation.parameters)],
        "responses": _answers(_recorded(operation)) | _problems(operation.problems),
    }
    if operation.roles:
        described["description"] = f"Needs a token with one of the roles {', '.join(sorted(operation.roles))}."
        described["security"] = [{"token": []}]
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.required,
        "schema": parameter.schema,
    }


def _recorded(operation: Operation) -> Mapping[int, Answer]:
    """Return an operation's answers; those that may tell an auditor something personal say where that is on record."""
    if operation.method != "GET" or Role.AUDITOR not in operation.roles:
        return operation.answers
    return {
        status: replace(answer, headers={**answer.headers, HEADER: _ON_RECORD}) if answer.content else answer
        for status, answer in operation.answers.items()
    }


def _answers(answers: Mapping[int, Answer]) -> dict[str, Any]:
    return {
        str(status): {
            "description": answer.description,
            "headers": _headers(answer.headers),
            "content": _content(answer.content),
        }
        for status, answer in answers.items()
    }


def _problems(kinds: Sequence[Kind]) -> dict[str, Any]:
    """Return one response for each status, naming the problems that share it."""
    by_status = groupby(sorted(kinds, key=attrgetter("status")), attrgetter("status"))
    return {str(status): _problem(status, list(group)) for status, group in by_status}


def _problem(status: int, kinds: Sequence[Kind]) -> dict[str, Any]:
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {"type": {"enum": [PREFIX + kind.name for kind in kinds]}, "status": {"const": status}},
    }
    return {
        "description": "; ".join(f"`{kind.name}`: {kind.title}" for kind in kinds),
        "headers": _headers(_HEADERS_OF_PROBLEMS.get(status, {})),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _headers(headers: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}


def _content(content: Mapping[str, Schema]) -> dict[str, Any]:
    return {media_type: {"schema": schema} for media_type, schema in content.items()}
