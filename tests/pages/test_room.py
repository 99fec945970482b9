"""The crisis room: what is urgent first, live, in both languages, with and without scripts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from ledger.pages.urgency import by_urgency, urgent
from ledger.store.tokens import Role
from tests.http.client import Client, comment
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
ROOM = "/ledgers/demo"
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def incident(
    name: str, *, due: timedelta | None = None, phase: str = "open", surges: tuple[str, ...] = ()
) -> dict[str, object]:
    clock = None if due is None else {"name": "next update", "index": 7, "due": (NOW + due).isoformat()}
    clocks: dict[str, object] = {"next_update": clock, "steps_overdue": [], "commitments": []}
    return {"incident": name, "title": None, "phase": phase, "surges": surges, "clocks": clocks, "waiting_since": None}


def test_what_is_latest_comes_first_and_what_is_over_last() -> None:
    soon, late, calm = timedelta(minutes=10), timedelta(minutes=-10), timedelta(hours=2)
    told = [
        incident("closed", due=late, phase="closed"),
        incident("calm", due=calm),
        incident("surge", surges=("all",)),
        incident("soon", due=soon),
        incident("late", due=late),
        incident("later", due=2 * late),
    ]
    assert [each["incident"] for each in by_urgency(told, NOW)] == ["later", "late", "soon", "surge", "calm", "closed"]
    assert [(each.incident, each.left) for each in urgent(told, NOW)] == [
        ("later", -1200),
        ("late", -600),
        ("soon", 600),
    ]


async def test_the_room_shows_the_crisis_and_follows_what_is_posted(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(ROOM)
        await expect(page.locator("#live-state")).to_have_text("Live")
        await expect(page.get_by_role("link", name="App Clair et portillons").first).to_be_visible()
        await look_at(page, "room")
        answer = await crisis.post(comment(subject="seen-live"))
        assert answer.status == 201
        await expect(page.get_by_role("heading", name="seen-live")).to_be_visible()
        link = page.get_by_role("heading", name="seen-live").get_by_role("link")
        await expect(link).to_have_attribute("href", f"{ROOM}/incidents/seen-live")


async def test_the_room_reads_without_scripts_and_in_french(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False, locale="fr-FR") as page:
        await page.goto(ROOM)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Salle de crise")
        await expect(page.get_by_text("Dernières entrées")).to_be_visible()
        await page.get_by_role("link", name="clos", exact=True).click()
        await expect(page).to_have_url(f"{crisis.service.base_url}{ROOM}?phase=closed")


async def test_who_was_away_is_told_that_something_changed(crisis: Client) -> None:
    size = await crisis.size()
    headers = {**crisis.service.bearer(Role.READER), "Last-Event-ID": str(size - 3)}
    async with crisis.service.session.get(f"{crisis.service.url}/live", headers=headers) as answer, asyncio.timeout(5):
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert await answer.content.readuntil(b"\n\n") == f"id: {size - 1}\nevent: changed\ndata: {size}\n\n".encode()


async def test_a_phase_that_is_none_is_a_page_that_says_so(crisis: Client) -> None:
    async with crisis.service.session.get(
        f"{crisis.service.url}?phase=nonsense", headers={**crisis.service.bearer(Role.READER), "Accept": "text/html"}
    ) as answer:
        assert answer.status == 400
        assert "phase" in await answer.text()
