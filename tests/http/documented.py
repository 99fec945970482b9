"""Whether an answer is one that the OpenAPI document announces: status, media type, headers and schema."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from ledger.web.openapi import openapi
from ledger.web.problems import PREFIX
from ledger.web.routes import OPERATIONS
from ledger.web.schemas import ANSWERS

DOCUMENT = openapi(OPERATIONS, "0")
_TEMPLATES = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", re.sub(r"\{\w+:([^}]+)\}", r"\1", operation.path))), operation)
    for operation in OPERATIONS
]
_PATH_PATTERN = re.compile(r"\{(\w+):[^}]+\}")
_JSON_LINES = "application/x-ndjson"


def require_documented(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Fail unless the answer is documented. Where no operation is, 404 or 405 is; HEAD is GET without a body."""
    path = unquote(path)
    shown = "GET" if method == "HEAD" else method
    found = next((op for pattern, op in _TEMPLATES if pattern.fullmatch(path) and op.method == shown), None)
    if found is None:
        assert status in {404, 405}, f"{method} {path} is nowhere documented and answers {status}"
        _require_schema({"$ref": "#/components/schemas/Problem"}, body, f"{method} {status}")
        return
    template = _PATH_PATTERN.sub(r"{\1}", found.path)
    responses = DOCUMENT["paths"][template][shown.lower()]["responses"]
    assert str(status) in responses, f"{method} {template} answers {status}, which is not documented: {body[:300]!r}"
    described = responses[str(status)]
    if not described["content"]:
        return
    media_type = headers.get("Content-Type", "").partition(";")[0]
    assert media_type in described["content"], f"{method} {template} {status} is {media_type}"
    if status >= 400:
        missing = [name for name in described["headers"] if name not in headers]
        assert not missing, f"{method} {template} {status} lacks {missing}"
    schema = described["content"][media_type]["schema"]
    if method == "HEAD":
        return
    if media_type == _JSON_LINES:
        for line in body.splitlines():
            _require_schema(schema, line, f"{method} {template} {status}")
    elif media_type.endswith("json"):
        _require_schema(schema, body, f"{method} {template} {status}")


def kinds_documented() -> set[str]:
    """Return the names of all problems that the document speaks of."""
    found = re.findall(re.escape(PREFIX) + r"([a-z-]+)", json.dumps(DOCUMENT["paths"]))
    return set(found)


def _require_schema(schema: Mapping[str, Any], body: bytes, where: str) -> None:
    error = next(_validator(json.dumps(schema)).iter_errors(json.loads(body)), None)
    assert error is None, f"{where}: {error}\n{body[:500]!r}"


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Return a validator to which a member that the document does not name is an error."""
    return jsonschema_rs.Draft202012Validator({**json.loads(schema), "components": {"schemas": _CLOSED}})


def _closed(component: Mapping[str, Any]) -> Mapping[str, Any]:
    return component if "additionalProperties" in component else {**component, "unevaluatedProperties": False}


_CLOSED = {
    name: _closed(component) if name in ANSWERS else component
    for name, component in DOCUMENT["components"]["schemas"].items()
}
