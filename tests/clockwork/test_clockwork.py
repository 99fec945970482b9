"""What only time shows is appended once, by whichever process has the lease, and not before it is sure."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from ledger.registry import OpenLedger
from ledger.sequencer.draft import Draft
from ledger.sequencer.errors import Forked
from ledger.store.connections import open_pool
from ledger.store.leases import Lease
from tests.clockwork.processes import LEASE_SECONDS, Clock, Told, held_up, post, posted, process, recorded
from tests.events.vocabulary_examples import EXAMPLES
from tests.sequencer.drafts import NOW
from tests.sequencer.made import NAME, Made

DUE = NOW + timedelta(minutes=30)


async def promise_everything(ledger: OpenLedger) -> dict[str, int]:
    """Post one promise of each kind, due at `DUE`, and return the index of each."""
    due = DUE.isoformat()
    steps = [{"plan_step": "call", "what": "Call.", "within_minutes": 30}]
    plan = {"plan_id": "p", "version": "1"}
    drafts = {
        "plan": posted("plan.published", "plan", NOW, None, **{**EXAMPLES["plan.published"], **plan, "steps": steps}),
        "step.overdue": posted("plan.activated", "on", NOW, **plan, trigger=0),
        "cadence.missed": posted("update.published", "u", NOW, **update("u", due)),
        "commitment.missed": posted("commitment.made", "c", NOW, **{**EXAMPLES["commitment.made"], "due": due}),
        "escalation.expired": posted(
            "escalation.raised", "e", NOW, **{**EXAMPLES["escalation.raised"], "deadline": due}
        ),
    }
    return dict(zip(drafts, await post(ledger, *drafts.values()), strict=True))


def update(name: str, due: str | None) -> dict[str, Any]:
    return {"update_id": name, "audience": "public", "channel": ["x"], "text": "…", "next_update_due": due}


async def test_time_passes_and_each_miss_is_on_record_with_its_cause_and_due_time(made: Made) -> None:
    clock, told = Clock(), Told()
    async with process(made, clock, told) as ledger:
        causes = await promise_everything(ledger)
        clock.advance(minutes=31)
        assert await ledger.clockwork.tick() == 0
        clock.advance(minutes=1)
        assert await ledger.clockwork.tick() == 4
        events = await recorded(made)
        assert {event.type for event in events} == causes.keys() - {"plan"}
        for event in events:
            cause, due = (
                {"cadence.missed": "last_update", "escalation.expired": "escalation"}.get(event.type, "cause"),
                {"cadence.missed": "due_at", "escalation.expired": "deadline"}.get(event.type, "due"),
            )
            assert event.value(cause) == causes[event.type]
            assert event.text(due) == "2026-11-22T14:30:00.000000Z"
            assert (event.time, event.accepted, event.incident) == (DUE, clock.now, "paris")
            assert event.seq is not None, "it stands in the incident's chain"
        assert await ledger.clockwork.tick() == 0
    assert told.errors == []
    async with process(made, clock) as ledger:
        clock.advance(days=30)
        assert await ledger.clockwork.tick() == 0, "a restart adds nothing"
    assert len(await recorded(made)) == 4


async def test_an_update_at_the_very_due_time_keeps_the_promise_though_it_is_recorded_a_minute_later(
    made: Made,
) -> None:
    clock = Clock()
    async with process(made, clock) as ledger:
        await post(ledger, posted("update.published", "1", NOW, **update("1", DUE.isoformat())))
        clock.advance(minutes=31)
        await ledger.clockwork.tick()
        await post(ledger, posted("update.published", "2", DUE, **update("2", None)))
        clock.advance(days=1)
        await ledger.clockwork.tick()
    assert await recorded(made) == []


async def test_nothing_is_judged_while_the_projections_lag(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.registry._FOLDING_SECONDS", 0.2)
    clock = Clock()
    async with process(made, clock) as ledger:
        await post(ledger, posted("update.published", "1", NOW, **update("1", DUE.isoformat())))
        clock.advance(minutes=20)
        await ledger.clockwork.tick()
        await ledger.runner.stop()
        await post(ledger, posted("update.published", "2", clock.now, **update("2", None)))
        clock.advance(minutes=20)
        assert await ledger.clockwork.tick() == 0
        await ledger.runner.start()
        assert await ledger.clockwork.tick() == 0
    assert await recorded(made) == []


async def test_two_processes_that_both_believe_to_have_the_lease_append_each_event_once(made: Made) -> None:
    clock, told = Clock(), Told()
    async with process(made, clock, told) as one, process(made, clock, told) as other:
        await promise_everything(one)
        other.clockwork._lease = one.clockwork._lease
        clock.advance(minutes=32)
        await asyncio.gather(one.clockwork.tick(), other.clockwork.tick())
        await asyncio.gather(one.clockwork.tick(), other.clockwork.tick())
    assert len(await recorded(made)) == 4
    assert told.errors == []


async def test_of_two_processes_one_has_the_lease_and_when_it_dies_the_other_takes_over(made: Made) -> None:
    clock = Clock()
    async with process(made, clock) as one, process(made, clock) as other:
        await promise_everything(one)
        assert await one.clockwork.tick() == 0
        clock.advance(minutes=32)
        assert await other.clockwork.tick() == 0, "the other one has the lease"
        await held_up(one.clockwork)
        async with asyncio.timeout(20):
            while await other.clockwork.tick() == 0:
                await asyncio.sleep(LEASE_SECONDS / 4)
        assert len(await recorded(made)) == 4
        assert other.clockwork._lease.epoch == 2


async def test_a_process_that_ends_leaves_the_lease_to_the_next_at_once(made: Made) -> None:
    async with open_pool(made.dsn, size=1) as pool:
        one, other = (Lease(pool, NAME, "clockwork", holder) for holder in ("one", "other"))
        assert (await one.hold(), await other.hold(), one.epoch) == (True, False, 1)
        await one.release()
        other._asked = -1e9
        assert (await other.hold(), other.epoch) == (True, 2)
        assert await other.hold()
        assert other.epoch == 2, "renewed, not taken over"


async def test_the_clockwork_ticks_by_itself(made: Made) -> None:
    clock = Clock()
    async with process(made, clock, ticking=True) as ledger, asyncio.timeout(20):
        await promise_everything(ledger)
        clock.advance(minutes=32)
        while len(await recorded(made)) < 4:
            await asyncio.sleep(0.05)


async def test_an_error_between_ticks_is_told_and_time_goes_on(made: Made) -> None:
    clock, told = Clock(), Told()
    await made.execute("ALTER TABLE ledger.leases RENAME TO mislaid")
    async with process(made, clock, told, ticking=True) as ledger, asyncio.timeout(20):
        await promise_everything(ledger)
        clock.advance(minutes=32)
        while not told.errors:
            await asyncio.sleep(0.05)
        await made.execute("ALTER TABLE ledger.mislaid RENAME TO leases")
        while len(await recorded(made)) < 4:
            await asyncio.sleep(0.05)


async def test_a_ledger_that_stopped_signing_is_not_asked_to_append(made: Made) -> None:
    clock, told = Clock(), Told()
    async with process(made, clock, told) as ledger:
        await promise_everything(ledger)
        ledger.sequencer.refuse(Forked("on purpose"))
        clock.advance(minutes=32)
        assert await ledger.clockwork.tick() == 0
    assert (await recorded(made), told.errors) == ([], [])


async def test_a_watch_that_fails_is_told_and_holds_up_no_other(made: Made) -> None:
    class Broken:
        async def look(self, now: object) -> list[Draft]:  # noqa: ARG002
            raise ZeroDivisionError

    clock, told = Clock(), Told()
    async with process(made, clock, told) as ledger:
        await promise_everything(ledger)
        ledger.clockwork._watches = [Broken(), *ledger.clockwork._watches]
        clock.advance(minutes=32)
        assert await ledger.clockwork.tick() == 4
    assert [type(error) for error in told.errors] == [ZeroDivisionError]


async def test_a_regular_source_that_falls_silent_is_told_of(made: Made) -> None:
    clock = Clock()
    async with process(made, clock) as ledger:
        for number in range(15):
            await post(ledger, posted("custom.sign", str(number), clock.now, None))
            clock.advance(minutes=5)
        assert await ledger.clockwork.tick() == 0
        clock.advance(minutes=15)
        assert await ledger.clockwork.tick() == 1
        assert await ledger.clockwork.tick() == 0
    [event] = await recorded(made)
    assert (event.type, event.value("source"), event.value("last_event")) == ("source.silent", "urn:desk", 14)
