"""The page of one event: in words, on both clocks, every field with its state, its proof checked here; the same raw."""

import json

import pytest
from playwright.async_api import expect

from ledger.store.tokens import Role
from tests.http.client import Client, comment
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
EVENTS = "/ledgers/demo/events"


async def index_of(crisis: Client, type_: str) -> int:
    """The first event of a type."""
    answer = await crisis.get(f"/events?type={type_}&limit=1")
    index: int = answer.document["items"][0]["index"]
    return index


async def test_an_event_tells_what_happened_and_proves_itself_in_the_browser(crisis: Client, sign_in: SignIn) -> None:
    index = await index_of(crisis, "comment.hidden")
    async with sign_in(crisis.service) as page:
        await page.goto(f"{EVENTS}/{index}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Comment hidden")
        await page.get_by_role("button", name="Check here").click()
        await expect(page.locator("[data-check-result]")).to_have_attribute("data-state", "good")
        await page.get_by_text("The way to the root").click()
        await look_at(page, "event")
