"""C9: an update on the page that nobody recorded, or one that is gone from it, is found."""

from projections.checks.c09_public_page import PublicPage
from tests.projections.checks.judged import CRISIS, judged, lack, seen, snapshot, told
from tests.projections.written import Written

PAGE = snapshot(2, platform="web", account="status.example")
PUBLISHED: Written = ("update.published", CRISIS, 1, {"update_id": "u", "audience": "public", "text": "Down."})


def test_a_page_that_shows_what_was_published_is_fine() -> None:
    assert told(PublicPage, [PUBLISHED, PAGE]) == []
    assert lack(PublicPage, [PUBLISHED, PAGE]) is None


def test_an_update_that_nobody_recorded_fails_until_it_is() -> None:
    lines = [PUBLISHED, PAGE, seen("update.observed", 2, update_id="ghost", text="All fine.")]
    assert judged(PublicPage, lines) == [("update_unrecorded", "failure", (2,), None)]
    recorded: Written = (
        "update.published",
        CRISIS,
        3,
        {"update_id": "ghost", "audience": "public", "text": "All fine."},
    )
    assert judged(PublicPage, [*lines, recorded]) == [("update_unrecorded", "info", (2,), 3)]
    for_staff = (*recorded[:3], recorded[3] | {"audience": "staff"})
    assert judged(PublicPage, [*lines, for_staff])[0][1] == "failure", "what staff was told is not what the page shows"


def test_one_of_no_incident_is_a_warning_to_each_and_fails_the_ledger() -> None:
    kind, _, at, said = seen("update.observed", 2, update_id="ghost", text="All fine.")
    lines = [PAGE, (kind, None, at, said)]
    assert judged(PublicPage, lines) == [("update_unrecorded_around", "warning", (1,), None)]
    assert judged(PublicPage, lines, incident=None) == [("update_unrecorded", "failure", (1,), None)]


def test_an_update_that_is_gone_fails_until_its_withdrawal_is_declared() -> None:
    lines = [PUBLISHED, PAGE, seen("update.observed_missing", 2, update_id="u")]
    assert judged(PublicPage, lines) == [("update_missing", "failure", (2,), None)]
    withdrawn: Written = ("update.withdrawn", CRISIS, 3, {"update_id": "u", "reason": "Wrong."})
    assert judged(PublicPage, [*lines, withdrawn]) == [("update_missing", "info", (2,), 3)]


def test_pages_are_known_by_their_platform_or_their_address() -> None:
    url = "https://status.example/"
    elsewhere = snapshot(2, platform="statuspage", account="status.example", url=url)
    assert lack(PublicPage, [PUBLISHED, elsewhere]) is not None
    published: Written = ("public_page.published", None, 0, {"url": url, "rows": 1})
    assert lack(PublicPage, [published, PUBLISHED, elsewhere]) is None
    assert lack(PublicPage, [PUBLISHED]) is not None


def test_what_was_published_after_the_last_look_is_told() -> None:
    later = (*PUBLISHED[:2], 3, PUBLISHED[3] | {"update_id": "v"})
    assert told(PublicPage, [PUBLISHED, PAGE, later]) == ["page_not_seen_since"]
