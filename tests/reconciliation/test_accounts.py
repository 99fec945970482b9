"""An account against the ledger: each kind of difference, beside the honest case that looks like it."""

import pytest

from projections.reconciliation.normalised import text_digest
from tests.http.client import comment
from tests.reconciliation.account import Account, at, shown


async def test_what_both_know_alike_is_equal(account: Account) -> None:
    await account.received("c1", text="C'est <fini> & bien")
    assert await account.shows(30, shown("c1", "C&#39;est &lt;fini&gt; &amp;  bien")) == {"equal": 1}


async def test_a_comment_gone_without_a_word_is_missing_once_two_snapshots_in_a_row_lack_it(account: Account) -> None:
    received = await account.received("c1")
    await account.received("c2")
    assert await account.shows(30, shown("c1"), shown("c2")) == {"equal": 2}
    assert await account.shows(60, shown("c2")) == {"equal": 1, "pending": 1}
    assert await account.events("comment.observed_missing") == []
    assert await account.shows(90, shown("c2")) == {"equal": 1, "missing": 1}
    assert await account.shows(120, shown("c2")) == {"equal": 1, "missing": 1}
    (event,) = await account.events("comment.observed_missing")
    assert event["external_id"] == "c1"
    assert event["incident"] == "paris"
    assert event["seen_at"] == at(90)
    assert event["last_seen_at"] == at(30)
    (line,) = await account.differences("&kind=missing")
    assert (line["finding"], line["settled_by"], line["events"]) == (event["index"], None, [received])


async def test_a_comment_that_its_author_deleted_is_not_missing(account: Account) -> None:
    await account.received("c1")
    await account.says("comment.deleted_by_author", 20, external_id="c1")
    for minutes in (30, 60, 90):
        assert await account.shows(minutes) == {"deleted_by_author": 1}
    assert await account.events("comment.observed_missing") == []


async def test_a_deletion_told_later_settles_what_was_found_and_leaves_it_on_record(account: Account) -> None:
    await account.received("c1")
    for minutes in (30, 60):
        await account.shows(minutes)
    declared = await account.says("comment.deleted_by_author", 25, external_id="c1")
    assert await account.shows(90) == {"deleted_by_author": 1}
    (event,) = await account.events("comment.observed_missing")
    lines = {line["kind"]: line for line in await account.differences()}
    assert lines["missing"]["finding"] == event["index"]
    assert lines["missing"]["settled_by"] == declared
    assert lines.keys() == {"missing", "deleted_by_author"}


@pytest.mark.parametrize("verb", ["hidden", "removed"])
async def test_a_measure_on_record_explains_what_isnt_shown(account: Account, verb: str) -> None:
    await account.received("c1")
    measure = await account.moderated(verb, "c1", 20)
    for minutes in (30, 60):
        assert await account.shows(minutes) == {f"{verb}_declared": 1}
    (line,) = await account.differences()
    assert measure in line["events"]
    assert await account.events("comment.observed_missing") == []


async def test_a_measure_that_was_lifted_explains_nothing(account: Account) -> None:
    await account.received("c1")
    await account.moderated("hidden", "c1", 5)
    await account.moderated("unhidden", "c1", 10)
    assert await account.shows(60) == {"pending": 1}
    assert await account.shows(90) == {"missing": 1}


@pytest.mark.parametrize("measure", ["hidden", "removed"])
async def test_moderation_on_the_platform_itself_is_found_unless_it_is_on_record(
    account: Account, measure: str
) -> None:
    await account.received("c1")
    await account.received("c2")
    await account.moderated(measure, "c2", 20)
    items = [shown(name, visible=False, moderated=measure, moderated_by="page:42") for name in ("c1", "c2")]
    assert await account.shows(30, *items) == {"pending": 1, f"{measure}_declared": 1}
    assert await account.shows(60, *items) == {"moderated_out_of_band": 1, f"{measure}_declared": 1}
    (event,) = await account.events("comment.observed_moderated")
    assert (event["external_id"], event["measure"], event["by"]) == ("c1", measure, "page:42")


async def test_a_comment_nobody_reported_is_found_at_the_second_sight(account: Account) -> None:
    assert await account.shows(30, shown("c1")) == {"pending": 1}
    assert await account.shows(60, shown("c1")) == {"unreported": 1}
    (event,) = await account.events("comment.observed_unreported")
    assert (event["external_id"], event["text_sha256"]) == ("c1", text_digest("Toujours en panne ?"))


async def test_a_comment_seen_once_and_never_again_is_nothing(account: Account) -> None:
    assert await account.shows(30, shown("c1")) == {"pending": 1}
    assert await account.shows(60) == {}
    assert await account.shows(90, shown("c1")) == {"pending": 1}
    assert await account.events("comment.observed_unreported") == []


async def test_what_is_too_fresh_for_the_connector_is_pending(account: Account) -> None:
    fresh = shown("c1", created_at=at(29))
    assert await account.shows(30, fresh) == {"pending": 1}
    assert await account.shows(40, fresh) == {"pending": 1}
    assert await account.shows(50, fresh) == {"unreported": 1}


async def test_a_report_that_comes_later_settles_it(account: Account) -> None:
    for minutes in (30, 60):
        await account.shows(minutes, shown("c1"))
    reported = await account.received("c1", 0)
    (line,) = [line for line in await account.differences() if line["kind"] == "unreported"]
    assert line["settled_by"] == reported


async def test_words_that_changed_without_a_declared_edit_are_found(account: Account) -> None:
    await account.received("c1", text="Scandaleux !")
    assert await account.shows(30, shown("c1", "Scandaleux !")) == {"equal": 1}
    assert await account.shows(60, shown("c1", "Merci !")) == {"pending": 1}
    assert await account.shows(90, shown("c1", "Merci !")) == {"text_differs": 1}
    (event,) = await account.events("comment.observed_changed")
    assert event["before_sha"] == text_digest("Scandaleux !")
    assert event["after_sha"] == text_digest("Merci !")
    (line,) = await account.differences()
    assert (line["recorded_sha256"], line["shown_sha256"]) == (event["before_sha"], event["after_sha"])
    settling = await account.says("comment.edited_by_author", 50, external_id="c1", revision=1, after="Merci !")
    lines = {line["kind"]: line for line in await account.differences()}
    assert lines["text_differs"]["settled_by"] == settling
    assert "edit_declared" in lines


async def test_a_declared_edit_is_no_finding(account: Account) -> None:
    await account.received("c1", text="Scandaleux !")
    await account.says("comment.edited_by_author", 40, external_id="c1", revision=1, after="Merci !")
    assert await account.shows(30, shown("c1", "Scandaleux !")) == {"equal": 1}
    assert await account.shows(60, shown("c1", "Merci !")) == {"edit_declared": 1}
    assert await account.shows(90, shown("c1", "Merci !")) == {"edit_declared": 1}


async def test_our_own_words_are_shown_in_full(account: Account) -> None:
    await account.replied("r1", 0, "Réparé.")
    for minutes in (30, 60):
        await account.shows(minutes, {**shown("r1", "Réparé demain."), "kind": "reply"})
    (event,) = await account.events("reply.observed_changed")
    assert event["after"] == "Réparé demain."


async def test_words_may_be_given_by_their_hash(account: Account) -> None:
    await account.received("c1", text="Bonjour")
    digests = [text_digest("Bonjour"), text_digest("Bonsoir")]
    assert await account.shows(30, shown("c1", None, text_sha256=digests[0])) == {"equal": 1}
    assert await account.shows(60, shown("c1", None, text_sha256=digests[1])) == {"pending": 1}
    assert await account.shows(90, shown("c1", None)) == {"uncompared": 1}


async def test_contents_of_several_incidents_of_none_and_of_links_are_known(account: Account) -> None:
    await account.received("c1", subject=None)
    linked = await account.received("c2", subject=None)
    await account.moderated("hidden", "c1", 10, "lyon")
    event = comment(type="event.linked", subject="paris", actor="person:ana;role=lead")
    event["data"] = {"target_event": linked, "reason": "Part of it."}
    assert (await account.client.post(event)).status == 201
    assert await account.shows(30, shown("c2")) == {"equal": 1, "hidden_declared": 1}


async def test_the_same_id_on_another_platform_is_another_content(account: Account) -> None:
    await account.received("c1", platform="facebook", account="ligneclaire.officiel", text="Autre chose")
    await account.received("c1", text="Bonjour")
    assert await account.shows(30, shown("c1", "Bonjour")) == {"equal": 1}


async def test_what_was_made_outside_the_window_is_not_missed(account: Account) -> None:
    await account.received("old", -600)
    for minutes in (30, 60):
        assert await account.shows(minutes) == {}


async def test_a_partial_snapshot_proves_no_absence(account: Account) -> None:
    await account.received("c1")
    for minutes in (30, 60, 90):
        assert await account.shows(minutes, completeness="partial") == {}


async def test_totals_are_compared_as_totals(account: Account) -> None:
    for name in ("c1", "c2", "c3"):
        await account.received(name)
    told = {"completeness": "counts_only"}
    assert await account.shows(30, counts={"comments": 3}, **told) == {"equal": 3, "missing": 0, "unreported": 0}
    assert (await account.shows(60, counts={"comments": 2}, **told))["missing"] == 1
    assert (await account.shows(90, counts={"comments": 5}, **told))["unreported"] == 2


async def test_a_drills_comments_are_on_no_platform(account: Account) -> None:
    await account.received("c1", exercise=True)
    for minutes in (30, 60):
        assert await account.shows(minutes) == {}


async def test_the_settings_in_force_say_how_many_snapshots_it_takes(account: Account) -> None:
    event = comment(type="checks.configured", actor="person:ana;role=auditor")
    event["data"] = {"version": "2", "settings": {"snapshots_in_a_row": 1}, "reason": "One look a day."}
    assert (await account.client.post(event)).status == 201
    await account.received("c1")
    assert await account.shows(30) == {"missing": 1}
