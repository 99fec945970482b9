"""The auditor's desk: verdict, reconciliation, registers, the bundle taken away and checked as a stranger would."""

import asyncio
import re
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from ledger.demo import INCIDENT
from ledger.pages.charts.lag import Recorded, by_source, furthest_off, lag_chart
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.http.records import readings
from tests.pages.conftest import NARROW, SignIn, look_at

pytestmark = pytest.mark.browser
LEDGER, HTML = "/ledgers/demo", {"Accept": "text/html"}


async def test_the_verdict_says_what_it_covers_and_names_the_events(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{LEDGER}/incidents/{INCIDENT}/verdict")
        await expect(page.get_by_text("Qualified: nothing was found hidden, with reservations.")).to_be_visible()
        assert await page.locator("tbody th[id^=C]").count() == 21
        await expect(page.locator("#main")).to_contain_text("An update promised until")
        await look_at(page, "verdict")
        await page.goto(f"{LEDGER}/verdict")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Verdict on the ledger")
        await look_at(page, "verdict-ledger")


async def test_a_bundle_is_taken_away_and_proves_itself(crisis: Client, sign_in: SignIn, tmp_path: Path) -> None:
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{LEDGER}/desk")
        await look_at(page, "desk")
        async with page.expect_download() as begun:
            await page.get_by_role("link", name="Evidence bundle").first.click()
        download = await begun.value
        await download.save_as(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        bundle.extractall(tmp_path / "bundle")
    program = await asyncio.create_subprocess_exec(
        sys.executable, "verify.py", cwd=tmp_path / "bundle", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    assert (program.returncode, b"VALID" in said) == (0, True), said


async def test_what_a_snapshot_shows_stands_beside_what_is_recorded(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(f"{LEDGER}/reconciliation")
        await look_at(page, "accounts")
        await page.locator("h2 a").first.click()
        await expect(page.get_by_role("region", name="Platform beside ledger")).to_be_visible()
        await look_at(page, "reconciliation")


async def test_the_register_of_accesses_records_its_own_reader(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{LEDGER}/incidents/{INCIDENT}/comments?state=hidden")
        await page.goto(f"{LEDGER}/access-register")
        await expect(page.get_by_role("region", name="The register of accesses")).to_contain_text("state=hidden")
        await look_at(page, "accesses")
        await page.goto(f"{LEDGER}/erasures")
        await look_at(page, "erasures")
    assert await readings(crisis)


async def test_a_reader_may_not_see_who_read_what(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        answer = await page.request.get(f"{LEDGER}/access-register", headers={"Accept": "text/html"})
        assert answer.status == 403
        assert "Your token does not allow this" in await answer.text()


async def test_the_desk_reads_without_scripts_in_french(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR, java_script_enabled=False, locale="fr-FR") as page:
        await page.goto(f"{LEDGER}/desk")
        await page.get_by_role("link", name="Verdict", exact=True).first.click()
        await expect(page.get_by_text("Avec réserves : rien de caché n’a été trouvé")).to_be_visible()


def test_a_chart_of_lags_stays_small_and_names_the_latest() -> None:
    told = [Recorded(place, 1e9 + place, 1.0 + place % 100, f"urn:{place % 2}") for place in range(20_000)]
    chart = lag_chart([*told, Recorded(77, 1e9 + 5, 86_400.0, "urn:late")])
    assert chart is not None
    assert len(chart.cells) <= 720
    assert sum(cell.events for cell in chart.cells) == 20_001
    assert chart.cells[0].furthest == 77
    assert [tick.y for tick in chart.ticks] == sorted((tick.y for tick in chart.ticks), reverse=True)
    assert lag_chart([]) is None
    assert [(each.source, each.median, each.p90, each.worst) for each in by_source(told)] == [
        ("urn:1", 51.0, 90.0, 99),
        ("urn:0", 50.0, 89.0, 98),
    ]


def test_what_claims_a_later_time_than_it_was_recorded_stands_in_a_row_of_its_own() -> None:
    chart = lag_chart(
        [Recorded(1, 1e9, 5.0, "urn:a"), Recorded(2, 1e9, -1.0, "urn:a"), Recorded(3, 1e9, -90.0, "urn:a")]
    )
    assert chart is not None
    (late, ahead) = sorted(chart.cells, key=lambda cell: cell.ahead)
    assert (late.furthest, ahead.furthest, ahead.events, ahead.y) == (1, 3, 2, chart.ahead)
    assert late.y < ahead.y
    on_time = lag_chart([Recorded(1, 1e9, 0.0, "urn:a")])
    assert on_time is not None
    assert on_time.ahead is None
    assert [each.event for each in furthest_off([Recorded(n, 1e9, n - 50.0, "urn:a") for n in range(100)])] == [
        *range(99, 79, -1),
        *range(20),
    ]


async def test_the_plot_of_lags_leads_to_the_latest(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(f"{LEDGER}/desk/lag?incident={INCIDENT}")
        await expect(page.get_by_role("region", name="Lag by source")).to_contain_text("urn:connector:x:ligneclaire")
        await look_at(page, "lag")
        leads = await page.locator("svg.chart a").first.get_attribute("href")
        assert (await page.request.get(str(leads), headers=HTML)).status == 200
        await page.get_by_text("The furthest off").click()
        await expect(page.get_by_role("region", name="Events furthest off")).to_contain_text("late")


async def test_a_reader_finds_incidents_accounts_and_verdicts_on_the_desk(crisis: Client, sign_in: SignIn) -> None:
    recorded = await crisis.send("POST", f"/incidents/{INCIDENT}/verdict?as_of=200", role=Role.AUDITOR)
    async with sign_in(crisis.service, viewport=NARROW) as page:
        await page.goto(f"{LEDGER}/desk")
        row = page.get_by_role("region", name="Verdicts on record").locator("tr", has_text=INCIDENT).first
        await expect(row.get_by_role("link", name=str(recorded.document["index"]))).to_be_visible()
        await expect(row).to_contain_text("201")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        await page.locator("#accounts ~ ul a").first.click()
        await expect(page.get_by_role("region", name="Platform beside ledger")).to_be_visible()


async def test_a_period_is_judged_and_its_links_name_what_was_judged(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False) as page:
        await page.goto(f"{LEDGER}/verdict")
        await page.get_by_label("Only findings from (UTC)").fill("2020-01-01T00:00:00")
        await page.get_by_role("button", name="Judge the period").click()
        assert re.fullmatch(r".*/verdict\?since=2020-01-01T00%3A00(%3A00)?%3A?0?0?Z", page.url), page.url
        await page.get_by_label("and before (UTC)").fill("2020-01-02T00:00:00")
        await page.get_by_role("button", name="Judge the period").click()
        links = page.locator(".panel-aside a")
        as_json, as_csv = [str(await links.nth(place).get_attribute("href")) for place in (0, 1)]
        document = await (await page.request.get(f"{LEDGER}/verdict{as_json}")).json()
        assert (document["since"][:10], document["until"][:10]) == ("2020-01-01", "2020-01-02")
        assert f"as_of={document['size'] - 1}" in as_csv
        assert (await page.request.get(f"{LEDGER}/verdict{as_csv}")).headers["content-type"].startswith("text/csv")
        await page.get_by_role("link", name="the whole ledger").click()
        assert "since" not in page.url


async def test_links_keep_what_was_asked(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR) as page:
        await page.goto(f"{LEDGER}/access-register")
        await page.locator("select[name=type]").select_option("export.created")
        await page.get_by_label("Incident").fill(INCIDENT)
        await page.get_by_role("button", name="Filter").click()
        assert page.url.endswith(f"?type=export.created&incident={INCIDENT}")
        csv = await page.get_by_role("link", name="CSV").get_attribute("href")
        assert csv == f"?type=export.created&incident={INCIDENT}&format=csv"
        await look_at(page, "accesses-filtered")
        account = (await crisis.get("/reconciliation")).document["items"][0]
        asked = urlencode({"platform": account["platform"], "account": account["account"], "incident": INCIDENT})
        await page.goto(f"{LEDGER}/reconciliation?{asked}")
        places = await page.locator(".toolbar a, p.no-print a").evaluate_all("all => all.map(each => each.search)")
        assert len(places) > 2
        assert all(f"incident={INCIDENT}" in place for place in places), places


async def test_a_part_of_an_account_needs_the_account_on_the_page_too(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        for query in ("kind=nonsense", "snapshot=3", "incident=x", "platform=x"):
            for accepted in (HTML, {"Accept": "application/json"}):
                answer = await page.request.get(f"{LEDGER}/reconciliation?{query}", headers=accepted)
                assert (answer.status, accepted["Accept"] in answer.headers["content-type"]) == (400, accepted is HTML)


async def test_a_bundle_is_asked_for_by_a_form_whose_fields_may_stay_empty(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, Role.AUDITOR, java_script_enabled=False) as page:
        await page.goto(f"{LEDGER}/desk")
        form = page.locator("form[action$='/desk/bundle']")
        await form.get_by_label("Incident").fill(INCIDENT)
        await form.get_by_label("Grown from the checkpoint").fill("100")
        async with page.expect_download() as begun:
            await form.get_by_role("button").click()
        with zipfile.ZipFile(await (await begun.value).path()) as bundle:
            assert any("consistency" in name for name in bundle.namelist()), bundle.namelist()
