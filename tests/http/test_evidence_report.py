"""The report of a bundle: whole by itself, in both languages, and nothing that people wrote is more than text."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.http.browser import page as page  # noqa: PLC0414 - a fixture
from tests.http.client import Client, comment
from tests.http.test_evidence import bundle
from tests.http.test_evidence import crisis as crisis  # noqa: PLC0414 - a fixture

TITLES = {"en": ["Findings", "Key figures", "Timeline"], "fr": ["Constats", "Chiffres clés", "Chronologie"]}


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_it_is_shown_and_printed_without_asking_anybody(
    crisis: Client, page: Page, lang: str, tmp_path: Path
) -> None:
    got = await bundle(crisis, f"incident={INCIDENT}&lang={lang}")
    file = tmp_path / "report.html"
    file.write_bytes(got["report.html"])
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(file.as_uri())
    for title in TITLES[lang]:
        await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", lang)
    await expect(page.locator("body")).to_contain_text(got.manifest["root"])
    rows = page.locator("section").filter(has=page.get_by_role("heading", name=TITLES[lang][2])).locator("tbody tr")
    await expect(rows).to_have_count(len(got.table("timeline.csv")) - 1)
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide
    assert (await page.pdf(prefer_css_page_size=True)).startswith(b"%PDF")
    if folder := os.environ.get("LEDGERD_TEST_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"report-{lang}.png")
    assert (asked, complaints) == ([file.as_uri()], [])


async def test_what_people_wrote_stays_text(client: Client) -> None:
    text = "<script>alert(1)</script><img src=https://evil.example/x>"
    await client.post(comment(subject="outage", data={"text": text}))
    html = (await bundle(client, "incident=outage&after=0"))["report.html"]
    assert b"&lt;script&gt;alert(1)" in html
    assert b"<script" not in html
    assert b"<img" not in html


@pytest.mark.parametrize(
    "query", ["", "since=2020-01-01T00:00:00Z&lang=fr", f"incident={INCIDENT}&until=2100-01-01T00:00:00Z"]
)
@pytest.mark.parametrize("role", [Role.POSTER, Role.AUDITOR], ids=str)
async def test_every_kind_of_bundle_has_one(crisis: Client, query: str, role: Role) -> None:
    html = (await bundle(crisis, query, role))["report.html"].decode()
    assert "<h1>" in html
    assert ("Camille" in html) <= (role is Role.AUDITOR)


async def test_of_a_long_timeline_the_ends_are_shown_and_the_gap_is_told(client: Client) -> None:
    for _ in range(3):
        assert (await client.post_batch([comment(subject="o") for _ in range(400)])).status == 201
    got = await bundle(client, "incident=o&after=1199")
    assert {"what": "timeline lines in report.html", "count": 200, "reason": "too many"} in got.manifest["left_out"]
    assert len(got.table("timeline.csv")) == 1201
    assert b"200 lines in the middle are left out" in got["report.html"]
