"""The pages of comments, the life of one, threads, concerns: what is shown to whom, and that readings are recorded."""

import pytest
from playwright.async_api import expect

from ledger.demo import INCIDENT
from ledger.pages.charts.volume import HEIGHT, columns
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.http.records import readings
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
BASE = f"/ledgers/demo/incidents/{INCIDENT}"


def test_columns_lie_on_the_axis_of_all() -> None:
    def bucket(hour: int, comments: int) -> dict[str, object]:
        return {"begins": f"2026-11-20T{hour:02}:00:00.000000Z", "comments": {"value": comments}}

    all_ = [bucket(10, 9), bucket(11, 3), bucket(13, 1)]
    found = columns([bucket(11, 2), bucket(13, 1)], all_, 3600)
    assert [(column.x, column.width, column.height) for column in found] == [
        (25.0, 25.0, HEIGHT),
        (75.0, 25.0, HEIGHT / 2),
    ]
    assert columns([], all_, 3600) == []


async def test_an_auditor_reads_a_comments_life_and_that_is_on_record(crisis: Client, sign_in: SignIn) -> None:
    before = len(await readings(crisis))
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{BASE}/comments?state=hidden")
        await expect(page.get_by_role("heading", name="6 comments, oldest first")).to_be_visible()
        await look_at(page, "comments")
        await page.get_by_role("link", name="its life").first.click()
        await expect(page.get_by_role("heading", name="The life of one comment")).to_be_visible()
        await expect(page.locator(".life")).to_contain_text("Comment hidden")
        await look_at(page, "comment-life")
        await page.get_by_role("link", name="its thread").first.click()
        await expect(page.get_by_role("heading", name="Thread")).to_be_visible()
    assert len(await readings(crisis)) >= before + 3


async def test_a_reader_sees_no_words_of_others_and_leaves_no_record(crisis: Client, sign_in: SignIn) -> None:
    before = len(await readings(crisis))
    async with sign_in(crisis.service, java_script_enabled=False) as page:
        await page.goto(f"{BASE}/comments?state=received")
        await expect(page.get_by_text("words not shown to your role").first).to_be_visible()
        await page.get_by_role("link", name="Next").click()
        assert await page.locator(".voices > li").count() == 50
    assert len(await readings(crisis)) == before


async def test_concerns_stand_beside_their_answers(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(f"{BASE}/themes")
        await expect(page.locator(".theme", has_text="Portillons bloqués")).to_contain_text("restent ouverts ce soir")
        await look_at(page, "themes")
