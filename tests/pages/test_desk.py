"""The auditor's desk: verdict, reconciliation, registers, the bundle taken away and checked as a stranger would."""

import asyncio
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import expect

from ledger.demo import INCIDENT
from ledger.pages.charts.lag import Recorded, by_source, lag_chart
from ledger.store.tokens import Role
from tests.http.client import Client
from tests.http.records import readings
from tests.pages.conftest import SignIn, look_at

pytestmark = pytest.mark.browser
LEDGER = "/ledgers/demo"


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
    assert len(chart.cells) <= 960
    assert sum(cell.events for cell in chart.cells) == 20_001
    assert chart.cells[0].latest == 77
    assert [tick.y for tick in chart.ticks] == sorted((tick.y for tick in chart.ticks), reverse=True)
    assert lag_chart([]) is None
    assert [(each.source, each.median, each.p90, each.worst) for each in by_source(told)] == [
        ("urn:1", 51.0, 90.0, 99),
        ("urn:0", 50.0, 89.0, 98),
    ]


async def test_the_plot_of_lags_leads_to_the_latest(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(f"{LEDGER}/desk/lag?incident={INCIDENT}")
        await expect(page.get_by_role("region", name="Lag by source")).to_contain_text("urn:connector:x:ligneclaire")
        await look_at(page, "lag")
