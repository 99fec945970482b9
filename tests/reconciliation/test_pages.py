"""A public page against itself and the ledger: silent rewrites beside declared ones."""

from tests.reconciliation.account import at
from tests.reconciliation.page import Page, titled, update


async def test_a_published_update_shown_as_published_is_equal(page: Page) -> None:
    await page.published("u1", "We're looking into it.")
    assert await page.shows(30, titled("outage"), update("u1", "<p>We&#39;re looking into it.</p>")) == {"equal": 2}


async def test_a_rewritten_update_is_certain_at_once(page: Page) -> None:
    published = await page.published("u1", "Some users are affected.")
    await page.shows(30, update("u1", "Some users are affected."))
    assert await page.shows(40, update("u1", "Few users are affected.")) == {"update_changed": 1}
    (event,) = await page.events("update.observed_changed")
    assert (event["after"], event["seen_at"], event["incident"]) == ("Few users are affected.", at(40), "paris")
    (line,) = await page.differences("&kind=update_changed")
    assert published in line["events"]
    assert [run["text"] for run in line["diff"] if run["kind"] == "delete"] == ["Some"]


async def test_a_declared_correction_is_no_finding(page: Page) -> None:
    await page.published("u1", "Some users.")
    said = {"update_id": "u1", "what_was_wrong": "The number.", "new_text": "Few users.", "reason": "We know more."}
    await page.says("update.corrected", 35, **said)
    await page.shows(30, update("u1", "Some users."))
    assert await page.shows(40, update("u1", "Few users.")) == {"edit_declared": 1}
    assert await page.events("update.observed_changed") == []


async def test_a_correction_declared_later_settles_the_finding(page: Page) -> None:
    await page.published("u1", "Some users.")
    await page.shows(30, update("u1", "Some users."))
    await page.shows(40, update("u1", "Few users."))
    said = {"update_id": "u1", "what_was_wrong": "The number.", "new_text": "Few users.", "reason": "We know more."}
    declared = await page.says("update.corrected", 100, **said)
    (line,) = await page.differences("&kind=update_changed")
    assert line["settled_by"] == declared


async def test_an_update_nobody_recorded_is_told_with_every_text_it_had(page: Page) -> None:
    for minutes, text in ((2, "First."), (10, "Second."), (20, "Third.")):
        await page.shows(minutes, titled("outage"), update("u1", text, shown_at=at(0)))
    (first,) = await page.events("update.observed")
    assert (first["text"], first["seen_at"], first["incident"]) == ("First.", at(2), "outage")
    changes = await page.events("update.observed_changed")
    assert [(event["after"], event["seen_at"]) for event in changes] == [("Second.", at(10)), ("Third.", at(20))]
    view = await page.client.get("/incidents/outage/updates?after=" + str(changes[-1]["index"]))
    (shown,) = view.document["updates"]
    assert [(one["kind"], one["text"]) for one in shown["versions"]] == [
        ("observed", "First."),
        ("observed_changed", "Second."),
        ("observed_changed", "Third."),
    ]


async def test_an_update_just_published_may_still_be_on_its_way_to_the_ledger(page: Page) -> None:
    assert await page.shows(2, update("u1", "First.", 0)) == {"pending": 1}
    await page.published("u1", "First.", 0)
    assert await page.shows(20, update("u1", "First.", 0)) == {"equal": 1}
    assert await page.events("update.observed") == []


async def test_another_time_of_day_is_found_another_millisecond_is_not(page: Page) -> None:
    await page.published("u1", "First.")
    await page.shows(30, update("u1", "First.", shown_at="2026-11-20T12:00:00.417Z"))
    assert await page.shows(31, update("u1", "First.", shown_at="2026-11-20T12:00:00Z")) == {"equal": 1}
    assert await page.shows(32, update("u1", "First.", shown_at="2026-11-20T11:40:00Z")) == {
        "equal": 1,
        "update_redated": 1,
    }
    (event,) = await page.events("update.observed_redated")
    assert event["to"].startswith("2026-11-20T11:40:00")


async def test_an_update_taken_off_while_its_incident_stands_is_missing(page: Page) -> None:
    await page.published("u1", "First.")
    await page.published("u2", "Second.")
    both = [update("u1", "First."), update("u2", "Second.")]
    await page.shows(30, titled("outage"), *both)
    assert await page.shows(40, titled("outage"), both[0]) == {"equal": 2, "pending": 1}
    assert await page.shows(50, titled("outage"), both[0]) == {"equal": 2, "update_missing": 1}
    (event,) = await page.events("update.observed_missing")
    assert event["update_id"] == "u2"
    declared = await page.says("update.withdrawn", 45, update_id="u2", reason="It was wrong.")
    (line,) = [line for line in await page.differences("&kind=update_missing") if line["finding"]]
    assert line["settled_by"] == declared


async def test_an_incident_that_left_a_partial_page_took_its_updates_along(page: Page) -> None:
    await page.published("u1", "First.")
    await page.shows(30, titled("outage"), update("u1", "First."))
    for minutes in (40, 50, 60):
        findings = await page.shows(minutes)
        assert not findings.keys() & {"update_missing", "pending"}


async def test_a_new_title_is_found_unless_it_is_declared(page: Page) -> None:
    await page.shows(30, titled("outage", "Minor delays"), titled("other", "Works"))
    said = {"from": "Works", "to": "Works at night", "reason": "Clearer."}
    await page.says("incident.title_changed", 35, "other", **said)
    found = await page.shows(40, titled("outage", "Outage"), titled("other", "Works at night"))
    assert found == {"edit_declared": 1, "incident_retitled": 1}
    (event,) = await page.events("incident.observed_retitled")
    assert (event["from"], event["to"], event["incident"]) == ("Minor delays", "Outage", "outage")
    await page.shows(50)
    assert [line["kind"] for line in await page.differences("&kind=incident_retitled")] == ["incident_retitled"]


async def test_the_page_of_an_earlier_snapshot_can_be_seen_again(page: Page) -> None:
    await page.published("u1", "First.")
    await page.shows(30, update("u1", "First."))
    await page.shows(40, update("u1", "Second."))
    (line,) = await page.differences("&snapshot=1")
    assert (line["kind"], line["text"]) == ("equal", "First.")
