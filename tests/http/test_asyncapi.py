"""The AsyncAPI document says what the live tails send: its shape, the vocabulary, and a tail itself."""

import json
import re
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from events.vocabulary import VOCABULARY
from ledger.store.tokens import Role
from ledger.web.asyncapi import asyncapi
from ledger.web.routes import OPERATIONS
from tests.http.client import Client, comment
from tests.http.documented import DOCUMENT as OPENAPI

DOCUMENT = json.loads(json.dumps(asyncapi("0")))
SCHEMAS = OPENAPI["components"]["schemas"]


def target(reference: str) -> Any:
    document = DOCUMENT if reference.startswith("#") else OPENAPI
    for step in reference.partition("#/")[2].split("/"):
        document = document[step]
    return document


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in references(item)]


def test_document_has_the_parts_of_asyncapi_3() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT.keys() == {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    for channel in DOCUMENT["channels"].values():
        assert channel.keys() == {"address", "description", "messages", "parameters"}
        assert channel["parameters"].keys() == set(re.findall(r"\{(\w+)\}", channel["address"]))
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] == "send"
        assert set(operation) <= {"action", "channel", "security", "bindings"}


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))
    assert any(reference.startswith("/openapi.json#/") for reference in found)
    for reference in found:
        type_ = reference.removeprefix("/schemas/")
        assert type_ in VOCABULARY if reference != type_ else target(reference)


def test_every_live_tail_is_a_channel() -> None:
    tails = {
        re.sub(r"\{(\w+):[^}]+\}", r"{\1}", operation.path)
        for operation in OPERATIONS
        if "text/event-stream" in operation.answers.get(200, operation.answers[min(operation.answers)]).content
    }
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == tails


def test_every_type_is_a_message_whose_data_has_its_schema() -> None:
    for name, channel in DOCUMENT["channels"].items():
        assert channel["messages"].keys() == {*VOCABULARY, "custom"}
        for type_ in VOCABULARY:
            message = target(f"#/components/messages/{name}.{type_}")
            assert message["payload"]["properties"]["entry"]["properties"]["type"]["const"] == type_
            assert message["x-data"] == {"$ref": f"/schemas/{type_}"}


async def test_document_is_served_to_anyone_and_linked(client: Client) -> None:
    answer = await client.get("//asyncapi.json", None)
    assert answer.document["channels"] == DOCUMENT["channels"]
    assert "(/asyncapi.json)" in OPENAPI["info"]["description"]
    assert b'href="asyncapi.json"' in (await client.get("//docs", None)).body


@pytest.mark.parametrize(
    ("name", "path"), [("events", "/events?format=sse&start=0"), ("timeline", "/incidents/paris/timeline?format=sse")]
)
async def test_tail_sends_what_the_document_says(client: Client, name: str, path: str) -> None:
    await client.post(comment(subject="paris"))
    await client.get("/incidents/paris?after=0")
    service = client.service
    sent: dict[str, str] = {}
    async with service.session.get(service.url + path, headers=service.bearer(Role.READER)) as response:
        while not {"id", "data"} <= sent.keys():
            field, _, value = (await response.content.readline()).decode().strip().partition(": ")
            sent[field] = value
    message = target(f"#/components/messages/{name}.comment.received")
    schema = json.loads(json.dumps(message["payload"]).replace("/openapi.json#", "#"))
    validator = Draft202012Validator(schema | {"components": {"schemas": SCHEMAS}})
    assert list(validator.iter_errors(json.loads(sent["data"]))) == []
    assert not validator.is_valid(json.loads(sent["data"].replace("comment.received", "comment.hidden")))
    assert Draft202012Validator(target("#/components/schemas/Headers")).is_valid({"id": sent["id"]})
