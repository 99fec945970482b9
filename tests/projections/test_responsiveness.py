"""How fast people were answered: the view against a second computation, straight from the events."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from events.envelope import read_event as read_posted
from events.strict import parse_object
from ledger.demo import INCIDENT
from projections.event import Event
from projections.views.responsiveness import ResponsivenessQuery, ResponsivenessView
from tests.projections.crisis import BEGUN, END, crisis, seen

VIEW = ResponsivenessView()
LATEST = datetime(2017, 12, 31, tzinfo=UTC)


def wait(values: Sequence[float], waited: Sequence[float], part: float) -> float | None:
    """Kaplan–Meier, one comment at a time."""
    share = 1.0
    for value in sorted(set(values)):
        risk = sum(other >= value for other in (*values, *waited))
        share *= 1 - sum(other == value for other in values) / risk
        if share <= 1 - part + 1e-9:
            return value
    return None


def by_hand(end: datetime = END) -> Mapping[str, Any]:
    """Comments asked and first answers of the sample crisis, without any fold."""
    events = crisis()
    linked = {event.value("target_event") for event in events if event.type == "event.linked"}
    own = [event for event in events if event.incident == INCIDENT or event.index in linked]
    came = {event.text("external_id"): event for event in own if event.type == "comment.received"}
    labels = {event.text("external_id"): event for event in own if event.type == "comment.classified"}
    spam = {name: event for name, event in labels.items() if event.value("label") == "spam"}
    gone = {event.text("external_id") for event in own if event.type == "comment.deleted_by_author"}
    outcomes = {
        event.text("external_id"): event.value("outcome") for event in own if event.type == "comment.outcome_set"
    }
    gone |= {name for name, outcome in outcomes.items() if outcome == "withdrawn_by_author"}
    answers: dict[str | None, Event] = {}
    for event in own:
        if event.type == "reply.posted" and (event.actor is None or event.actor.kind == "person"):
            name = event.text("in_reply_to")
            if name in came and (name not in answers or event.moment < answers[name].moment):
                answers[name] = event
    asked = {name: event for name, event in came.items() if name not in spam and name not in gone}
    answered = {name: event for name, event in answers.items() if name in asked}
    times = {name: max((event.moment - asked[name].moment).total_seconds(), 0) for name, event in answered.items()}
    return {
        "came": came,
        "spam": spam,
        "asked": asked,
        "answered": answered,
        "times": times,
        "ages": {name: (end - event.moment).total_seconds() for name, event in asked.items()},
    }


def indexes(events: Mapping[Any, Event]) -> list[int]:
    return sorted(event.index for event in events.values())


def test_the_counts_of_the_sample_crisis_are_those_counted_by_hand() -> None:
    answer, expected = seen(VIEW, crisis()), by_hand()
    assert list(answer.received.indexes) == indexes(expected["came"])
    assert list(answer.spam.indexes) == indexes(expected["spam"])
    assert list(answer.asked.indexes) == indexes(expected["asked"])
    assert list(answer.answered.indexes) == indexes(expected["answered"])
    assert answer.asked.value == answer.answered.value + answer.unanswered.value
    assert answer.unsigned.value == 0


@pytest.mark.parametrize("end", [END, BEGUN + timedelta(hours=2)])
def test_median_and_p90_count_those_who_still_wait(end: datetime) -> None:
    answer, expected = seen(VIEW, crisis(), at=end), by_hand(end)
    waited = [expected["ages"][name] for name in expected["asked"] if name not in expected["answered"]]
    waited = [max(age, 0) for age in waited]
    times = list(expected["times"].values())
    first = answer.first_response
    assert first.median_seconds.value == wait(times, waited, 0.5)
    assert first.p90_seconds.value == wait(times, waited, 0.9)
    assert (first.explanation is None) == (first.p90_seconds.value is not None)
    assert first.survivors_median_seconds.value == wait(times, [], 0.5)
    assert first.survivors_p90_seconds.value == wait(times, [], 0.9)
    assert list(first.median_seconds.indexes) == sorted({*indexes(expected["asked"]), *indexes(expected["answered"])})


@pytest.mark.parametrize("end", [END, BEGUN + timedelta(hours=3)])
def test_a_rate_leaves_out_those_who_came_too_lately_to_say(end: datetime) -> None:
    answer, expected = seen(VIEW, crisis(), at=end), by_hand(end)
    for name, hours in (("1h", 1), ("24h", 24), ("72h", 72)):
        old = {key: event for key, event in expected["asked"].items() if expected["ages"][key] >= hours * 3600}
        quick = {key: expected["answered"][key] for key in old if expected["times"].get(key, 1e12) <= hours * 3600}
        rate = answer.rates[name]
        assert list(rate.eligible.indexes) == indexes(old)
        assert list(rate.answered.indexes) == indexes(quick)
        assert rate.rate.value == (len(quick) / len(old) if old else None)


def test_the_public_was_told_35_minutes_after_the_first_bucket_of_the_surge() -> None:
    answer = seen(VIEW, crisis())
    ids = {event.text("id"): event for event in crisis()}
    assert (answer.first_statement.since, answer.first_statement.seconds.value) == ("first surge bucket", 3300 - 1200)
    assert answer.first_statement.since_at == BEGUN + timedelta(seconds=1200)
    assert answer.first_statement.seconds.indexes == [ids["surge-detected"].index, ids["update-1"].index]
    assert (answer.first_acknowledgement.since, answer.first_acknowledgement.seconds.value) == ("surge.detected", 105)
    assert answer.plan_activation.seconds.value == 2580 - 1200


def test_without_a_surge_the_opening_counts_and_says_so() -> None:
    calm = [event for event in crisis() if event.type != "surge.detected"]
    answer = seen(VIEW, calm)
    assert (answer.first_statement.since, answer.first_statement.seconds.value) == ("incident.opened", 3300 - 2520)
    assert answer.first_acknowledgement.seconds.value == 0
    assert seen(VIEW, []).first_statement.seconds.value is None


def test_groups_share_the_comments_among_them_and_a_comment_counts_in_each_of_its_themes() -> None:
    whole = seen(VIEW, crisis())
    for by in ("platform", "hour"):
        groups = seen(VIEW, crisis(), by=by, zone="Europe/Paris").groups
        assert sum(group.answered.value for group in groups) == whole.answered.value
        assert sorted(index for group in groups for index in group.received.indexes) == list(whole.received.indexes)
    assert [group.group for group in seen(VIEW, crisis(), by="platform").groups] == ["facebook", "mastodon", "x"]
    themes = {group.group: group.received.value for group in seen(VIEW, crisis(), by="theme").groups}
    assert (themes["portillons"], themes["remboursement"], themes["cartes"]) == (7, 5, 1)
    first = min(event.moment for event in by_hand()["came"].values())
    hours = [group.group for group in seen(VIEW, crisis(), by="hour", zone="Europe/Paris").groups]
    assert f"{(first + timedelta(hours=1)).hour:02d}" in hours


def test_beyond_a_hundred_groups_the_smallest_are_together() -> None:
    events = [comment(number, f"p{number % 130}") for number in range(260)]
    answer = seen(VIEW, events, "paris", by="platform")
    assert (len(answer.groups), answer.rest.received.value) == (100, 60)


def comment(number: int, platform: str) -> Event:
    fields = {"external_id": f"c{number}", "platform": platform, "time": "2026-11-22T14:00:00Z"}
    openings = {name: {"value": value} for name, value in fields.items()}
    return Event(number, "comment.received", "urn:x", "2026-11-22T14:00:00.000000Z", "paris", number + 1, openings)


def test_in_business_hours_an_evening_costs_nothing() -> None:
    calendar, business = (seen(VIEW, crisis(), hours=hours, zone="Europe/Paris") for hours in ("calendar", "business"))
    assert business.answered.value == calendar.answered.value
    assert business.first_response.survivors_p90_seconds.value <= calendar.first_response.survivors_p90_seconds.value
    never = seen(VIEW, crisis(), hours="business", zone="Europe/Paris", opens="03:00", closes="03:01")
    assert never.first_response.survivors_median_seconds.value == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zone", "Europe/Lutetia"),
        ("zone", "../etc/passwd"),
        ("zone", ""),
        ("holidays", "QQ"),
        ("holidays", "FR-XX"),
        ("closes", "08:00"),
        ("opens", "25:00"),
        ("by", "author"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ResponsivenessQuery.model_validate_strings({name: value})
    assert refused.value.errors()[0]["loc"] == (name,)


def test_real_conversations_give_the_figures_of_an_independent_computation(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "twcs_events.ndjson").read_bytes().splitlines()]
    times = {row["id"]: datetime.fromisoformat(row["time"]) for row in rows}
    comments = {row["data"]["external_id"]: times[row["id"]] for row in rows if row["type"] == "comment.received"}
    first: dict[str, datetime] = {}
    for row in rows:
        parent = row["data"]["in_reply_to"]
        if row["type"] == "reply.posted" and parent in comments:
            first[parent] = min(times[row["id"]], first.get(parent, times[row["id"]]))
    took = sorted(max((at - comments[name]).total_seconds(), 0) for name, at in first.items())
    waited = sorted((LATEST - at).total_seconds() for name, at in comments.items() if name not in first)
    answer = seen(VIEW, real(shared_data / "twcs_events.ndjson"), "real", LATEST)
    assert (answer.received.value, answer.answered.value) == (len(comments), len(took)) == (2778, 2083)
    assert answer.unsigned.value == answer.answered.value
    assert answer.unanswered.value == len(waited)
    response = answer.first_response
    assert response.survivors_median_seconds.value == wait(took, [], 0.5)
    assert response.survivors_p90_seconds.value == wait(took, [], 0.9)
    assert round(took[len(took) // 2] / 60, 1) == 11.5
    assert response.median_seconds.value == wait(took, waited, 0.5)
    assert response.p90_seconds.value == wait(took, waited, 0.9)
    assert (response.median_seconds.value or 0) > (response.survivors_median_seconds.value or 0)


def real(file: Path) -> list[Event]:
    events = []
    for index, line in enumerate(file.read_bytes().splitlines()):
        document = parse_object(line)
        data = document["data"]
        assert isinstance(data, dict)
        if "company" in data:
            data["account"] = data.pop("company")
        posted = read_posted({**document, "specversion": "1.0"})
        openings = {name: {"value": value} for name, value in posted.fields.items()}
        events.append(
            Event(index, posted.type, posted.source, "2026-11-22T00:00:00.000000Z", "real", index + 1, openings)
        )
    return events
