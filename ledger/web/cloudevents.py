"""CloudEvents 1.0.2 over HTTP: which mode a request is in, and the documents it holds.

The mode follows from Content-Type alone (HTTP binding §3): `application/cloudevents-batch+json`,
`application/cloudevents+json`, NDJSON (ours), and otherwise binary, with the attributes in `ce-` headers and the data
as the body.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from urllib.parse import unquote_to_bytes

from events.envelope import MAX_EVENT_BYTES, is_json
from events.faults import Fault, Malformed, Refused
from events.strict import JsonObject, JsonValue, parse, parse_object
from ledger.web.problems import TOO_LARGE, UNSUPPORTED, Problem

MAX_REQUEST_BYTES = 16 << 20
BATCH_TYPE = "application/cloudevents-batch+json"
EVENT_TYPE = "application/cloudevents+json"
NDJSON_TYPE = "application/x-ndjson"
_NDJSON_TYPES = frozenset({NDJSON_TYPE, "application/ndjson", "application/jsonl"})


class Mode(Enum):
    """How a request carries events."""

    STRUCTURED = "structured"
    BATCH = "batch"
    BINARY = "binary"
    NDJSON = "ndjson"


def mode_of(content_type: str) -> Mode:
    """Return the mode of a media type (without parameters). Raises `Problem` 415 for event formats that aren't JSON."""
    media_type = content_type.lower()
    if media_type.startswith("application/cloudevents-batch"):
        return _json_only(media_type, BATCH_TYPE, Mode.BATCH)
    if media_type.startswith("application/cloudevents"):
        return _json_only(media_type, EVENT_TYPE, Mode.STRUCTURED)
    return Mode.NDJSON if media_type in _NDJSON_TYPES else Mode.BINARY


def read_structured(body: bytes) -> JsonObject:
    """Return the one event document of a structured request. Raises `Malformed`, `Problem` 413."""
    if len(body) > MAX_EVENT_BYTES:
        raise Problem(TOO_LARGE, f"An event has at most {MAX_EVENT_BYTES} bytes.")
    return parse_object(body)


def read_batch(body: bytes) -> list[JsonObject]:
    """Return the event documents of a batch; none is legal. Raises `Malformed`, `Problem` 413, below `/events`."""
    try:
        documents = parse(body)
    except Malformed as malformed:
        raise malformed.under("/events") from None
    if not isinstance(documents, list):
        raise Malformed([Fault("/events", "expected a JSON array of events")])
    if faults := _each(documents, lambda item: not isinstance(item, dict), "expected a JSON object"):
        raise Malformed(faults)
    if len(body) > MAX_EVENT_BYTES and (faults := _each(documents, _oversize, f"more than {MAX_EVENT_BYTES} bytes")):
        raise Problem(TOO_LARGE, f"An event has at most {MAX_EVENT_BYTES} bytes.", faults)
    return documents


def read_line(line: bytes) -> JsonObject:
    """Return the event document of one NDJSON line. Our own format: `specversion` may be left out, it is 1.0."""
    if len(line) > MAX_EVENT_BYTES:
        raise Problem(TOO_LARGE, f"An event has at most {MAX_EVENT_BYTES} bytes.")
    return {"specversion": "1.0", **parse_object(line)}


def read_binary(headers: Mapping[str, str], content_type: str, body: bytes) -> JsonObject:
    """Return the event document of a binary request. Raises `Malformed` (body or header), `Problem` 413, 415."""
    if len(body) > MAX_EVENT_BYTES:
        raise Problem(TOO_LARGE, f"An event has at most {MAX_EVENT_BYTES} bytes.")
    document = _attributes(headers)
    if "specversion" not in document:
        raise Refused(
            [Fault("/specversion", f"binary mode needs ce-specversion, ce-id …; a whole event is sent as {EVENT_TYPE}")]
        )
    if body:
        if content_type and not is_json(content_type):
            raise Problem(UNSUPPORTED, "The data of an event is JSON: Content-Type: application/json.")
        try:
            document["data"] = parse_object(body)
        except Malformed as malformed:
            raise malformed.under("/data") from None
    return document


def _each(documents: Sequence[JsonValue], wrong: Callable[[JsonValue], bool], detail: str) -> list[Fault]:
    return [Fault(f"/events/{n}", detail) for n, document in enumerate(documents) if wrong(document)]


def _oversize(document: JsonValue) -> bool:
    return len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_EVENT_BYTES


def _json_only(media_type: str, accepted: str, mode: Mode) -> Mode:
    if media_type != accepted:
        raise Problem(UNSUPPORTED, f"Events are accepted in JSON: {accepted}.", headers={"Accept": accepted})
    return mode


def _attributes(headers: Mapping[str, str]) -> JsonObject:
    document: JsonObject = {}
    for header, value in headers.items():
        name = header.lower()
        if name.startswith("ce-"):
            name = name.removeprefix("ce-")
            if name in document:
                raise Malformed([Fault(f"/{name}", "this header stands twice")])
            document[name] = _attribute(name, value)
    return document


def _attribute(name: str, value: str) -> str:
    """Undo what the HTTP binding §3.1.3.2 does to a header: quotes first, then percent-encoding, once."""
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = _unescape(text[1:-1])
    try:
        decoded = unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed([Fault(f"/{name}", "not UTF-8 once percent-decoded")]) from None
    if "\x00" in decoded:
        raise Malformed([Fault(f"/{name}", "U+0000 is not allowed")])
    return decoded


def _unescape(text: str) -> str:
    characters = iter(text)
    return "".join(next(characters, "") if character == "\\" else character for character in characters)
