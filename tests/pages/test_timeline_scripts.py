"""What the scripts of the timeline do: the drawer, the keys, rows without end, the brush, the slider, saved views."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at
from tests.pages.timeline_page import ADDRESS, serve

pytestmark = pytest.mark.browser
DRAWER = "dialog#drawer"


async def test_an_event_opens_beside_the_timeline_and_its_address_can_be_shared(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 300)
        await page.goto(ADDRESS)
        await page.locator("#e298 .row-link").click()
        drawer = page.locator(DRAWER)
        await expect(drawer.get_by_role("heading", level=1)).to_be_visible()
        assert page.url.endswith("#e298")
        await drawer.get_by_role("button", name="Check here").click()
        await expect(drawer.locator("[data-check-result]")).to_have_attribute("data-state", "good")
        await look_at(page, "drawer")
        for _ in range(40):
            await page.keyboard.press("Tab")
            outside = "!document.activeElement.closest('dialog') && document.activeElement !== document.body"
            assert not await page.evaluate(outside)
        await page.reload()
        await expect(drawer.get_by_role("heading", level=1)).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()
        await expect(page.locator("#e298 .row-link")).to_be_focused()
        assert "#" not in page.url
        await page.locator("#e297").get_by_text("Row 297").click()
        await expect(drawer).to_have_attribute("data-index", "297")
        await page.go_back()
        await expect(drawer).to_be_hidden()
        assert page.url.endswith(ADDRESS)


async def test_keys_walk_the_rows_unless_somebody_types_or_switched_them_off(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 300)
        await page.goto(ADDRESS)
        for key in "jjjk":
            await page.keyboard.press(key)
        await expect(page.locator("#e298 .row-link")).to_be_focused()
        await page.keyboard.press("o")
        await expect(page.locator(f"{DRAWER} h1")).to_be_visible()
        await page.keyboard.press("j")
        await expect(page.locator(DRAWER)).to_have_attribute("data-index", "297")
        await page.keyboard.press("Escape")
        await expect(page.locator("#e297 .row-link")).to_be_focused()
        await page.keyboard.press("]")
        await expect(page.locator("#e259 .row-link")).to_be_focused()
        await page.keyboard.press("[")
        await expect(page.locator("#e260 .row-link")).to_be_focused()
        await page.keyboard.press("/")
        await page.keyboard.type("jo?")
        await expect(page.get_by_label("Text")).to_have_value("jo?")
        await page.get_by_role("button", name="Keys").click()
        await look_at(page, "keys")
        await page.get_by_label("Single keys do something").uncheck()
        await page.keyboard.press("Escape")
        await page.reload()
        await page.keyboard.press("j")
        await page.keyboard.press("?")
        assert await page.locator("#timeline :focus").count() == 0
        await expect(page.locator("dialog#keys")).to_be_hidden()


async def test_ten_thousand_rows_scroll_with_few_of_them_in_the_document(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 10_000)
        await page.goto(ADDRESS)
        most = 0
        for _ in range(400):
            nodes, done = await page.evaluate(
                "async () => { scrollTo(0, document.documentElement.scrollHeight);"
                "await new Promise((done) => setTimeout(done, 20));"
                "return [document.querySelectorAll('*').length, Boolean(document.getElementById('e0'))] }"
            )
            most = max(most, nodes)
            if done:
                break
        await expect(page.locator("#e0")).to_be_visible()
        assert most < 3000
        await expect(page.locator("#announced")).to_have_text("Older rows loaded: 100")
        await page.evaluate("scrollTo(0, 0)")
        await expect(page.locator("#e9999")).to_be_visible()
        heights = "[...document.querySelectorAll('#timeline > .row')].map((row) => Number(row.dataset.index))"
        shown = await page.evaluate(heights)
        assert shown == list(range(9999, 9999 - len(shown), -1))


async def test_who_comes_back_finds_the_row_where_they_left_it(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 1_000)
        await page.goto(ADDRESS)
        for _ in range(6):
            await page.mouse.wheel(0, 3_000)
            await page.wait_for_timeout(60)
        place = "[...document.querySelectorAll('#timeline > .row')].find((row) => row.getBoundingClientRect().top >= 0)"
        left = await page.evaluate(
            f"(() => {{ const row = {place}; return [row.id, row.getBoundingClientRect().top] }})()"
        )
        await page.goto("/ledgers/demo/events/5")
        await page.go_back()
        await expect(page.locator(f"#{left[0]}")).to_be_in_viewport()
        assert await page.evaluate(
            f"document.getElementById('{left[0]}').getBoundingClientRect().top"
        ) == pytest.approx(left[1], abs=2)


async def test_new_rows_wait_behind_a_button_while_the_reader_is_further_down(crisis: Client, sign_in: SignIn) -> None:
    row = '<li class="row" id="e{0}" data-index="{0}"><a class="row-link" href="/ledgers/demo/events/{0}">New</a></li>'
    async with sign_in(crisis.service) as page:
        await serve(page, 300)
        await page.goto(ADDRESS)
        source = await page.locator("script[src*='timeline']").get_attribute("src")
        prepend = f"async (html) => (await import('{source}')).prepend(html)"
        await page.evaluate(prepend, row.format(300))
        await expect(page.locator("#timeline > .row").first).to_have_id("e300")
        await page.mouse.wheel(0, 2_500)
        await page.wait_for_timeout(100)
        await page.evaluate(prepend, row.format(302) + row.format(301))
        await page.get_by_role("button", name="2 new ↑").click()
        await expect(page.locator("#e302")).to_be_in_viewport()
        assert await page.locator("#timeline > .row").evaluate_all(
            "(rows) => rows.slice(0, 4).map((row) => row.id)"
        ) == [
            "e302",
            "e301",
            "e300",
            "e299",
        ]


async def test_the_brush_and_the_slider_ask_by_keyboard_and_by_pointer(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 300)
        await page.goto(ADDRESS)
        begin = page.get_by_role("slider", name="Beginning of what is shown")
        await begin.focus()
        for _ in range(2):
            await page.keyboard.press("PageUp")
        await expect(begin).to_have_attribute("aria-valuenow", "10")
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile("from="))
        assert parse_qs(urlsplit(page.url).query)["from"] == ["2026-11-20T11:00"]
        box = await page.locator("#strip").bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        await page.mouse.move(box["x"] + box["width"] * 0.2, y)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=4)
        await page.mouse.up()
        await page.wait_for_url(re.compile("until=2026-11-20T1[45]"))
        slider = page.get_by_label("As of")
        await slider.focus()
        await page.keyboard.press("Home")
        await expect(page.locator("#as-of output")).to_contain_text(re.compile(r"20\d\d"))
        await page.wait_for_url(re.compile("as_of=0"))


async def test_a_view_is_saved_under_a_name_and_deleted(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await serve(page, 300)
        await page.goto(f"{ADDRESS}?text=panne")
        await page.get_by_placeholder("Name of this view").fill("Outage")
        await page.get_by_role("button", name="Save this view").click()
        await page.goto(ADDRESS)
        await page.get_by_role("link", name="Outage").click()
        assert page.url.endswith(f"{ADDRESS}?text=panne")
        await page.get_by_role("button", name="Delete the view Outage").click()
        await expect(page.get_by_role("link", name="Outage")).to_have_count(0)
