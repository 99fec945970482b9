"""The page of one event: in words, on both clocks, every field with its state, its proof, the raw bytes."""

import json
import re

import pytest
from playwright.async_api import expect

from ledger.pages.inclusion_path import inclusion_path
from ledger.pages.sealed_fields import cloud_event, sealed_fields
from ledger.store.tokens import Role
from tests.core.naive_tree import leaves, mth, path
from tests.erasure.case import WORDS, Case, second_admin
from tests.http.client import Client, comment
from tests.http.tampering import tampered
from tests.pages.conftest import SignIn, look_at
from tests.service.fixture import Service
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this folder

EVENTS = "/ledgers/demo/events"


async def page_of(client: Client, index: int | str, role: Role = Role.READER, language: str = "en") -> tuple[int, str]:
    """The status and the HTML of an event's page."""
    headers = {**client.service.bearer(role), "Accept": "text/html", "Accept-Language": language}
    async with client.service.session.get(f"{client.service.url}/events/{index}", headers=headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.browser
async def test_an_event_tells_what_happened_and_proves_itself_in_the_browser(crisis: Client, sign_in: SignIn) -> None:
    [hidden] = (await crisis.get("/events?type=comment.hidden&limit=1")).document["items"]
    async with sign_in(crisis.service) as page:
        await page.goto(f"{EVENTS}/{hidden['index']}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Comment hidden")
        await page.get_by_role("button", name="Check here").click()
        await expect(page.locator("[data-check-result]")).to_have_attribute("data-state", "good")
        await page.get_by_text("The way to the root").click()
        await look_at(page, "event")


@pytest.mark.browser
async def test_every_field_says_whether_it_is_opened_withheld_erased_or_missing(
    service: Service, sign_in: SignIn
) -> None:
    case = Case(Client(service), await second_admin(service))
    await case.tell()
    whole = await case.post("whole", comment("w-1", data={"text": "Still down?"}))
    _, [tombstone] = await case.erase()
    statement = """UPDATE ledger.contents SET openings =
        convert_to(replace(convert_from(openings, 'UTF8'), 'Still down?', 'All is well'), 'UTF8') WHERE index = $1"""
    await tampered(case.client, statement, whole)
    async with sign_in(service, java_script_enabled=False) as page:
        await page.goto(f"{EVENTS}/{case.at['comment']}")
        erased = page.locator("[data-field=text]")
        await expect(erased).to_have_attribute("data-state", "erased")
        await erased.get_by_role("link", name=f"entry {tombstone}").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Contents erased by law")
        await page.goto(f"{EVENTS}/{case.at['other']}")
        await expect(page.locator("[data-field=text]")).to_contain_text("withheld from your role")
        await expect(page.locator("[data-field=platform]")).to_have_attribute("data-state", "opened")
    async with sign_in(service, Role.AUDITOR) as page:
        await page.goto(f"{EVENTS}/{whole}")
        await expect(page.locator("[data-field=text]")).to_contain_text("not what was sealed")
        await page.get_by_role("button", name="Check here").click()
        await expect(page.locator("[data-check-result]")).to_have_text("The field “text” was changed.")
        await tampered(case.client, "DELETE FROM ledger.contents WHERE index = $1", whole)
        await page.reload()
        await expect(page.locator("[data-field=text]")).to_contain_text("missing: nothing on record says why")
        await look_at(page, "event-missing")


async def test_what_is_withheld_stands_nowhere_in_the_page_and_an_auditor_s_reading_on_record(service: Service) -> None:
    case = Case(Client(service), await second_admin(service))
    await case.tell()
    at = case.at["comment"]
    status, text = await page_of(case.client, at)
    assert (status, WORDS in text, "u-zq4711" in text) == (200, False, False)
    size = await case.client.size()
    status, text = await page_of(case.client, at, Role.AUDITOR)
    assert (status, WORDS in text) == (200, True)
    viewed = (await case.client.get(f"/events/{size}", Role.AUDITOR)).document
    assert viewed["entry"]["type"] == "access.viewed"
    assert viewed["openings"]["filter"]["value"] == f"/ledgers/demo/events/{at}"
    await case.folded()
    _, text = await page_of(case.client, at, Role.AUDITOR)
    assert f'<a href="/ledgers/demo/events/{size}">' in text


async def test_what_an_event_speaks_of_and_what_happened_to_it_are_links_both_ways(service: Service) -> None:
    case = Case(Client(service), await second_admin(service))
    await case.tell()
    await case.folded()
    pages = [(await page_of(case.client, case.at[name]))[1] for name in ("comment", "hidden", "appeal")]
    received, hidden, appeal = (re.findall(r'/events/(\d+)"', text) for text in pages)
    assert str(case.at["hidden"]) in received
    assert {str(case.at["comment"]), str(case.at["edit"]), str(case.at["appeal"])} <= set(hidden)
    assert str(case.at["hidden"]) in appeal


async def test_the_page_speaks_french_and_what_is_not_there_is_a_page_too(crisis: Client) -> None:
    status, text = await page_of(crisis, 5, language="fr")
    assert status == 200
    assert "selon l’horloge du registre" in text
    assert [(await page_of(crisis, index))[0] for index in ("99999999", "-1", "nonsense")] == [404, 404, 404]


async def test_the_posted_event_can_be_had_back_from_entry_and_openings(crisis: Client) -> None:
    posted = comment("back-again", actor="author:u-1", subject="back-again")
    index = (await crisis.post(posted)).document["index"]
    told = (await crisis.get(f"/events/{index}", Role.AUDITOR)).document
    assert cloud_event(told) == {**posted, "datacontenttype": "application/json"}
    assert {each.name: each.fits for each in sealed_fields(told)} == dict.fromkeys(told["entry"]["seals"], True)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 9, 64, 77])
def test_the_way_leads_from_every_leaf_to_the_root(size: int) -> None:
    hashes = leaves(size)
    for index, leaf in enumerate(hashes):
        levels = inclusion_path(leaf, index, size, path(index, hashes))
        assert (levels[-1].above if levels else leaf) == mth(hashes)
