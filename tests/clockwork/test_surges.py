"""The watch over a real ledger: a storm is put on record once, whoever watches, and its end; both can be replayed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from events.envelope import read_event
from events.strict import JsonObject
from ledger.clockwork.surges import SurgeWatch
from projections.event import Event
from projections.surge.replay import replay
from projections.views.plan import PlanView
from projections.volume import BUCKETING
from tests.clockwork.watched import Process, Time, watching
from tests.projections.crisis import seen
from tests.sequencer.made import NAME, Made
from tests.surge.storms import BEGUN, week

ONSET = BEGUN + timedelta(hours=24 * 3 + 9)
COUNTS = week(30, days=4, an_hour=16, seed=1, storm=(24 * 3 + 9, 24 * 3 + 12, 6))


async def live(process: Process, clock: Time, until: datetime, others: Sequence[Process] = ()) -> None:
    """Let time pass bucket by bucket: comments come as they are written, everyone looks after each bucket."""
    while clock.now < until:
        start = BUCKETING.start(clock.now)
        place = (start - BEGUN) // BUCKETING.length
        clock.now = start + BUCKETING.length - timedelta(seconds=1)
        step = BUCKETING.length / max(COUNTS[place], 1)
        times = [start + number * step for number in range(COUNTS[place])]
        if times:
            await process.post_all(
                [
                    ("comment.received", name, time, {"platform": "x", "external_id": name, "text": "hé"})
                    for number, time in enumerate(times)
                    for name in [f"{place}-{number}"]
                ]
            )
        clock.now = start + BUCKETING.length
        if place < 48 * 3:
            continue
        clock.now += BUCKETING.grace
        for each in (process, *others):
            await each.look()
        clock.now = start + BUCKETING.length


async def surges(process: Process, series: str = "all") -> list[Event]:
    return [
        event for event in await process.log() if event.type.startswith("surge.") and event.value("series") == series
    ]


async def test_a_storm_is_put_on_record_once_whoever_watches_and_can_be_replayed(made: Made) -> None:
    clock = Time(BEGUN)
    async with watching(made, clock) as one, watching(made, clock) as other:
        await live(one, clock, ONSET + timedelta(hours=1), [other])
        [detected] = await surges(one)
        assert (detected.type, detected.source) == ("surge.detected", "urn:ledgerd:demo")
        assert detected.text("id") == "surge.detected:all:2026-11-05T09:00:00Z"
        assert detected.time == ONSET + timedelta(hours=1)
        assert replay(detected, await one.log()).equal
    async with watching(made, clock) as again:  # everyone was gone: what is on record is all there is to go on from
        clock.now += BUCKETING.grace
        await again.look()
        assert len(await surges(again)) == 1
        clock.now = ONSET + timedelta(hours=1)
        await live(again, clock, BEGUN + timedelta(days=3, hours=20))
        detected, ended = await surges(again)
        assert ended.type == "surge.ended"
        log = await again.log()
        assert replay(ended, log).equal
        assert {event.value("series") for event in log if event.type == "surge.detected"} == {"all", "platform:x"}
    for event in (detected, ended):
        data = {name: event.value(name) for name in event.openings if name not in {"id", "time"}}
        read_event(
            {
                "specversion": "1.0",
                "id": "1",
                "source": "urn:x",
                "type": event.type,
                "time": "2026-11-22T14:00:00Z",
                "data": data,
            }
        )


async def test_a_drill_and_an_import_of_old_comments_raise_no_surge(made: Made) -> None:
    clock = Time(BEGUN)
    async with watching(made, clock) as process:
        await live(process, clock, ONSET)
        for exercise, time in ((True, ONSET), (None, ONSET - timedelta(hours=6))):
            flood: list[tuple[str, str, datetime, JsonObject]] = [
                (
                    "comment.received",
                    f"{exercise}-{number}",
                    time + timedelta(seconds=number * 7),
                    {"platform": "x", "external_id": f"{exercise}-{number}", "text": "hé", "exercise": exercise},
                )
                for number in range(500)
            ]
            await process.post_all(flood)
        for hours in range(8):
            clock.now = ONSET + timedelta(minutes=30 * hours) + BUCKETING.grace
            await process.look()
        assert [event for event in await process.log() if event.type.startswith("surge.")] == []


async def test_by_the_rule_a_surge_opens_an_incident_and_activates_the_plan_in_force_once(made: Made) -> None:
    clock = Time(BEGUN)
    async with watching(made, clock, "storm") as one, watching(made, clock, "storm") as other:
        for version, type_ in (("1", "plan.published"), ("2", "plan.revised")):
            await one.post(type_, version, BEGUN, plan_id="storm", version=version, body_sha256="0" * 64, because=None)
        await live(one, clock, ONSET + timedelta(hours=2), [other])
        log = await one.log()
    [detected] = [event for event in log if event.type == "surge.detected" and event.value("series") == "all"]
    [opened] = [event for event in log if event.type == "incident.opened"]
    [activated] = [event for event in log if event.type == "plan.activated"]
    assert opened.incident == activated.incident == "surge-all-2026-11-05T09:00:00Z"
    assert (activated.value("trigger"), activated.value("version")) == (detected.index, "2")
    [linked] = [event for event in log if event.type == "event.linked"]
    assert (linked.incident, linked.value("target_event")) == (opened.incident, detected.index)
    plan = seen(PlanView(), log, str(opened.incident))
    assert (plan.since_what, plan.figures.seconds_to_activation.value) == ("surge", 3600.0)
    for event in (opened, linked, activated):
        data = {name: event.value(name) for name in event.openings if name not in {"id", "time", "actor"}}
        read_event(
            {
                "specversion": "1.0",
                "id": "1",
                "source": "urn:x",
                "type": event.type,
                "subject": event.incident,
                "time": event.text("time"),
                "actor": event.text("actor"),
                "data": data,
            }
        )


async def test_without_the_rule_a_surge_opens_nothing_and_without_a_plan_only_the_incident(made: Made) -> None:
    clock = Time(BEGUN)
    async with watching(made, clock) as process:
        await live(process, clock, ONSET + timedelta(hours=1))
        assert [event for event in await process.log() if event.incident] == []
    async with watching(made, clock, "unknown") as process:
        clock.now += BUCKETING.grace
        await process.look()
        assert [event.type for event in await process.log() if event.incident] == [
            "incident.opened",
            "event.linked",
        ]


async def test_two_processes_that_look_at_the_same_moment_make_the_same_event(made: Made) -> None:
    clock = Time(BEGUN)
    async with watching(made, clock) as one, watching(made, clock) as other:
        await live(one, clock, ONSET + timedelta(minutes=30))
        place = (ONSET - BEGUN) // BUCKETING.length + 1
        second = ONSET + BUCKETING.length
        await one.post_all(
            [
                ("comment.received", f"{place}-{number}", second, {"platform": "x", "external_id": "1", "text": "hé"})
                for number in range(COUNTS[place])
            ]
        )
        for process in (one, other):
            process.ledger.runner.wake()
            assert await process.ledger.folded.reach(len(await one.log()), 10)
        now = second + BUCKETING.length + BUCKETING.grace
        drafts, same = [await SurgeWatch(NAME, process.ledger.reads).look(now) for process in (one, other)]
        assert [draft.entry.type for draft in drafts] == ["surge.detected"] * 2
        assert [(draft.key, draft.content) for draft in drafts] == [(draft.key, draft.content) for draft in same]
