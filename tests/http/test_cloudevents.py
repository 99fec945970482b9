"""CloudEvents over HTTP: what another implementation sends is understood, in structured and in binary mode."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from events.faults import Refused
from ledger.store.tokens import Role
from ledger.web.cloudevents import read_binary
from tests.http.client import Answer, Client, comment, written

ATTRIBUTES = ("specversion", "id", "source", "type", "time")


async def post_binary(
    client: Client, headers: Mapping[str, str], data: bytes, content_type: str = "application/json"
) -> Answer:
    """POST an event in binary mode."""
    typed = CIMultiDict(headers)
    if content_type:
        typed["Content-Type"] = content_type
    return await client.send("POST", "/events", body=data, headers=typed, role=Role.POSTER)


def attributes(**changed: str) -> dict[str, str]:
    """Return the headers of a valid binary event."""
    return {f"ce-{name}": comment()[name] for name in ATTRIBUTES} | {
        f"ce-{name}": text for name, text in changed.items()
    }


async def opened(client: Client, answer: Answer) -> dict[str, Any]:
    """Return the fields of the event that was appended."""
    event = await client.get(f"/events/{answer.document['index']}", Role.AUDITOR)
    return {name: opening["value"] for name, opening in event.document["openings"].items()}


def as_others_make_it(subject: str) -> CloudEvent:
    event = comment(subject=subject, actor="person:zoé", traceparent="00-ab-cd-01")
    data = event.pop("data")
    return CloudEvent({**event, "time": datetime(2026, 11, 22, 14, 0, tzinfo=UTC)}, data)


@pytest.mark.parametrize("subject", ["paris", "métro-ligne-4", "停電"])
async def test_both_modes_of_the_sdk_are_one_event(client: Client, subject: str) -> None:
    event = as_others_make_it(subject)
    binary, structured = to_binary_event(event), to_structured_event(event)
    first = await post_binary(client, dict(binary.headers), binary.body, binary.headers.get("content-type", ""))
    assert first.status == 201
    assert first.document["entry"]["incident"]["id"] == subject
    assert (await opened(client, first))["actor"] == "person:zoé"
    content_type = structured.headers["content-type"]
    again = await client.post_bytes(structured.body, content_type)
    assert (again.status, again.document) == (200, first.document)


HEADERS = {
    "plain": ("trace", "a b", "a b"),
    "percent-encoded": ("trace", "Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
    "percent-encoded percent, once": ("trace", "100%2525", "100%25"),
    "percent that encodes nothing": ("trace", "100% of it", "100% of it"),
    "lower-case hex": ("trace", "%e2%82%ac", "€"),
    "quoted": ("trace", '"a, b; c"', "a, b; c"),
    "quoted with escapes": ("trace", r'"say \"no\" \\ here"', r'say "no" \ here'),
    "quoted and percent-encoded": ("trace", '"%E2%82%AC"', "€"),
    "a quote within": ("trace", 'a"b', 'a"b'),
    "UTF-8 as it is": ("trace", "Zoé", "Zoé"),
    "empty": ("trace", "", ""),
    "in capitals": ("TRACE", "x", "x"),
}


@pytest.mark.parametrize(("name", "header", "value"), HEADERS.values(), ids=HEADERS)
async def test_value_of_a_header_is_decoded_once(standing: Client, name: str, header: str, value: str) -> None:
    answer = await post_binary(standing, attributes(**{name: header}), written(comment()["data"]))
    assert answer.status == 201
    assert (await opened(standing, answer))["trace"] == value


@pytest.mark.parametrize("header", ["%FF", "%ED%A0%80", "%C3", '"%FF"'])
async def test_value_that_is_not_utf_8_once_decoded_is_malformed(standing: Client, header: str) -> None:
    answer = await post_binary(standing, attributes(trace=header), written(comment()["data"]))
    assert (answer.status, answer.problem, answer.pointers) == (400, "malformed", ["/trace"])


@pytest.mark.parametrize("header", ["a%00b", "%0A%0Ainjected"])
async def test_control_characters_do_not_come_in_by_percent_encoding(standing: Client, header: str) -> None:
    answer = await post_binary(standing, attributes(id=header), written(comment()["data"]))
    assert answer.status in {400, 422}
    assert answer.pointers == ["/id"]


async def test_nul_in_an_extension_is_refused_in_both_modes(standing: Client) -> None:
    binary = await post_binary(standing, attributes(trace="a%00b"), written(comment()["data"]))
    structured = await standing.post_bytes(json.dumps(comment(trace="a\x00b")).encode())
    assert [(answer.status, answer.pointers) for answer in (binary, structured)] == [(400, ["/trace"])] * 2


async def test_header_that_stands_twice_is_malformed(standing: Client) -> None:
    headers = CIMultiDict(attributes())
    headers.add("ce-id", "another")
    answer = await post_binary(standing, headers, written(comment()["data"]))
    assert (answer.status, answer.problem, answer.pointers) == (400, "malformed", ["/id"])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50))
def test_whatever_is_encoded_is_what_is_read(text: str) -> None:
    encoded = quote(text, safe="")
    document = read_binary({"ce-specversion": "1.0", "ce-x": encoded}, "", b"")
    assert document["x"] == text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%25")
    assert read_binary({"ce-specversion": "1.0", "ce-x": f'"{escaped}"'}, "", b"")["x"] == text


@given(st.binary())
def test_whatever_bytes_stand_in_a_header_are_read_or_refused(raw: bytes) -> None:
    header = raw.decode("utf-8", "surrogateescape")  # as the server hands it over
    try:
        value = read_binary({"ce-specversion": "1.0", "ce-x": header}, "", b"")["x"]
    except Refused as refused:
        assert [fault.pointer for fault in refused.faults] == ["/x"]  # noqa: PT017 - either outcome is right
    else:
        value.encode()


async def test_missing_attribute_of_a_binary_event_is_named(standing: Client) -> None:
    headers = attributes()
    del headers["ce-id"]
    answer = await post_binary(standing, headers, written(comment()["data"]))
    assert (answer.status, answer.pointers) == (422, ["/id"])


async def test_fault_in_the_data_of_a_binary_event_is_placed_as_in_a_structured_one(standing: Client) -> None:
    malformed = await post_binary(standing, attributes(), b'{"text":1,"text":2}')
    assert (malformed.status, malformed.pointers) == (400, ["/data/text"])
    invalid = await post_binary(standing, attributes(), b'{"platform":"x","external_id":"1","text":7}')
    assert (invalid.status, invalid.pointers) == (422, ["/data/text"])


@pytest.mark.parametrize("content_type", ["text/xml", "application/octet-stream", "text/plain"])
async def test_data_that_is_not_json_is_unsupported(standing: Client, content_type: str) -> None:
    answer = await post_binary(standing, attributes(), b"<a/>", content_type)
    assert (answer.status, answer.problem) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "text/json", "application/vnd.acme.comment+json", "Application/JSON"],
)
async def test_data_of_any_json_type_is_read(standing: Client, content_type: str) -> None:
    assert (await post_binary(standing, attributes(), written(comment()["data"]), content_type)).status == 201


async def test_mode_is_structured_by_its_type_whatever_ce_headers_come_along(standing: Client) -> None:
    event = comment()
    headers = {"Content-Type": "application/cloudevents+json", **attributes(id="of-the-header")}
    answer = await standing.send("POST", "/events", body=written(event), headers=headers, role=Role.POSTER)
    assert (await opened(standing, answer))["id"] == event["id"]


async def test_content_type_parameters_are_allowed_in_datacontenttype(standing: Client) -> None:
    assert (await standing.post(comment(datacontenttype="application/json; charset=utf-8"))).status == 201


async def test_extensions_survive(standing: Client) -> None:
    answer = await standing.post(comment(traceparent="00-ab-cd-01", priority=3, urgent=True, gone=None))
    fields = await opened(standing, answer)
    assert (fields["traceparent"], fields["priority"], fields["urgent"]) == ("00-ab-cd-01", 3, True)
