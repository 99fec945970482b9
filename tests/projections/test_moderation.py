"""The measures of the sample crisis, each figure counted by hand, and its lines as the law's database has them."""

from math import comb
from typing import Any

import pytest

from events.visibility import Visibility
from ledger.demo import INCIDENT
from projections.event import Event
from projections.shown import disclosed
from projections.statements import StatementLine
from projections.views.moderation import ModerationView
from tests.projections.crisis import crisis, seen

VIEW = ModerationView()


def of_type(type_: str) -> list[int]:
    return [event.index for event in crisis() if event.type == type_]


def event(index: int, type_: str, **values: Any) -> Event:
    openings = {name: {"value": value} for name, value in values.items()}
    return Event(index, type_, "urn:x", "2026-11-20T16:40:00.000000Z", INCIDENT, index + 1, openings)


def test_shares_are_those_counted_by_hand() -> None:
    answer = seen(VIEW, crisis())
    assert set(answer.received.indexes) == set(of_type("comment.received"))
    assert (answer.hidden.part.indexes, answer.hidden.value) == (of_type("comment.hidden"), 7 / 145)
    assert (answer.removed.part.indexes, answer.removed.value) == ([285], 1 / 145)
    assert (answer.unhidden.part.indexes, answer.unhidden.value) == ([241], 1 / 7)
    assert (answer.restored.part.indexes, answer.restored.value) == ([285], 1)
    assert (answer.with_reason.value, answer.with_reason.whole.value) == (1, 12)
    assert (answer.automatic.part.indexes, answer.automatic.value) == ([317], 1 / 12)
    assert (answer.replies_taken_along.value, answer.replies_taken_along.indexes) == (2, [285])
    assert len(crisis()[285].value("cascade_ids")) == 2  # type: ignore[arg-type]
    assert answer.targets_unknown.value == 0


def test_measures_but_ends_are_counted_by_their_reasons_code() -> None:
    told = seen(VIEW, crisis()).by_reason
    assert {name: figure.value for name, figure in told.items()} == {
        "abuse": 3,
        "personal_data": 2,
        "scam": 2,
        "threat": 3,
        "unknown": 2,
    }
    assert [crisis()[index].text("reason_code") for index in told["scam"].indexes] == ["scam", "scam"]


def test_every_measure_stands_in_the_register_with_what_ended_it_and_what_was_brought_against_it() -> None:
    measures = {measure.index: measure for measure in seen(VIEW, crisis()).measures}
    kinds = ("comment.", "author.", "thread.", "reactions.")
    ours = {"hidden", "unhidden", "removed", "restored", "labelled", "warned", "blocked", "locked", "unlocked"}
    assert set(measures) == {e.index for e in crisis() if e.type.startswith(kinds) and e.type.partition(".")[2] in ours}
    assert {index: one.ended_by for index, one in measures.items() if one.ended_by} == {241: 306, 285: 479, 301: 420}
    for index, one in measures.items():
        if one.ended_by:
            assert crisis()[index].text("target") == crisis()[one.ended_by].text("target")
    [appeal] = measures[285].appeals
    assert (appeal.received, appeal.decided, appeal.outcome, appeal.by) == (424, 478, "granted", "hugo")
    [other] = measures[173].appeals
    assert (other.received, other.decided, other.outcome) == (448, 484, "refused")
    assert (measures[317].automatic, measures[317].rule) == (True, "liens-frauduleux@2")
    assert [index for index, one in measures.items() if one.stands] == [173, 231, 263, 268, 275, 317, 353]
    assert measures[271].reason is None, "why an author was blocked is personal"


def test_appeals_and_reports_are_counted() -> None:
    answer = seen(VIEW, crisis())
    assert answer.appeals.indexes == of_type("appeal.received")
    decided = {name: figure.indexes for name, figure in answer.appeals_decided.items()}
    assert decided == {"granted": [478], "refused": [484]}
    assert {name: figure.indexes for name, figure in answer.reports.items()} == {"user": of_type("report.received")}


def test_measures_are_counted_by_theme_and_mood() -> None:
    answer = seen(VIEW, crisis())
    hidden = {name: part.hidden.part.indexes for name, part in answer.by_sentiment.items()}
    assert hidden == {"negative": [241], "neutral": [], "positive": [], "none": [173, 231, 263, 268, 275, 317]}
    assert {name: part.hidden.part.value for name, part in answer.by_theme.items()} == {
        "controles": 1,
        "information": 0,
        "portillons": 0,
        "remboursement": 0,
    }


def test_the_crisis_removed_nothing_negative_and_too_little_to_say_more() -> None:
    answer = seen(VIEW, crisis())
    bias = answer.removal_bias
    assert (bias.negative.part.value, bias.negative.whole.value) == (0, 4)
    assert (bias.other.part.value, bias.other.whole.value, bias.ratio, bias.too_few) == (0, 6, None, True)
    assert bias.unjudged.part.indexes == [285]
    hiding = answer.hiding_bias
    # One hidden of 4 negative, none of 6 others: θ between 0.025 and 1, so the ratio is at least 0.025/0.975 · 6/4.
    assert (hiding.ratio, hiding.high) == (None, None)
    assert hiding.low == pytest.approx(0.025 / 0.975 * 6 / 4)


def judged(negative: int, gone: int, other: int, other_gone: int) -> list[Event]:
    """Comments of two moods, the first of each removed."""
    events: list[Event] = []
    for mood, many, removed in (("negative", negative, gone), ("positive", other, other_gone)):
        for number in range(many):
            name = f"{mood}-{number}"
            events.append(event(len(events), "comment.received", external_id=name, platform="x"))
            events.append(event(len(events), "sentiment.assessed", target=name, label=mood, model="m", version="1"))
            if number < removed:
                events.append(event(len(events), "comment.removed", target=name, policy_ref="p", reason_code="r"))
    return events


def test_criticism_that_is_removed_five_times_as_often_is_seen() -> None:
    bias = seen(VIEW, judged(50, 20, 100, 8)).removal_bias
    assert (bias.ratio, bias.too_few) == (pytest.approx(5), False)
    # Of 28 removed 20 were negative: at the lower bound, so many or more are removed by chance once in forty times.
    share = bias.low * 50 / (bias.low * 50 + 100)
    tail = sum(comb(28, k) * share**k * (1 - share) ** (28 - k) for k in range(20, 29))
    assert tail == pytest.approx(0.025)
    assert bias.low > 1
    even = seen(VIEW, judged(50, 10, 100, 20)).removal_bias
    assert even.low < 1 < even.high
    assert even.ratio == pytest.approx(1)


def test_an_end_before_its_beginning_ends_nothing_and_an_appeal_waits_for_its_measure() -> None:
    events = [
        event(0, "comment.restored", target="c", policy_ref="p", reason_code="r"),
        event(1, "appeal.received", appeal_id="a", target_event=3),
        event(2, "comment.received", external_id="c", platform="x"),
        event(3, "comment.removed", target="c", policy_ref="p", reason_code="r"),
        event(4, "comment.removed", target="d", policy_ref="p", exercise=True),
        event(5, "appeal.decided", appeal_id="a", target_event=3, outcome="granted", exercise=True),
        event(6, "comment.hidden", target="unheard-of", policy_ref="p"),
    ]
    answer = seen(VIEW, events)
    assert [(one.index, one.ended_by) for one in answer.measures] == [(0, None), (3, None), (6, None)]
    assert [(one.received, one.decided) for one in answer.measures[1].appeals] == [(1, None)]
    assert answer.exercises.indexes == [4]
    assert answer.targets_unknown.indexes == [6]
    assert (answer.with_reason.part.indexes, answer.with_reason.whole.indexes) == ([3], [3, 6])


def test_the_register_comes_in_parts() -> None:
    first = seen(VIEW, crisis(), lines=3)
    assert ([one.index for one in first.measures], first.more) == ([173, 231, 234], 241)
    then = seen(VIEW, crisis(), lines=100, from_index=first.more)
    assert (then.measures[0].index, len(then.measures), then.more) == (241, 12, None)
    assert then.hidden.part == first.hidden.part, "figures are of the whole register"


def test_lines_have_the_columns_of_the_laws_database_in_its_order() -> None:
    columns = list(StatementLine.model_fields)
    assert len(columns) == 38
    assert [columns[at] for at in (0, 1, 11, 12, 19, 27, 28, 30, 35, 36, 37)] == [
        "uuid",
        "decision_visibility",
        "account_type",
        "decision_ground",
        "category",
        "content_id_ean",
        "territorial_scope",
        "decision_facts",
        "platform_name",
        "platform_uid",
        "created_at",
    ]


def test_a_removal_with_its_statement_makes_the_line_that_the_law_wants() -> None:
    table: Any = VIEW.table(seen(VIEW, crisis()))
    lines = {line.platform_uid: line for line in table}
    assert len(lines) == 11
    line = disclosed(lines["entry-285"], Visibility.INTERNAL)
    assert {name: text for name, text in line.items() if text} == {
        "decision_visibility": '["DECISION_VISIBILITY_CONTENT_REMOVED"]',
        "end_date_visibility_restriction": "2026-11-21 10:20:00",
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Règles de la communauté, version 4, article 3.2",
        "incompatible_content_explanation": "La vidéo semblait montrer le visage d'une employée qui n'a pas "
        "accepté d'être filmée.",
        "incompatible_content_illegal": "No",
        "category": "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "content_type": '["CONTENT_TYPE_VIDEO"]',
        "content_language": "FR",
        "content_date": "2026-11-20 18:14:30",
        "territorial_scope": '["FR"]',
        "application_date": "2026-11-20 18:36:00",
        "decision_facts": "Vidéo de 48 secondes, portillon 9 de Pont-Cardinal ; un seul visionnage, sur téléphone, "
        "avant la décision.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "platform_name": "facebook",
        "platform_uid": "entry-285",
        "created_at": "2026-11-20 18:36:00",
    }
    assert lines["entry-317"].automated_decision == "AUTOMATED_DECISION_FULLY"
    assert lines["entry-271"].decision_provision == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert lines["entry-271"].end_date_service_restriction == "2026-12-20 18:33:00"
