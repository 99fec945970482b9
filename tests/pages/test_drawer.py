"""The incident's own page with its scripts: the drawer over real rows, the brush, lanes by key, within its limits."""

import re

import pytest
from playwright.async_api import expect

from ledger.demo import INCIDENT
from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
PAGE = f"/ledgers/demo/incidents/{INCIDENT}"


async def test_the_crisis_is_walked_through_from_row_to_row(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(PAGE)
        await page.keyboard.press("g")
        await page.keyboard.press("m")
        await page.wait_for_url(re.compile("lane=moderation"))
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        drawer = page.locator("dialog#drawer")
        await expect(drawer.get_by_role("heading", level=1)).to_be_visible()
        await drawer.get_by_role("button", name="Check here").click()
        await expect(drawer.locator("[data-check-result]")).to_have_attribute("data-state", "good")
        await look_at(page, "timeline-drawer")
        await page.keyboard.press("Escape")
        await page.keyboard.press("g")
        await page.keyboard.press("a")
        await page.wait_for_url(re.compile(r"incidents/[^?]*\??$"))
        begin = page.get_by_role("slider", name="Beginning of what is shown")
        await begin.focus()
        await page.keyboard.press("PageUp")
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("from=2026"))
        await look_at(page, "timeline-scripts")
