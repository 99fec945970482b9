"""The page that shows the interface: whole, from here alone, and under a policy that lets no script in."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.http.browser import page as page  # noqa: PLC0414 - a fixture
from tests.http.client import Client
from tests.http.documented import DOCUMENT


async def test_page_allows_no_script_but_its_own(standing: Client) -> None:
    page = await standing.get("//docs", None)
    policy = dict(rule.split(" ", 1) for rule in page.headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert b"//" not in page.body, "nothing is loaded from elsewhere"
    assert b"<script>" not in page.body


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css"), ("favicon-32x32.png", "image/png")],
)
async def test_files_of_the_page_are_served_by_their_type(standing: Client, name: str, media_type: str) -> None:
    answer = await standing.get(f"//docs/{name}", None)
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    again = await standing.get(f"//docs/{name}", None, If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.browser
async def test_page_shows_every_operation_and_calls_nobody_else(standing: Client, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(standing.service.base_url + "/docs")
    operations = sum(len(item) for item in DOCUMENT["paths"].values())
    await expect(page.locator(".opblock")).to_have_count(operations)
    await page.locator("#operations-operation-get_livez button.opblock-summary-control").click()
    await page.get_by_role("button", name="Try it out").click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
    await page.locator("#operations-events-post_events button.opblock-summary-control").click()
    await expect(page.locator("#operations-events-post_events")).to_contain_text("urn:connector:x:acme")
    if folder := os.environ.get("LEDGERD_TEST_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / "docs.png", full_page=True)
    assert [url for url in asked if not url.startswith((standing.service.base_url, "data:"))] == []
    assert complaints == []
