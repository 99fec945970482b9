"""What is counted where, on time or late, and that a recount of the events finds the very score on record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import read_event
from projections.event import Event
from projections.folding import rows_of
from projections.projection import RowKey
from projections.surge.bucketing import read_start
from projections.surge.judging import Found, Span, due, judge
from projections.surge.replay import replay
from projections.surge.surveillance import Turn
from projections.surge.watch import Watch
from projections.surges import Surges, SurgesRow
from projections.volume import BUCKETING, WHOLE, Volume, VolumeRow
from tests.surge.storms import BEGUN, comment_event, told, week

HALF_HOURS = 48


def volume(events: Sequence[Event], series: str = WHOLE) -> dict[str, VolumeRow]:
    return {row.start: row for row in rows_of(Volume(), events).values() if row.series == series}


def found(events: Sequence[Event], series: SurgesRow | None = None, days: int = 9) -> list[Found]:
    end = BEGUN + timedelta(days=days)
    return judge(
        Watch(), series or SurgesRow(series=WHOLE), volume(events).values(), Span(end - timedelta(days=2), end)
    )


def on_record(found: Found, index: int) -> Event:
    """A turn as the log holds it. The vocabulary takes it."""
    fields = {"id": "1", "source": "urn:test", "type": found.turn.value, "time": found.time.isoformat()}
    read_event({"specversion": "1.0", **fields, "data": found.data})
    openings = {name: {"value": value} for name, value in {"time": fields["time"], **found.data}.items()}
    return Event(index, found.turn.value, "urn:ledgerd:demo", "2026-11-30T00:00:00.000000Z", None, None, openings)


def stormy(seed: int = 1) -> list[Event]:
    """Nine days in half hours, with a storm on the eighth."""
    onset = 24 * 7 + 9
    counts = week(30, seed=seed, an_hour=20, storm=(onset, onset + 5, 6))
    return [comment_event(number, time) for time, number in told(counts)]


def test_a_comment_counts_in_the_ledgers_series_and_its_platforms_at_the_time_it_claims() -> None:
    late = BUCKETING.grace + BUCKETING.length
    events = [
        comment_event(3, BEGUN + timedelta(minutes=29)),
        comment_event(4, BEGUN, after=late.total_seconds()),
        comment_event(5, BEGUN, after=late.total_seconds() + 1),
        comment_event(6, BEGUN + timedelta(minutes=30), platform="facebook"),
    ]
    rows = rows_of(Volume(), events)
    assert {key.key: (row.count, row.late, row.first, row.last, row.samples) for key, row in rows.items()} == {
        "all|2026-11-02T00:00:00Z": (3, 1, 3, 5, (3, 4, 5)),
        "all|2026-11-02T00:30:00Z": (1, 0, 6, 6, (6,)),
        "platform:x|2026-11-02T00:00:00Z": (3, 1, 3, 5, (3, 4, 5)),
        "platform:facebook|2026-11-02T00:30:00Z": (1, 0, 6, 6, (6,)),
    }


def test_a_theme_counts_comments_as_they_are_found_to_raise_it() -> None:
    link = replace(comment_event(9, BEGUN, theme="refunds", comments=["1", "2", "3"]), type="concern.linked")
    assert volume([link], "theme:refunds")["2026-11-02T00:00:00Z"].count == 3
    assert volume([link]) == {}


def test_drills_and_second_tellings_and_the_ledgers_own_events_count_nowhere() -> None:
    comment = comment_event(1, BEGUN)
    others = [
        comment_event(2, BEGUN, exercise=True),
        replace(comment, linked_by=7, incident="paris"),
        replace(comment, type="reply.posted"),
        replace(comment, type="surge.detected", source="urn:ledgerd:demo"),
    ]
    assert rows_of(Volume(), others) == {}
    assert volume([comment, *others]) == volume([comment])


def test_a_storm_is_put_on_record_with_its_first_bucket_once_the_second_has_ended() -> None:
    detected, ended = found(stormy())
    onset = BEGUN + timedelta(hours=24 * 7 + 9)
    assert (detected.turn, ended.turn) == (Turn.DETECTED, Turn.ENDED)
    assert detected.data["bucket"]["from"] == "2026-11-09T09:00:00Z"
    assert detected.time == onset + timedelta(hours=1)
    assert ended.data["bucket"]["from"] == "2026-11-09T14:00:00Z"
    assert ended.time == onset + timedelta(hours=7)


def test_an_auditor_finds_the_very_score_again_from_the_events_of_the_range() -> None:
    events = stormy()
    for turn in found(events):
        assert replay(on_record(turn, len(events)), events).equal
        first, last = turn.data["input"]["from"], turn.data["input"]["to"]
        assert replay(on_record(turn, len(events)), events[first : last + 1]).equal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("observed", 100.0),
        ("expected", 1.0),
        ("score", 99.5),
        ("algorithm", "poisson"),
        ("bucket", {"from": "2026-11-09T08:30:00Z", "to": "2026-11-09T09:00:00Z"}),
        ("input", {"from": 0, "to": 3000}),
        ("series", "platform:facebook"),
    ],
)
def test_a_record_that_is_altered_anywhere_does_not_replay(field: str, value: object) -> None:
    events = stormy()
    record = on_record(found(events)[0], len(events))
    altered = replace(record, openings={**record.openings, field: {"value": value}})
    assert not replay(altered, events).equal
    assert not replay(replace(record, type="surge.ended"), events).equal


def test_a_threshold_or_grace_that_is_altered_changes_what_the_record_means() -> None:
    events = stormy()
    record = on_record(found(events)[0], len(events))
    for change in ({"threshold": 1000.0}, {"grace_minutes": 0, "bucket_minutes": 15}):
        params = {**record.openings["params"]["value"], **change}
        assert not replay(replace(record, openings={**record.openings, "params": {"value": params}}), events).equal


def test_what_comes_late_does_not_make_a_surge_and_does_not_unmake_one() -> None:
    calm = [comment_event(number, time) for time, number in told(week(30, an_hour=20))]
    flood = [
        comment_event(10_000 + number, BEGUN + timedelta(days=8, minutes=number % 120), after=86_400)
        for number in range(500)
    ]
    assert found([*calm, *flood]) == []
    storm = stormy()
    detected, _ = found(storm)
    before = [comment_event(100_000 + n, BEGUN + timedelta(days=7, hours=9), after=864_000) for n in range(500)]
    assert replay(on_record(detected, len(storm)), [*storm, *before]).equal


def test_a_turn_on_record_is_settled_and_what_was_before_it_is_not_judged_again() -> None:
    events = stormy()
    detected, ended = found(events)
    surges = Surges()
    row = None
    for index, turn in enumerate((detected, ended)):
        record = on_record(turn, len(events) + index)
        [key] = surges.keys(record)
        row = surges.fold(row, key, record)
        assert found(events, row) == ([ended] if turn is detected else [])
        assert (row.surging, surges.rank(row) > "9") == (turn is detected, turn is detected)


def test_others_speak_of_surges_without_moving_the_ledgers_own_memory() -> None:
    record = on_record(found(stormy())[0], 1)
    assert list(Surges().keys(replace(record, source="urn:listening-tool"))) == []


@given(st.integers(0, HALF_HOURS * 9 - 1), st.randoms())
def test_the_order_of_arrival_within_a_bucket_is_all_the_same(place: int, chance: object) -> None:
    counts = [0] * (HALF_HOURS * 9)
    counts[place] = 12
    times = [time for time, _ in told(counts)]
    shuffled = list(times)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (volume([comment_event(index, time) for index, time in enumerate(each)]) for each in (times, shuffled))
    assert one == other


@pytest.mark.parametrize("seed", range(4))
def test_looking_bucket_by_bucket_finds_what_one_look_over_all_finds(seed: int) -> None:
    onset = 24 * 7 + 12 + seed
    counts = week(30, seed=seed, an_hour=20, storm=(onset, onset + 3, 6))
    events = [comment_event(number, time) for time, number in told(counts)]
    watch, rows, row, again = Watch(), list(volume(events).values()), SurgesRow(series=WHOLE), list[Found]()
    now, judged = BEGUN + timedelta(days=7, hours=6), None
    while now < BEGUN + timedelta(days=8, hours=6):
        span = due(BUCKETING, now, judged)
        for turn in judge(watch, row, [each for each in rows if read_start(each.start) <= span.last], span):
            again.append(turn)
            row = Surges().fold(row, RowKey("", WHOLE), on_record(turn, 1))
        now, judged = now + BUCKETING.length, span.last
    whole = judge(watch, SurgesRow(series=WHOLE), rows, due(BUCKETING, now - BUCKETING.length, None))
    assert [turn.turn for turn in whole] == [Turn.DETECTED, Turn.ENDED]
    assert [turn.data["bucket"] for turn in again] == [turn.data["bucket"] for turn in whole]
