"""An event that can't be accepted gets a problem that names the place, and leaves nothing behind."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.envelope import MAX_EVENT_BYTES
from ledger.web.cloudevents import BATCH_TYPE, MAX_REQUEST_BYTES
from tests.events.vocabulary_examples import EXAMPLES
from tests.http.client import Client, comment, written

VALID = json.dumps(comment("bad", data={"text": "TEXT"}), ensure_ascii=False)


def with_text(written: str) -> bytes:
    """Return the valid event with something else where its text was."""
    return VALID.replace('"TEXT"', written).encode("utf-8", "surrogatepass")


MALFORMED = {
    "no body": (b"", ""),
    "blank": (b" \n", ""),
    "no JSON": (b"comment!", ""),
    "cut off": (VALID[:-1].encode(), ""),
    "something after it": (VALID.encode() + b"{}", ""),
    "two events": (f"[{VALID}]".encode(), ""),
    "a string": (b'"an event"', ""),
    "null": (b"null", ""),
    "not UTF-8": (VALID.replace("panne", "p\u00e2nne").encode("latin-1") + b"\xff", ""),
    "UTF-16": (VALID.encode("utf-16"), ""),
    "byte order mark": (b"\xef\xbb\xbf" + VALID.encode(), ""),
    "single quotes": (VALID.replace('"', "'").encode(), ""),
    "trailing comma": (VALID[:-1].encode() + b",}", ""),
    "comment": (b"/* now */" + VALID.encode(), ""),
    "raw line feed in a string": (with_text('"a\nb"'), ""),
    "duplicate attribute": (VALID[:-1].encode() + b',"id":"other"}', "/id"),
    "duplicate field": (with_text('"a","text":"b"'), "/data/text"),
    "duplicate field, same value": (with_text('"a","text":"a"'), "/data/text"),
    "duplicate once unescaped": (with_text(r'"a","te\u0078t":"a"'), "/data/text"),
    "NaN": (with_text("NaN"), "/data/text"),
    "Infinity": (with_text("Infinity"), "/data/text"),
    "-Infinity": (with_text("-Infinity"), "/data/text"),
    "1e400": (with_text("1e400"), "/data/text"),
    "2^53": (with_text("9007199254740992"), "/data/text"),
    "-2^53": (with_text("-9007199254740992"), "/data/text"),
    "2^53 as a double": (with_text("9007199254740993.0"), "/data/text"),
    "5,000 digits": (with_text("1" * 5000), "/data/text"),
    "high surrogate alone": (with_text(r'"\ud83d"'), "/data/text"),
    "low surrogate alone": (with_text(r'"\udca9"'), "/data/text"),
    "surrogates the wrong way round": (with_text(r'"\udca9\ud83d"'), "/data/text"),
    "surrogate as UTF-8": (with_text('"\ud83d"'), ""),
    "U+0000": (with_text(r'"\u0000"'), "/data/text"),
    "U+0000 in a name": (with_text(r'"a","\u0000":1'), "/data/?"),
    "33 deep": (with_text("[" * 32 + "]" * 32), "/data/text" + "/0" * 30),
    "100,000 deep": (with_text("[" * 100_000 + "]" * 100_000), ""),
    "100,000 objects deep": (with_text('{"a":' * 100_000 + "1" + "}" * 100_000), ""),
}


@pytest.mark.parametrize(("body", "pointer"), MALFORMED.values(), ids=MALFORMED)
async def test_body_that_is_not_strict_json_is_malformed(standing: Client, body: bytes, pointer: str) -> None:
    before = await standing.size()
    answer = await standing.post_bytes(body)
    assert (answer.status, answer.problem) == (400, "malformed")
    assert answer.pointers == [pointer]
    assert await standing.size() == before


PLACED = {name: (body, pointer) for name, (body, pointer) in MALFORMED.items() if pointer}


@pytest.mark.parametrize(("body", "pointer"), PLACED.values(), ids=PLACED)
async def test_fault_in_a_batch_points_at_its_event(standing: Client, body: bytes, pointer: str) -> None:
    answer = await standing.post_bytes(b"[" + VALID.encode() + b"," + body + b"]", BATCH_TYPE)
    assert (answer.status, answer.problem) == (400, "malformed")
    # Of the depth that is allowed, the list of a batch is one level.
    assert answer.pointers == [f"/events/1{pointer.removesuffix('/0')}"]


NO_BATCH = {
    "no body": (b"", ["/events"]),
    "one event": (VALID.encode(), ["/events"]),
    "a string": (b'"events"', ["/events"]),
    "items that are no events": (b"[1,{},null,[]]", ["/events/0", "/events/2", "/events/3"]),
}


@pytest.mark.parametrize(("body", "pointers"), NO_BATCH.values(), ids=NO_BATCH)
async def test_batch_is_a_list_of_objects(standing: Client, body: bytes, pointers: list[str]) -> None:
    answer = await standing.post_bytes(body, BATCH_TYPE)
    assert (answer.status, answer.problem, answer.pointers) == (400, "malformed", pointers)


def away(**given: float) -> str:
    return (datetime.now(UTC) + timedelta(**given)).isoformat()


INVALID: Mapping[str, tuple[dict[str, Any], str]] = {
    "no specversion": ({"specversion": None}, "/specversion"),
    "specversion of the past": ({"specversion": "0.3"}, "/specversion"),
    "no id": ({"id": None}, "/id"),
    "empty id": ({"id": ""}, "/id"),
    "id a number": ({"id": 7}, "/id"),
    "id with a line feed": ({"id": "a\nb"}, "/id"),
    "id too long": ({"id": "a" * 257}, "/id"),
    "no source": ({"source": None}, "/source"),
    "source with a blank": ({"source": "urn:a b"}, "/source"),
    "no type": ({"type": None}, "/type"),
    "unknown type": ({"type": "comment.recieved"}, "/type"),
    "no time": ({"time": None}, "/time"),
    "time without zone": ({"time": "2026-11-22T14:00:00"}, "/time"),
    "time without a day": ({"time": "14:00:00Z"}, "/time"),
    "time that is none": ({"time": "2026-02-30T14:00:00Z"}, "/time"),
    "time a number": ({"time": 1_795_000_000}, "/time"),
    "more than a day ahead": ({"time": away(days=2)}, "/time"),
    "subject with a blank": ({"subject": "paris outage"}, "/subject"),
    "subject empty": ({"subject": ""}, "/subject"),
    "subject with a slash": ({"subject": "paris/outage"}, "/subject"),
    "sequence 0": ({"sequence": "0"}, "/sequence"),
    "sequence no number": ({"sequence": "next"}, "/sequence"),
    "sequence a fraction": ({"sequence": 1.5}, "/sequence"),
    "actor of no kind": ({"actor": "ana"}, "/actor"),
    "extension with a capital": ({"traceParent": "x"}, "/traceParent"),
    "extension an object": ({"trace": {"id": 1}}, "/trace"),
    "extension a list": ({"trace": [1]}, "/trace"),
    "data_base64": ({"data_base64": "eA=="}, "/data_base64"),
    "data of another kind": ({"datacontenttype": "text/xml"}, "/datacontenttype"),
    "missing field": ({"data": {"platform": "x", "external_id": "1"}}, "/data/text"),
    "no data": ({"data": {}}, "/data/platform"),
    "data a list": ({"data": []}, "/data"),
    "data a string": ({"data": "text"}, "/data"),
    "unknown field": ({"data": {"platform": "x", "external_id": "1", "text": "", "txt": ""}}, "/data/txt"),
    "text a number": ({"data": {"platform": "x", "external_id": "1", "text": 7}}, "/data/text"),
    "text null": ({"data": {"platform": "x", "external_id": "1", "text": None}}, "/data/text"),
    "field nested": (
        {"data": {"platform": "x", "external_id": "1", "text": "", "media": [{}, {"url": "javascript:1"}]}},
        "/data/media/1/url",
    ),
    "envelope's name in data": ({"data": {"platform": "x", "external_id": "1", "text": "", "id": "2"}}, "/data/id"),
    "no incident where one is needed": (
        {"type": "incident.opened", "actor": "person:ana", "data": {"reason": "r", "severity": "major"}},
        "/subject",
    ),
    "no actor where one is needed": (
        {"type": "comment.hidden", "subject": "i", "data": EXAMPLES["comment.hidden"]},
        "/actor",
    ),
}


@pytest.mark.parametrize(("attributes", "pointer"), INVALID.values(), ids=INVALID)
async def test_event_outside_the_vocabulary_is_invalid(
    standing: Client, attributes: dict[str, Any], pointer: str
) -> None:
    before = await standing.size()
    event = {name: value for name, value in {**comment(), **attributes}.items() if value is not None}
    answer = await standing.post(event)
    assert (answer.status, answer.problem) == (422, "invalid-event")
    assert pointer in answer.pointers
    batch = await standing.post_batch([comment(), event])
    assert (batch.status, batch.problem) == (422, "invalid-event")
    assert f"/events/1{pointer}" in batch.pointers
    assert await standing.size() == before, "a batch is accepted whole or not at all"


async def test_every_fault_of_every_event_is_named_at_once(standing: Client) -> None:
    first = comment(id="", time="now", data={"txt": ""})
    answer = await standing.post_batch([first, comment(), comment(source=None)])
    assert {"/events/0/id", "/events/2/source"} <= set(answer.pointers)
    alone = await standing.post(comment(time="now", data={"txt": "", "text": 7}))
    assert {"/time", "/data/txt", "/data/text"} == set(alone.pointers)


async def test_unknown_type_is_told_the_nearest(standing: Client) -> None:
    answer = await standing.post(comment(type="comment.recieved"))
    assert "comment.received" in answer.document["errors"][0]["detail"]


async def test_type_that_only_the_ledger_records_is_refused(standing: Client) -> None:
    answer = await standing.post({**comment(type="ingest.gap_detected"), "data": EXAMPLES["ingest.gap_detected"]})
    assert (answer.status, answer.problem, answer.pointers) == (422, "invalid-event", ["/type"])


@pytest.mark.parametrize(("size", "status"), [(MAX_EVENT_BYTES, 201), (MAX_EVENT_BYTES + 1, 413)])
@pytest.mark.parametrize("mode", ["structured", "batch", "ndjson", "binary"])
async def test_event_has_at_most_a_mebibyte(standing: Client, mode: str, size: int, status: int) -> None:
    event = comment(type="custom.large")
    event["data"] = {"a": ""}
    if mode == "binary":
        data = json.dumps({"a": "a" * (size - len('{"a": ""}'))}).encode()
        headers = {f"ce_{name}": event[name] for name in ("specversion", "id", "source", "type", "time")}
        answer = await standing.post_bytes(data, "application/json", **headers)
        assert answer.status == status
        return
    event["data"]["a"] = "a" * (size - len(written(event)))
    if mode == "structured":
        answer = await standing.post(event)
        assert answer.status == status
    elif mode == "batch":
        assert (await standing.post_batch([event])).status == status
    else:
        answer = await standing.post_lines([event, comment()], Prefer="return=minimal")
        assert [line["status"] for line in answer.lines] == [status, 201]


async def test_request_has_at_most_16_mebibytes(standing: Client) -> None:
    before = await standing.size()
    body = json.dumps([comment()]).encode()
    answer = await standing.post_bytes(body.ljust(MAX_REQUEST_BYTES + 1), BATCH_TYPE)
    assert (answer.status, answer.problem) == (413, "too-large")
    assert await standing.size() == before


async def test_entry_has_at_most_65535_bytes(standing: Client) -> None:
    event = {**comment(type="custom.wide"), "data": {f"field_{n}": n for n in range(1300)}}
    answer = await standing.post(event)
    assert (answer.status, answer.problem, answer.pointers) == (422, "invalid-event", ["/data"])
