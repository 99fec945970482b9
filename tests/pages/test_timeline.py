"""The incident's page: its timeline reads without scripts, is paged and filtered, and tells what was known when."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from ledger.web.html import timeline
from tests.http.client import Client, comment
from tests.pages.conftest import NARROW, SignIn, look_at

pytestmark = pytest.mark.browser
PAGE = f"/ledgers/demo/incidents/{INCIDENT}"
_INDEX = re.compile(r'data-index="(\d+)"')
MOST_NODES, MOST_BYTES = 3_000, 150_000


async def got(client: Client, path: str, role: Role = Role.READER, status: int = 200) -> tuple[str, str | None]:
    """What a browser gets at a path below the ledger, and where the next rows are."""
    headers = {**client.service.bearer(role), "Accept": "text/html"}
    async with client.service.session.get(client.service.base_url + path, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text(), answer.headers.get("X-Next")


def indexes(html: str) -> list[int]:
    return [int(index) for index in _INDEX.findall(html)]


async def all_rows(client: Client, query: str = "", role: Role = Role.READER) -> list[int]:
    """The indexes of all rows, page by page."""
    found: list[int] = []
    where: str | None = f"{PAGE}/rows?{query}"
    while where is not None:
        html, where = await got(client, where, role)
        found += indexes(html)
    return found


async def of_timeline(client: Client, order: str = "accepted") -> list[int]:
    answer = await client.get(f"/incidents/{INCIDENT}/timeline?limit=1000&order={order}", Role.AUDITOR)
    return [item["index"] for item in answer.document["items"]]


@pytest.mark.parametrize(("order", "limit"), [("accepted", 60), ("time", 37)])
async def test_paging_through_all_rows_loses_and_repeats_none(crisis: Client, order: str, limit: int) -> None:
    rows = await all_rows(crisis, f"order={order}&limit={limit}")
    assert rows[::-1] == await of_timeline(crisis, order)


async def test_rows_that_came_after_an_index_are_given_alone(crisis: Client) -> None:
    every = await all_rows(crisis)
    html, more = await got(crisis, f"{PAGE}/rows?after_index={every[3]}")
    assert (indexes(html), more) == (every[:3], None)


async def test_every_filter_leaves_what_it_says(crisis: Client) -> None:
    items = (await crisis.get(f"/incidents/{INCIDENT}/timeline?limit=1000", Role.READER)).document["items"]
    types = {item["index"]: item["entry"]["type"] for item in items}
    hidden = [index for index, type_ in types.items() if type_ == "comment.hidden"]
    assert sorted(await all_rows(crisis, "type=comment.hidden")) == hidden != []
    updates = [index for index, type_ in types.items() if type_.startswith("update.")]
    assert sorted(await all_rows(crisis, "type=update.*")) == updates
    late = [item["index"] for item in items if (item["late_seconds"] or 0) > 0]
    assert sorted(await all_rows(crisis, "late=1&type=&actor=")) == late
    at = "2026-11-20T18:00"
    before, after = await all_rows(crisis, f"until={at}"), await all_rows(crisis, f"from={at}")
    assert sorted([*before, *after]) == sorted(types)
    assert before
    assert after


async def test_nobody_finds_by_a_filter_what_is_withheld_from_them(crisis: Client) -> None:
    items = (await crisis.get(f"/incidents/{INCIDENT}/timeline?limit=1000", Role.AUDITOR)).document["items"]
    told = next(item for item in items if item["entry"]["type"] == "comment.received")
    words, author = told["openings"]["text"]["value"], told["openings"]["author"]["value"]["id"]
    for query in (f"text={quote(words[:200])}", f"actor={quote(author)}"):
        assert told["index"] in await all_rows(crisis, query, Role.AUDITOR)
        assert await all_rows(crisis, query) == []
    html, _ = await got(crisis, PAGE)
    assert "not permitted in full" in html


async def test_what_was_known_then_is_what_the_ledger_or_the_sources_say(crisis: Client) -> None:
    items = (await crisis.get(f"/incidents/{INCIDENT}/timeline?limit=1000", Role.AUDITOR)).document["items"]
    then = items[200]["index"]
    # What was linked in later was not known to belong here.
    known = [item["index"] for item in items if max(item["index"], item["linked_by"] or 0) <= then]
    assert sum(item["index"] <= then for item in items) - len(known) > 0
    assert sorted(await all_rows(crisis, f"as_of={then}")) == known
    at = datetime(2026, 11, 20, 18, tzinfo=UTC)
    happened = [item["index"] for item in items if datetime.fromisoformat(item["time"]) <= at]
    assert sorted(await all_rows(crisis, "as_of=2026-11-20T18:00:00Z&clock=occurred")) == happened
    html, _ = await got(crisis, f"{PAGE}?as_of={then}")
    assert "As known at" in html


async def test_a_long_search_stops_says_so_and_goes_on_where_it_stopped(
    crisis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await all_rows(crisis, "text=REMBOURSEMENT")
    assert len(whole) > 1
    monkeypatch.setattr(timeline, "_SEARCHED_AT_MOST", 50)
    html, _ = await got(crisis, f"{PAGE}?text=remboursement")
    assert "among 50 searched" in html
    assert "the search stopped there" in html
    assert await all_rows(crisis, "text=remboursement") == whole


async def test_what_was_hidden_stays_in_its_place_struck_with_the_reason(crisis: Client) -> None:
    items = (await crisis.get(f"/incidents/{INCIDENT}/timeline?limit=1000", Role.AUDITOR)).document["items"]
    removed = next(i for i in items if i["entry"]["type"] == "comment.hidden")
    target = removed["openings"]["target"]["value"]
    struck = next(i for i in items if i["openings"].get("external_id", {}).get("value") == target)
    html, _ = await got(crisis, f"{PAGE}/rows?before={struck['index'] + 1}&limit=1", Role.AUDITOR)
    assert "<s>" in html
    assert removed["openings"]["reason_text"]["value"] in html.replace("&#39;", "'")
    assert f"/events/{removed['index']}" in html
    earlier, _ = await got(
        crisis, f"{PAGE}/rows?before={struck['index'] + 1}&limit=1&as_of={removed['index'] - 1}", Role.AUDITOR
    )
    assert "<s>" not in earlier


async def test_a_correction_is_shown_as_a_difference_under_the_original(crisis: Client) -> None:
    html, _ = await got(crisis, f"{PAGE}/rows?type=update.published")
    assert "<del>" in html
    assert "<ins>" in html


@pytest.mark.parametrize(
    "query",
    ["type=nonsense.*", "lane=x", "from=yesterday", "before=x", "limit=0", "as_of=99999999", "order=x", "x=1"],
)
async def test_a_bad_filter_is_a_page_that_names_it(crisis: Client, query: str) -> None:
    html, _ = await got(crisis, f"{PAGE}?{query}", status=400)
    assert query.partition("=")[0] in html


async def test_an_auditors_reading_is_on_record(crisis: Client) -> None:
    size = await crisis.size()
    await got(crisis, f"{PAGE}/rows?limit=3&type=comment.received")
    assert await crisis.size() == size
    await got(crisis, f"{PAGE}/rows?limit=3&type=comment.received", Role.AUDITOR)
    record = (await crisis.get(f"/events/{size}", Role.AUDITOR)).document
    assert record["entry"]["type"] == "access.viewed"
    assert record["openings"]["rows"]["value"] == 3


async def transferred(page: Page) -> int:
    """How many bytes the page and all that it loads came to, as they went over the wire."""
    bytes_: int = await page.evaluate(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
        ".reduce((sum, each) => sum + each.transferSize, 0)"
    )
    return bytes_


async def test_the_page_is_light_dense_and_accessible(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(PAGE, wait_until="networkidle")
        assert await page.evaluate("document.querySelectorAll('*').length") < MOST_NODES
        assert 10_000 < await transferred(page) < MOST_BYTES
        assert len(indexes((await got(crisis, PAGE))[0])) == 60
        await expect(page.locator("#strip")).to_be_visible()
        await expect(page.locator("#integrity")).to_contain_text("entries")
        await look_at(page, "timeline")
        await page.goto(f"{PAGE}?lane=moderation&as_of={(await of_timeline(crisis))[400]}")
        await page.get_by_text("The same as a table").click()
        await look_at(page, "timeline-then")


async def test_without_scripts_filters_pages_and_the_slider_work_in_french(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False, locale="fr-FR", viewport=NARROW) as page:
        await page.goto(PAGE)
        first = await page.locator("#timeline > li").first.get_attribute("data-index")
        await page.get_by_role("link", name="Plus anciens").click()
        older = await page.locator("#timeline > li").first.get_attribute("data-index")
        assert int(older or "") < int(first or "")
        await page.goto(PAGE)
        await page.locator("summary", has_text="Filtres").click()
        await page.get_by_label("Mots").fill("remboursement")
        await page.get_by_role("button", name="Filtrer").click()
        await expect(page.locator("#timeline mark").first).to_have_text(re.compile("remboursement", re.IGNORECASE))
        await expect(page.locator("#count")).to_contain_text("parmi")
        await page.goto(PAGE)
        await page.locator("summary", has_text="Que savait-on alors").click()
        slider = page.locator("input[name=as_of]")
        await slider.focus()
        await slider.press("Home")
        await page.get_by_role("button", name="Montrer").click()
        await expect(page.get_by_role("note")).to_contain_text("Ce que l’on savait")


async def test_an_auditor_reads_names_and_words_and_finds_them(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{PAGE}?type=comment.*")
        await look_at(page, "timeline-auditor")


async def test_clocks_run_and_say_when_they_are_late(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        answer = await crisis.post(comment(subject="clocks-run"))
        await crisis.get(f"/incidents/clocks-run?after={answer.document['index']}")
        await page.goto("/ledgers/demo/incidents/clocks-run")
        told = await page.evaluate(
            """async () => {
                const { spoken, tell } = await import([...document.scripts].find(s => s.src.includes("clocks")).src);
                const late = document.createElement("p");
                late.innerHTML = '<time data-countdown data-late="{time} late" datetime="2026-01-01T00:00:00Z"></time>';
                tell(late, Date.parse("2026-01-01T00:01:05Z"));
                return [spoken(3725), spoken(59.9, true), late.textContent, late.firstChild.dataset.state];
            }"""
        )
        assert told == ["1 hr 2 mins", "0 mins", "1 min 5 secs late", "late"]
