"""The transparency page: for anyone, in two languages, provable in the browser, and nothing above public in it."""

import json
from collections.abc import Awaitable, Callable
from xml.etree import ElementTree as ET

import pytest
from playwright.async_api import Page, Route, expect

from ledger.client.snapshots.statuspage import read_statuspage
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.pages.conftest import PICTURES, SignIn, look_at

pytestmark = pytest.mark.browser
PAGE = f"/public/demo/{INCIDENT}"


async def proved(page: Page) -> None:
    await expect(page.locator("#proof")).to_have_attribute("data-state", "proved", timeout=20_000)


async def accused(page: Page) -> str:
    await expect(page.locator("#proof")).to_have_attribute("data-state", "accused", timeout=20_000)
    return await page.locator("#proof [data-result]").inner_text()


async def test_the_page_proves_itself_and_knows_the_log_again(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.goto(PAGE)
        await proved(page)
        told = page.locator("#proof [data-result]")
        await expect(told).to_contain_text("in one chain without a gap")
        await expect(told).to_contain_text("for the first time")
        assert await page.locator("[data-entry]").count() > 30
        await look_at(page, "public")
        await page.emulate_media(color_scheme="light")
        await page.screenshot(path=PICTURES / "public-light-fold.png")
        await page.reload()
        await proved(page)
        await expect(told).to_contain_text("as this browser saw it")


async def test_it_reads_in_french_without_scripts(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None, java_script_enabled=False, locale="fr-FR") as page:
        await page.goto("/public/demo")
        await page.get_by_role("link", name="App Clair et portillons").click()
        await expect(page.get_by_role("heading", name="Ce que nous avons promis")).to_be_visible()
        await expect(page.get_by_text("Depuis 18 h, les billets")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", name="What we promised")).to_be_visible()


def _changing(old: str, new: str) -> Callable[[Route], Awaitable[None]]:
    async def change(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.text()
        assert old in body
        await route.fulfill(response=answer, body=body.replace(old, new, 1))

    return change


TEXT = ("Les trains circulent", "Les trains circulaient")
TYPE = ('"type":"update.published"', '"type":"update.corrected"')


@pytest.mark.parametrize(
    ("change", "says"),
    [(TEXT, "Entry 117: its field “text” was changed."), (TYPE, "is not the one that was signed")],
)
async def test_a_change_on_the_way_is_named(
    crisis: Client, sign_in: SignIn, change: tuple[str, str], says: str
) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.route("**/evidence.ndjson", _changing(*change))
        await page.goto(PAGE)
        assert says in await accused(page)


async def test_a_text_changed_on_the_page_alone_is_named(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.route(f"**{PAGE}", _changing(*TEXT))
        await page.goto(PAGE)
        assert "What this page shows of entry 117, field “text”, is not what was recorded." in await accused(page)


def _dropping(line: int) -> Callable[[Route], Awaitable[None]]:
    async def drop(route: Route) -> None:
        answer = await route.fetch()
        lines = (await answer.text()).splitlines()
        del lines[line]
        await route.fulfill(response=answer, body="\n".join(lines) + "\n")

    return drop


@pytest.mark.parametrize(("line", "says"), [(200, "the chain of the incident is broken"), (-1, "was left out")])
async def test_an_event_left_out_is_named(crisis: Client, sign_in: SignIn, line: int, says: str) -> None:
    async with sign_in(crisis.service, None) as page:
        await page.route("**/evidence.ndjson", _dropping(line))
        await page.goto(PAGE)
        assert says in await accused(page)


async def test_a_log_that_this_browser_saw_otherwise_is_called_rewritten(crisis: Client, sign_in: SignIn) -> None:
    origin = (await crisis.get("", None)).document["origin"]
    kept = json.dumps({"size": 100, "root": "A" * 43 + "=", "seen": "2026-11-20T00:00:00Z"})
    async with sign_in(crisis.service, None) as page:
        await page.add_init_script(f"localStorage.setItem({json.dumps('checkpoint ' + origin)}, {json.dumps(kept)})")
        await page.goto(PAGE)
        assert "The log was rewritten" in await accused(page)


async def test_feeds_and_status_are_what_their_readers_expect(crisis: Client) -> None:
    session, base = crisis.service.session, crisis.service.base_url + PAGE
    async with session.get(f"{base}/feed.atom") as answer:
        feed = ET.fromstring(await answer.read())  # noqa: S314 - our own
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    async with session.get(f"{base}/feed.json") as answer:
        items = (await answer.json(content_type=None))["items"]
    async with session.get(f"{base}/status.json") as answer:
        status = read_statuspage(await answer.json())
    assert status is not None
    (incident,) = status.incidents
    assert len(entries) == len(items) == len(incident.updates) == 9
    assert incident.title == "App Clair et portillons : billets refusés"
    assert any("Les trains circulent" in update.text for update in incident.updates)


async def test_programs_are_told_which_incidents_are_public(crisis: Client) -> None:
    session, url = crisis.service.session, f"{crisis.service.base_url}/public/demo"
    async with session.get(url, params={"format": "json"}) as answer:
        listed = await answer.json()
    assert ([item["incident"] for item in listed["items"]], listed["next"]) == ([INCIDENT], None)
    async with session.get(url, params={"format": "xml"}) as answer:
        assert (answer.status, answer.content_type) == (400, "application/problem+json")


async def test_who_has_the_page_gets_nothing_again(crisis: Client) -> None:
    session, url = crisis.service.session, crisis.service.base_url + PAGE
    async with session.get(url) as answer:
        tag, policy = answer.headers["ETag"], answer.headers["Cache-Control"]
        assert policy.startswith("public, max-age=10")
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    async with session.get(url, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


async def test_nothing_internal_or_personal_reaches_the_public(crisis: Client) -> None:
    """Whatever an auditor is shown beyond the public of this incident stands in none of the public answers."""
    timeline = await crisis.get(f"/incidents/{INCIDENT}/timeline?format=ndjson", Role.AUDITOR)
    public = await crisis.get(f"/incidents/{INCIDENT}/timeline?format=ndjson", Role.POSTER)
    secret, known = set[str](), public.body.decode()
    for line in timeline.lines:
        for opening in line["openings"].values():
            value = opening["value"]
            if isinstance(value, str) and len(value) > 12 and value not in known:
                secret.add(value)
    assert len(secret) > 100
    for name in ("", "/document.json", "/feed.atom", "/feed.json", "/status.json", "/evidence.ndjson"):
        async with crisis.service.session.get(crisis.service.base_url + PAGE + name) as answer:
            text = await answer.text()
        assert [value for value in secret if value in text or json.dumps(value)[1:-1] in text] == [], name


async def test_only_what_was_opened_is_public(crisis: Client) -> None:
    for incident in ("nobody-knows-it", "guichets-2025-03-14"):
        async with crisis.service.session.get(f"{crisis.service.base_url}/public/demo/{incident}") as answer:
            assert answer.status == 404
