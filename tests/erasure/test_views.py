"""What is shown after an erasure lives without what is gone: live answers equal those folded from what is left."""

import asyncio
import json
from pathlib import Path

import pytest

from ledger.demo.telling import tell_story
from ledger.store.tokens import Role
from ledger.web.context import LEDGERS
from projections.views import VIEWS
from tests.audit.auditor import audit
from tests.erasure.case import Case, second_admin
from tests.http.client import Client
from tests.service.fixture import LEDGER, Service


@pytest.fixture
async def crisis(service: Service) -> Case:
    """The sample crisis."""
    ledger = await service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    await tell_story(ledger, lambda _events: None)
    return Case(Client(service), await second_admin(service))


async def test_live_answers_equal_folded_ones_after_an_erasure(crisis: Case, tmp_path: Path) -> None:
    client = crisis.client
    comments = (await client.get("/events?type=comment.received&limit=1000", Role.AUDITOR)).document["items"]
    values = [{name: opening["value"] for name, opening in item["openings"].items()} for item in comments]
    wrote = next(value for value in values if value.get("author"))
    author = wrote["author"]["id"] if isinstance(wrote["author"], dict) else wrote["author"]
    (incident,) = {item["entry"]["incident"]["id"] for item in comments if "incident" in item["entry"]}
    path, last = f"/incidents/{incident}", await client.size() - 1
    then = f"as_of={last}&after={last}"
    before = [(await client.get(f"{path}/{view.name}?{then}", Role.AUDITOR)).document for view in VIEWS]
    subject = {"platform": wrote["platform"], "author": author}
    request = (await crisis.request(subject)).document["index"]
    assert (await crisis.decide(request, subject=subject)).document["events"] > 0
    await crisis.folded()
    after = [(await client.get(f"{path}/{view.name}?{then}", Role.AUDITOR)).document for view in VIEWS]
    assert after == before
    await asyncio.sleep(1.1)  # a view's moment is a whole second
    for view in VIEWS:
        live = (await client.get(f"{path}/{view.name}", Role.AUDITOR)).document
        assert (await client.get(f"{path}/{view.name}?as_of={live['at']}", Role.AUDITOR)).document == live
    for shown in ("timeline", "timeline?format=csv", "timeline?format=ndjson", "audit-trail", "audit-trail?format=csv"):
        assert (await client.get(f"{path}/{shown}", Role.AUDITOR)).status == 200
    assert (await audit(client.service, tmp_path)).findings == []


async def test_tables_and_trails_say_which_entry_tells_of_what_is_gone(case: Case) -> None:
    _, [tombstone] = await case.erase()
    await case.folded()
    at = case.at["comment"]
    for path in ("/events?format=csv", "/incidents/paris/timeline?format=csv", "/audit-trail?format=csv"):
        lines = (await case.client.get(path, Role.READER)).body.decode().splitlines()
        assert lines[0].endswith("erased")
        line = next(line for line in lines if line.startswith(f"{at},"))
        assert f"author@{tombstone}" in line
    trail = (await case.client.get("/audit-trail?type=comment.received", Role.READER)).document["items"]
    assert set(next(line for line in trail if line["index"] == at)["erased"]) == {
        "actor",
        "author",
        "id",
        "text",
        "url",
    }
    timeline = (await case.client.get("/incidents/paris/timeline", Role.POSTER)).document["items"]
    assert json.dumps(tombstone) in json.dumps([item["erased"] for item in timeline if "erased" in item])
