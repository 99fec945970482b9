"""The pages of plan, updates, moderation, learning, all at a glance and the audit trail, as each role sees them."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from events.strict import JsonObject
from ledger.demo import INCIDENT
from ledger.sequencer.draft import Unit
from ledger.sequencer.own_event import own_event
from ledger.store.tokens import Role
from ledger.web.context import LEDGERS
from projections.statements import StatementLine
from tests.http.client import Client
from tests.pages.conftest import SignIn, look_at
from tests.service.fixture import Service
from tests.service.fixture import service as service  # noqa: PLC0414 - a fixture of this file

LEDGER = "/ledgers/demo"
PAGES = ("overview", "plan", "updates", "moderation", "learning", "audit-trail")
IN_FRENCH = ("Chronomètres", "Étapes du plan", "La presse", "Le registre des mesures", "Leçons", "Filtrer")


def page_of(view: str, incident: str = INCIDENT) -> str:
    return f"{LEDGER}/incidents/{incident}/{view}"


async def shown(service: Service, path: str, role: Role = Role.READER, language: str = "en") -> tuple[int, str]:
    """The status and text of the page at a path, as a browser without scripts gets it."""
    headers = {**service.bearer(role), "Accept": "text/html", "Accept-Language": language}
    async with service.session.get(service.base_url + path, headers=headers) as answer:
        assert answer.content_type == "text/html"
        return answer.status, await answer.text()


@pytest.mark.browser
async def test_the_plan_shows_who_held_what_when_and_every_number_leads_to_its_events(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(page_of("plan"))
        chart = page.get_by_role("img", name="Roles over time")
        await expect(chart.locator(".spell.held")).to_have_count(6)
        await expect(chart.locator(".spell.vacant")).to_have_count(4)
        await expect(chart.get_by_text("malik")).to_be_visible()
        await expect(page.get_by_role("row", name="Donner aux agents").get_by_text("late")).to_be_visible()
        await look_at(page, "plan")
        await page.locator("#roles summary").click()
        await expect(page.locator("#roles").get_by_role("row", name="community manager vacant")).to_be_visible()
        await page.locator(".figure", has_text="Steps late").get_by_role("link").click()
        await expect(page).to_have_url(f"{crisis.service.base_url}{page_of('plan')}?figure=figures.steps_late")
        await expect(page.get_by_role("row", name="Step completed")).to_have_count(2)


@pytest.mark.browser
async def test_updates_stand_with_their_corrections_as_differences_and_promises_kept_or_missed(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(page_of("updates"))
        assert await page.locator(".update h3").first.text_content() == "point-8"
        corrected = page.locator("#update-point-2")
        await expect(corrected.locator("ins").first).to_have_text(" L2,")
        await expect(corrected.locator("del")).to_have_text(" Les billets achetés avant 18 h restent lisibles.")
        await expect(page.locator("#update-promo-week-end")).to_contain_text("Envoi programmé que personne n'a arrêté")
        await expect(page.locator("#update-point-4")).to_contain_text("missed")
        await expect(page.locator("#cadence .missed .came")).to_have_count(2)  # one in the chart, one in its legend
        await expect(page.locator("#update-point-8")).to_contain_text("Update approved")
        await expect(page.locator("#update-point-8 .author").first).to_contain_text("jeanne (incident lead)")
        await look_at(page, "updates")
        await page.goto(f"{page_of('updates')}?limit=4")
        await expect(page.locator(".update")).to_have_count(4)
        await page.get_by_role("link", name="Older updates").click()
        await expect(page.locator(".update h3").first).to_have_text("point-4")


@pytest.mark.browser
async def test_the_register_of_moderation_is_paged_and_comes_as_statements_of_reasons(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(page_of("moderation"))
        await expect(page.get_by_text("Nothing is ever deleted from the ledger")).to_be_visible()
        await look_at(page, "moderation")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="As statements of reasons").click()
        path = await (await download.value).path()
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        assert (len(rows), list(rows[0])) == (11, list(StatementLine.visibility))
        await page.locator("#reasons").get_by_role("link").nth(0).click()
        await expect(page.get_by_text("by_reason.abuse")).to_be_visible()
        await page.goto(f"{page_of('moderation')}?lines=9")
        await page.get_by_role("link", name="Later measures").click()
        await expect(page.locator("#register tbody tr")).to_have_count(6)
        await expect(page.locator("#register tbody tr").last).to_contain_text("Comment restored")


@pytest.mark.browser
async def test_learning_and_the_glance_lead_from_causes_to_lessons_and_to_the_pages_that_show_more(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(page_of("learning"))
        revised = page.locator("#cause-certificat-expire .versions li").first
        await expect(revised.locator("ins").first).to_contain_text("L'alerte d'expiration")
        await expect(page.locator("#lesson-envois-programmes")).to_contain_text("ana, malik")
        await expect(page.get_by_role("row", name="Activating the plan").locator(".tone-good").first).to_be_visible()
        await look_at(page, "learning")
        await page.get_by_role("link", name="At a glance").click()
        await look_at(page, "overview")
        await page.get_by_role("link", name=re.compile("more.*Steps late")).click()
        await expect(page).to_have_url(f"{crisis.service.base_url}{page_of('plan')}#steps")


@pytest.mark.browser
async def test_the_audit_trail_is_asked_by_a_form_whose_address_says_what_was_asked(
    crisis: Client, sign_in: SignIn
) -> None:
    async with sign_in(crisis.service) as page:
        await page.goto(page_of("audit-trail"))
        await look_at(page, "audit-trail")
        await page.get_by_label("Who: id or kind:id").fill("person:jeanne")
        await page.get_by_label("Type or family").fill("update.*")
        await page.get_by_role("button", name="Filter").click()
        await expect(page).to_have_url(
            f"{crisis.service.base_url}{page_of('audit-trail')}?actor=person%3Ajeanne&type=update.%2A"
        )
        rows = page.locator(".trail tbody tr")
        assert await rows.count() > 8
        await expect(rows.filter(has_text="jeanne")).to_have_count(await rows.count())
        await expect(rows.first.get_by_role("link", name="Update published")).to_be_visible()
        await page.goto(f"{LEDGER}/audit-trail?limit=5")
        await look_at(page, "ledger-audit-trail")
        await page.get_by_role("link", name="Next entries").click()
        await expect(rows.first.get_by_role("link", name="#5", exact=True)).to_be_visible()


@pytest.mark.browser
async def test_without_scripts_charts_tables_and_forms_work_too(crisis: Client, sign_in: SignIn) -> None:
    async with sign_in(crisis.service, java_script_enabled=False, locale="fr-FR") as page:
        await page.goto(page_of("updates"))
        await expect(page.locator("#cadence svg.chart .kept").first).to_be_visible()
        await page.locator("#cadence summary").click()
        await expect(page.locator("#cadence").get_by_role("row", name="point-4")).to_contain_text("manquée")
        await page.get_by_role("link", name="Piste d’audit").click()
        await page.get_by_label("Rôle").fill("legal")
        await page.get_by_role("button", name="Filtrer").click()
        await expect(page).to_have_url(f"{crisis.service.base_url}{page_of('audit-trail')}?role=legal")
        await expect(page.locator(".trail tbody tr").first).to_contain_text("hugo")


async def test_every_page_reads_in_french_and_for_whoever_may_see_little(crisis: Client) -> None:
    for view, word in zip(PAGES, IN_FRENCH, strict=True):
        status, text = await shown(crisis.service, page_of(view), language="fr")
        assert (status, word in text, "Piste d’audit" in text) == (200, True, True), view
        for role in (Role.POSTER, Role.ADMIN):
            assert (await shown(crisis.service, page_of(view), role))[0] == 200, (view, role)
    _, for_posters = await shown(crisis.service, page_of("plan"), Role.POSTER)
    assert "jeanne" not in for_posters
    assert "not shown to your role" in for_posters


async def test_every_page_shows_what_was_known_at_a_moment_and_says_where_there_is_nothing(crisis: Client) -> None:
    empty = {
        "overview": "Nothing is known to be wrong.",
        "plan": "No plan was activated in this incident.",
        "updates": "No update was published, drafted or seen yet.",
        "moderation": "No measure was taken.",
        "learning": "No cause was told yet.",
    }
    for view, sentence in empty.items():
        status, text = await shown(crisis.service, f"{page_of(view)}?as_of=20")
        assert (status, sentence in text, "Back to now" in text) == (200, True, True), view
        assert "as_of=20&amp;format=json" in text
    assert "answers to this filter" in (await shown(crisis.service, f"{page_of('audit-trail')}?actor=nobody"))[1]


async def test_a_page_of_the_trail_that_found_little_says_how_far_it_looked(
    crisis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.web.audit_trail._SEARCHED_AT_ONCE", 20)
    asked = "?type=lesson.*"
    status, text = await shown(crisis.service, f"{LEDGER}/audit-trail{asked}")
    assert (status, "Go on searching" in text, "Entries 0 to 199 of" in text) == (200, True, True)
    assert "None of the entries looked through so far is asked for." in text
    _, text = await shown(crisis.service, f"{LEDGER}/audit-trail{asked}&start=400")
    assert "Lesson recorded" in text


async def test_what_is_asked_wrongly_is_a_page_that_names_it(crisis: Client) -> None:
    for asked in ("plan?nonsense=1", "moderation?lines=0", "updates?start=-1", "audit-trail?since=yesterday"):
        status, text = await shown(crisis.service, page_of(asked))
        name = asked.partition("?")[2].partition("=")[0]
        assert (status, name in text) == (400, True), asked
    assert (await shown(crisis.service, page_of("plan", "never-told")))[0] == 404
    assert (await shown(crisis.service, page_of("audit-trail", "never-told")))[0] == 404


async def test_an_auditor_who_reads_personal_lines_of_the_trail_leaves_a_record_and_nobody_else_does(
    crisis: Client,
) -> None:
    asked = f"{page_of('audit-trail')}?type=author.*"
    before = await crisis.size()
    assert (await shown(crisis.service, asked))[0] == 200
    assert await crisis.size() == before
    assert (await shown(crisis.service, asked, Role.AUDITOR))[0] == 200
    assert await crisis.size() == before + 1
    record = (await crisis.get(f"/events/{before}", Role.AUDITOR)).document
    assert record["entry"]["type"] == "access.viewed"
    assert record["openings"]["filter"]["value"] == asked


def event(minute: int, type_: str, data: JsonObject, incident: str | None = "storm") -> JsonObject:
    own = {"id": f"{type_}-{minute}", "time": f"2026-11-22T14:{minute:02}:00Z"}
    subject = {} if incident is None else {"subject": incident}
    return {"specversion": "1.0", "source": "urn:console:acme", "type": type_, "data": data, **own, **subject}


async def test_what_must_be_known_stands_first_and_words_of_others_are_words(service: Service) -> None:
    client, page = Client(service), {"platform": "status", "account": "acme", "reconciliation_id": "r1"}
    seen: JsonObject = {**page, "update_id": "u1", "seen_at": "2026-11-22T14:06:00Z", "after": "All is lost."}
    plan = {"plan_id": "p", "body_sha256": "a" * 64, "roles": [{"role": "lead"}]}
    said = {"update_id": "u1", "audience": "public", "channel": ["x"], "next_update_due": "2026-11-22T14:05:00Z"}
    told = [
        event(0, "plan.published", {**plan, "version": "1"}, None),
        event(1, "plan.activated", {"plan_id": "p", "version": "1", "trigger": 0}),
        event(2, "role.assigned", {"role": "lead", "person": "<b>ana</b>"}),
        event(3, "update.published", {**said, "text": "All <i>is</i> well."}),
        event(4, "plan.revised", {**plan, "version": "2", "because": None}, None),
    ]
    for each in told:
        answer = await client.post(each)
        assert answer.status == 201, answer.document
    ledger = await service.app[LEDGERS].get("demo")
    assert ledger is not None
    draft = own_event(
        "demo", "update.observed_changed", "seen", datetime(2026, 11, 22, 14, 7, tzinfo=UTC), seen, "storm"
    )
    (committed,) = await ledger.sequencer.enqueue(Unit([draft]))
    _, text = await shown(service, f"{page_of('plan', 'storm')}?after={committed.index}")
    assert "Plan p was changed while its version 1 was in use:" in text
    assert "has not accepted it" in text
    assert "&lt;b&gt;ana&lt;/b&gt;" in text
    assert "<b>ana" not in text
    _, text = await shown(service, page_of("updates", "storm"))
    assert "The page showed something else; nobody had declared it" in text
    assert "1 time a page showed something else" in text
    assert "All &lt;i&gt;is&lt;/i&gt; well." in text
    assert "missed" in text
