"""The updates' view of the sample crisis: every figure computed by hand, and again from the events at its indexes."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.visibility import Visibility
from projections.event import Event
from projections.shown import Figure, disclosed
from projections.views.updates import UpdatesView
from projections.views.updates_answer import UpdatesAnswer, UpdateShown
from projections.word_diff import COMPARED, word_diff
from tests.projections.crisis import BEGUN, END, crisis, seen

PUBLISHED = [3300, 4800, 5070, 6850, 8640, 12120, 13750, 17320, 58560]
"""When the public was told, in seconds from the beginning."""


def updates(events: Any = None, at: datetime = END) -> UpdatesAnswer:
    answer: UpdatesAnswer = seen(UpdatesView(), crisis() if events is None else events, at=at)
    return answer


def at(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def of(kind: str, **fields: object) -> Event:
    return next(e for e in crisis() if e.type == kind and all(e.value(n) == v for n, v in fields.items()))


def moved(event: Event, index: int, seconds: float, kind: str | None = None, **fields: object) -> Event:
    """The event told once more, under another index, of another time and type, with other fields."""
    changed = {"time": at(seconds).isoformat(), **fields}
    openings = dict(event.openings) | {name: {"value": value} for name, value in changed.items()}
    return replace(event, index=index, type=kind or event.type, openings=openings)


def update(answer: UpdatesAnswer, name: str) -> UpdateShown:
    return next(one for one in answer.updates if one.update_id == name)


def told(figure: Figure) -> list[Event]:
    return [crisis()[index] for index in figure.indexes]


def kinds(answer: UpdatesAnswer, name: str = "point-2") -> list[str]:
    return [version.kind for version in update(answer, name).versions]


def changed(index: int = 900, seconds: float = 7000, **fields: object) -> Event:
    said = {"seen_at": at(seconds).isoformat(), "after": "Tout va bien.", **fields}
    return moved(of("update.withdrawn"), index, seconds, "update.observed_changed", update_id="point-2", **said)


def test_the_first_statement_came_35_minutes_after_the_first_surge() -> None:
    answer = updates()
    surge, first = told(answer.seconds_to_first_statement)
    bucket: Any = surge.value("bucket")
    taken = (first.moment - datetime.fromisoformat(bucket["from"])).total_seconds()
    assert answer.seconds_to_first_statement.value == taken == 3300 - 1200
    assert answer.since_what == "surge"


def test_the_cadence_is_that_of_the_public_updates() -> None:
    cadence = updates().cadence
    gaps = sorted(after - before for before, after in pairwise(PUBLISHED))
    assert gaps == [270, 1500, 1630, 1780, 1790, 3480, 3570, 41240]
    assert cadence.median_gap_seconds.value == 1785 == (gaps[3] + gaps[4]) / 2
    assert cadence.p90_gap_seconds.value == 41240, "the nearest rank of 0.9 in eight is the eighth"
    assert cadence.longest_gap_seconds.value == 41240
    followed = [event.moment for event in told(cadence.median_gap_seconds)]
    assert median((b - a).total_seconds() for a, b in pairwise(followed)) == cadence.median_gap_seconds.value
    first, last = (event.moment for event in told(cadence.longest_gap_seconds))
    assert (last - first).total_seconds() == cadence.longest_gap_seconds.value
    assert cadence.published.value == len(PUBLISHED)
    assert [e.text("update_id") for e in told(cadence.undated)] == ["promo-week-end", "point-8"]


def test_one_promise_of_the_next_update_was_missed_and_six_kept() -> None:
    cadence = updates().cadence
    assert (cadence.kept.value, cadence.missed.value, cadence.pending.value) == (6, 1, 0)
    promised, late = told(cadence.missed)
    assert late.moment > datetime.fromisoformat(promised.text("next_update_due") or "")
    assert (promised.text("update_id"), late.text("update_id")) == ("point-4", "point-5")
    kept = [(crisis()[one.event], crisis()[one.next or 0]) for one in cadence.promises if one.status == "kept"]
    assert all(b.moment <= datetime.fromisoformat(a.text("next_update_due") or "") for a, b in kept)
    assert sorted({e.index for pair in kept for e in pair}) == list(cadence.kept.indexes)


def test_a_promise_is_pending_until_it_is_due_and_missed_after() -> None:
    known = [event for event in crisis() if event.moment <= at(9000)]
    # point-4 promised the next one at 10500.
    for moment, status in ((10500, "pending"), (10501, "missed")):
        assert updates(known, at(moment)).cadence.promises[-1].status == status


def test_a_promise_to_the_staff_is_kept_to_the_staff() -> None:
    staff = updates().cadence_of_others["staff"]
    assert [(one.event, one.next, one.status) for one in staff.promises] == [(223, 315, "kept")]
    assert staff.longest_gap_seconds.value == 8280 - 5700


def test_what_the_clock_recorded_as_missed_stands_beside_the_promise() -> None:
    promised = of("update.published", update_id="point-4")
    fields = {"last_update": promised.index, "due_at": at(10500).isoformat()}
    missed = moved(promised, 900, 10500, "cadence.missed", **fields)
    cadence = updates([*crisis(), missed]).cadence
    assert [one.recorded_missed for one in cadence.promises if one.status == "missed"] == [[900]]


def test_a_correction_is_a_second_version_with_what_changed() -> None:
    first, second = update(updates(), "point-2").versions
    assert (first.kind, second.kind, second.severity) == ("published", "corrected", "significant")
    assert second.diff is not None
    assert [run.text for run in second.diff if run.kind == "delete"] == [
        " Les billets achetés avant 18 h restent lisibles."
    ]
    assert "".join(run.text for run in second.diff if run.kind != "insert") == first.text
    assert "".join(run.text for run in second.diff if run.kind != "delete") == second.text


def test_the_correction_came_after_1170_seconds() -> None:
    answer = updates()
    published, corrected = told(answer.correction_median_seconds)
    assert (
        answer.correction_median_seconds.value == (corrected.moment - published.moment).total_seconds() == 6240 - 5070
    )
    assert list(answer.corrections.indexes) == [corrected.index]


def test_what_was_withdrawn_stays_with_its_reason_and_what_stands_instead() -> None:
    answer = updates()
    promo = update(answer, "promo-week-end")
    assert promo.versions[0].text is not None
    assert [(one.event, one.replacement, one.early) for one in promo.withdrawals] == [(197, "point-2", False)]
    assert [event.type for event in told(answer.withdrawn)] == ["update.withdrawn"]


def test_an_update_was_approved_in_the_words_in_which_it_was_published() -> None:
    drafts = update(updates(), "point-8").drafts
    assert [(one.type, one.published) for one in drafts] == [("update.drafted", True), ("update.approved", True)]


def test_a_draft_without_a_name_is_found_by_its_words_else_listed() -> None:
    drafted = moved(of("update.drafted"), 900, 54001, update_id=None)
    other = moved(of("update.drafted"), 901, 54002, update_id=None, text_sha256="0" * 64)
    answer = updates([*crisis(), drafted, other])
    assert [one.event for one in update(answer, "point-8").drafts] == [446, 900, 452]
    assert [one.event for one in answer.unnamed_drafts] == [901]


def test_a_change_seen_outside_and_not_declared_is_a_version_and_is_counted() -> None:
    answer = updates([*crisis(), changed()])
    assert kinds(answer) == ["published", "corrected", "observed_changed"]
    assert list(answer.undeclared_changes.indexes) == [900]
    last = update(answer, "point-2").versions[-1]
    assert last.diff is not None
    assert "".join(run.text for run in last.diff if run.kind == "insert").strip() == "Tout va bien."


def test_a_change_seen_outside_that_a_correction_says_is_declared() -> None:
    corrected = of("update.corrected")
    answer = updates([*crisis(), changed(after=corrected.text("new_text"))])
    assert answer.undeclared_changes.value == 0
    assert update(answer, "point-2").versions[-1].declared_by == corrected.index


def test_a_change_of_which_the_words_are_unknown_is_undeclared_and_has_no_difference() -> None:
    answer = updates([*crisis(), changed(after=None)])
    assert answer.undeclared_changes.value == 1
    assert update(answer, "point-2").versions[-1].diff is None


def test_published_again_is_another_version() -> None:
    again = moved(of("update.published", update_id="point-2"), 900, 7000, text="Les lignes L2, L4 et L7.")
    assert kinds(updates([*crisis(), again])) == ["published", "corrected", "published_again"]


def test_a_correction_or_withdrawal_recorded_before_the_publication_comes_after_it_by_time() -> None:
    early = [e for e in crisis() if e.type in {"update.corrected", "update.withdrawn"}]
    rest = [e for e in crisis() if e.type not in {"update.corrected", "update.withdrawn", "event.linked"}]
    answer = updates([replace(event, index=number) for number, event in enumerate([*early, *rest])])
    assert kinds(answer) == ["published", "corrected"]
    assert [one.early for one in update(answer, "promo-week-end").withdrawals] == [False]
    assert answer.correction_median_seconds.value == 1170


def test_a_correction_of_a_time_before_the_publication_is_marked_early() -> None:
    answer = updates([*crisis(), moved(of("update.corrected"), 900, 5000), moved(of("update.withdrawn"), 901, 4000)])
    assert [(one.kind, one.early) for one in update(answer, "point-2").versions] == [
        ("corrected", True),
        ("published", False),
        ("corrected", False),
    ]
    assert [one.early for one in update(answer, "promo-week-end").withdrawals] == [True, False]
    assert answer.correction_median_seconds.value == 1170, "what was not published yet did not stand wrong"


def test_a_correction_in_another_language_is_compared_with_the_translation() -> None:
    corrected = moved(of("update.corrected"), 900, 7000, lang="en", new_text="Lines L2, L4 and L7 are affected.")
    last = update(updates([*crisis(), corrected]), "point-2").versions[-1]
    assert last.diff is not None
    published: Any = of("update.published", update_id="point-2").value("translations")
    assert "".join(run.text for run in last.diff if run.kind != "insert") == published[0]["text"]


def test_words_for_the_staff_are_in_no_public_part() -> None:
    public = str(disclosed(updates(), Visibility.PUBLIC))
    assert "À tous les agents" not in public
    assert "point-8" in public
    corrected = moved(of("update.corrected"), 900, 7000, update_id="point-2", audience="staff", new_text=None)
    secret = replace(corrected, openings=dict(corrected.openings) | {"new_internal_text": {"value": "Entre nous."}})
    answer = updates([*crisis(), secret])
    assert update(answer, "point-2").versions[-1].internal_diff is None, "never compared with the public's words"
    assert "Entre nous" not in str(disclosed(answer, Visibility.PUBLIC))


def test_the_press_was_answered_in_time_and_the_rumour_after_68_minutes() -> None:
    answer = updates()
    (inquiry,) = answer.press
    assert (inquiry.event, inquiry.prepared, inquiry.given, inquiry.status) == (168, [178], [244], "kept")
    (rumour,) = answer.rumours
    heard, said = told(rumour.seconds_to_rebuttal)
    assert rumour.seconds_to_rebuttal.value == (said.moment - heard.moment).total_seconds() == 8655 - 4560
    silent = [event for event in crisis() if event.type != "interview.given"]
    assert [updates(silent, at(moment)).press[0].status for moment in (6300, 6301)] == ["pending", "missed"]


def test_what_a_drill_tells_counts_nowhere_else() -> None:
    drilled = [replace(e, openings=dict(e.openings) | {"exercise": {"value": True}}) for e in crisis()]
    answer = updates(drilled)
    assert (answer.updates, answer.press, answer.rumours) == ([], [], [])
    assert answer.cadence.published.value == 0
    assert answer.drilled.value == len([e for e in crisis() if e.type.startswith("update.")]) + 5


texts = st.text(st.sampled_from("ab \n"), max_size=60) | st.text(max_size=60)


@given(texts, texts)
def test_both_texts_can_be_put_together_again_from_their_difference(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert "".join(run.text for run in runs if run.kind != "insert") == before
    assert "".join(run.text for run in runs if run.kind != "delete") == after
    assert all(first.kind != second.kind for first, second in pairwise(runs))


def test_of_long_texts_what_both_begin_and_end_with_is_still_found() -> None:
    before, after = (" ".join(["a"] * 9 + [word] * (COMPARED + 1) + ["z"] * 9) for word in ("old", "new"))
    assert [run.kind for run in word_diff(before, after)] == ["equal", "delete", "insert", "equal"]
