"""The pages of responsiveness and promises: their numbers, the events behind them, the moment that is shown."""

import pytest
from playwright.async_api import expect

from ledger.demo import INCIDENT
from ledger.pages.charts.waiting import axis, points
from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
BASE = f"/ledgers/demo/incidents/{INCIDENT}"


def test_the_axis_of_waiting_grows_and_known_points_lie_on_it() -> None:
    def known(value: float | None) -> dict[str, object]:
        return {"value": value, "count": 1, "indexes": [1]}

    response = {
        "median_seconds": known(1800),
        "median_low_seconds": 900,
        "median_high_seconds": None,
        "p90_seconds": known(None),
    }
    found = points({"first_response": response, "rates": {"1h": {"rate": known(0.6)}, "24h": {"rate": known(None)}}})
    assert [(point.name, point.y) for point in found] == [("median", 50.0), ("1h", 60.0)]
    places = [mark.x for mark in axis()]
    assert places == sorted(places)
    assert places[2] < found[0].x < found[1].x == places[3]
    assert (found[0].low, found[0].high) == (places[2], None)


async def test_each_number_leads_to_its_events(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(f"{BASE}/responsiveness")
        await expect(page.get_by_role("heading", name="How fast we reacted")).to_be_visible()
        await look_at(page, "responsiveness")
        await page.locator(".figure", has_text="Not answered").get_by_role("link").click()
        await expect(page.get_by_role("heading", name="The events behind a number")).to_be_visible()
        assert await page.locator("tbody tr").count() == 35
        await look_at(page, "figure")
        await page.goto(f"{BASE}/responsiveness?by=platform&hours=business&zone=Europe/Paris")
        await expect(page.get_by_role("region", name="Groups")).to_contain_text("mastodon")


async def test_promises_are_shown_as_they_were_known(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False) as page:
        await page.goto(f"{BASE}/commitments?as_of=300")
        await expect(page.get_by_text("This is what was known at")).to_be_visible()
        then = await page.locator(".commitments > li").count()
        await page.get_by_role("link", name="Back to now").click()
        assert 0 < then < await page.locator(".commitments > li").count()
    async with sign_in(crisis.service) as page:
        await page.goto(f"{BASE}/commitments")
        await look_at(page, "commitments")


async def test_a_figure_that_is_none_is_a_page_that_says_so(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        answer = await page.request.get(f"{BASE}/responsiveness?figure=nonsense", headers={"Accept": "text/html"})
        assert answer.status == 400
        assert "figure" in await answer.text()
