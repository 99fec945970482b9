"""The OpenAPI document says what the service does, all of it."""

import re
import uuid
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from events.vocabulary import VOCABULARY
from ledger.web.html.routes import PAGES
from ledger.web.routes import OPERATIONS
from ledger.web.schemas import payload_schema
from tests.events.vocabulary_examples import COMPLETE, EXAMPLES
from tests.http.client import Client, comment
from tests.http.documented import DOCUMENT
from tests.http.parents import settle

SCHEMAS = DOCUMENT["components"]["schemas"]


def described_operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()]


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}})


def test_document_is_openapi_3_1() -> None:
    assert list(OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)) == []


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(DOCUMENT)))
    assert names - SCHEMAS.keys() == set()


def test_every_route_has_an_operation_or_is_a_page(standing: Client) -> None:
    routed = {
        (route.method, route.resource.canonical) for route in standing.service.app.router.routes() if route.resource
    }
    described = {(op.method, re.sub(r"\{(\w+):[^}]+\}", r"{\1}", op.path)) for op in OPERATIONS}
    described |= {(page.method, re.sub(r"\{(\w+):[^}]+\}", r"{\1}", page.path)) for page in PAGES}
    assert {(method, path) for method, path in routed if method != "HEAD"} == described
    assert {path for method, path in routed if method == "HEAD"} == {
        path for method, path in described if method == "GET"
    }


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _path, _method, operation in described_operations()]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_path_is_declared_once() -> None:
    for path, method, operation in described_operations():
        declared = sorted(parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path")
        assert declared == sorted(re.findall(r"\{(\w+)\}", path)), f"{method} {path}"


def test_operations_that_need_a_token_say_so_and_no_others() -> None:
    for path, method, operation in described_operations():
        assert ("security" in operation) == ("401" in operation["responses"]), f"{method} {path}"


async def test_document_is_served_to_anyone(standing: Client) -> None:
    answer = await standing.get("//openapi.json", None)
    assert answer.document["paths"] == DOCUMENT["paths"]
    assert answer.document["info"]["title"] == "Incident Ledger"


POSTABLE = [(name, data) for name, data in [*EXAMPLES.items(), *COMPLETE] if not VOCABULARY[name].recorded_by_service]


@pytest.mark.parametrize(("type_", "data"), POSTABLE)
async def test_event_of_every_type_fits_its_schema_and_is_accepted(
    standing: Client, type_: str, data: dict[str, Any]
) -> None:
    subject = f"schemas-{uuid.uuid4()}"
    data = await settle(standing, type_, data, subject)
    event = comment(type=type_, subject=subject, actor=f"person:{type_}") | {"data": data}
    assert list(validator("CloudEvent").iter_errors(event)) == []
    assert list(Draft202012Validator(payload_schema(type_)).iter_errors(data)) == []
    assert list(validator(VOCABULARY[type_].__name__).iter_errors(data)) == []
    assert (await standing.post(event)).status == 201


@pytest.mark.parametrize("type_", ["ingest.gap_detected", "comment.recieved", "custom."])
def test_type_that_may_not_be_posted_does_not_fit(type_: str) -> None:
    assert not validator("CloudEvent").is_valid(comment(type=type_))


@pytest.mark.parametrize("type_", [*VOCABULARY, "custom.weather"])
async def test_schema_of_a_type_is_served_to_anyone(standing: Client, type_: str) -> None:
    answer = await standing.get(f"//schemas/{type_}", None)
    assert answer.document == payload_schema(type_)
    Draft202012Validator(answer.document)


async def test_schema_of_an_unknown_type_is_not_found(standing: Client) -> None:
    answer = await standing.get("//schemas/comment.recieved", None)
    assert (answer.status, answer.problem) == (404, "not-found")
