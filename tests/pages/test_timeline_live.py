"""What is posted through the interface appears on the open page of its incident, whole or filtered, and once."""

import asyncio

import pytest
from playwright.async_api import expect

from ledger.store.tokens import Role
from tests.http.client import Client, comment
from tests.pages.conftest import SignIn

pytestmark = pytest.mark.browser
INCIDENT = "watched-live"
PAGE = f"/ledgers/demo/incidents/{INCIDENT}"


async def _post(client: Client, number: int, platform: str = "x") -> int:
    data = {"platform": platform, "external_id": f"live-{number}", "author": "someone"}
    data["text"] = f"Where is train {number}?"
    answer = await client.post(comment(f"live-{number}", subject=INCIDENT, data=data))
    assert answer.status == 201
    index: int = answer.document["index"]
    await client.get(f"/incidents/{INCIDENT}?after={index}")
    return index


async def test_a_posted_event_appears_on_the_open_page(crisis: Client, sign_in: SignIn) -> None:
    first = await _post(crisis, 1)
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(PAGE)
        await expect(page.locator("#live-state")).to_have_text("Live")
        second = await _post(crisis, 2)
        await expect(page.locator(f"#e{second}")).to_contain_text("Where is train 2?")
        order = await page.locator("#timeline > .row").evaluate_all("(rows) => rows.map((row) => row.id)")
        assert order == [f"e{second}", f"e{first}"]


async def test_a_filtered_page_shows_only_what_passes(crisis: Client, sign_in: SignIn) -> None:
    await _post(crisis, 11)
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{PAGE}?channel=facebook")
        await expect(page.locator("#live-state")).to_have_text("Live")
        other, wanted = await _post(crisis, 12), await _post(crisis, 13, "facebook")
        await expect(page.locator(f"#e{wanted}")).to_be_visible()
        assert await page.locator(f"#e{other}").count() == 0


async def test_the_stream_goes_on_where_the_browser_was(crisis: Client) -> None:
    first, second = await _post(crisis, 21), await _post(crisis, 22)
    headers = {**crisis.service.bearer(Role.READER), "Last-Event-ID": str(first)}
    async with crisis.service.session.get(f"{crisis.service.url}/incidents/{INCIDENT}/live", headers=headers) as answer:
        async with asyncio.timeout(5):
            sent = (await answer.content.readuntil(b"\n\n")).decode()
    assert f'id="e{second}"' in sent
    assert f'id="e{first}"' not in sent
    assert "Where is train" not in sent  # a reader is not shown the words of others
