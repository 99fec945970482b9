"""A table of a timeline that is kept between requests holds at any time what a fresh one would."""

import pytest

from events.visibility import Visibility
from ledger.store.tokens import Role
from ledger.web import timeline_shelf
from ledger.web.context import LEDGERS
from ledger.web.timeline_shelf import TimelineShelf
from projections.timeline_filter import TimelineFilter
from tests.http.client import Client
from tests.http.test_comment_shelf import INCIDENT, comment, event, tell
from tests.service.fixture import LEDGER


@pytest.fixture(autouse=True)
def _keep_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_shelf, "_KEPT_FROM", 1)


async def held(
    client: Client, shelf: TimelineShelf, level: Visibility = Visibility.PERSONAL
) -> list[tuple[object, ...]]:
    """What the shelf's table says of each event, in the order of the log: index, since, type, themes, outcome."""
    ledger = await client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    async with shelf.table(ledger, INCIDENT, level) as (_, table, _end):
        known = table.known()
        themed = {
            theme: set(TimelineFilter(theme=theme).matches(table, known).nonzero()[0].tolist())
            for theme in table.themes(known)
        }
        rows = zip(table.column("index"), table.column("since"), table.column("withheld"), strict=True)
        return sorted(
            (*map(int, row), *sorted(theme for theme, places in themed.items() if place in places))
            for place, row in enumerate(rows)
        )


async def test_every_change_reaches_a_kept_table_links_included(client: Client) -> None:
    kept = TimelineShelf()
    outside = (await client.post(comment("outside", None), role=Role.ADMIN)).document["index"]
    steps = [
        [comment("1"), comment("2")],
        [event("o-1", "comment.outcome_set", external_id="2", outcome="answered_elsewhere")],
        [event("l-1", "event.linked", target_event=outside), comment("4")],
        [event("l-2", "event.linked", target_event=outside)],
        [event("t-1", "concern.linked", theme="delay", comments=["1", "2", "unknown"]), comment("3")],
        [comment("unknown")],
        [comment("other", "another")],
    ]
    seen: list[int] = []
    for step in steps:
        await tell(client, *step)
        for level in (Visibility.PERSONAL, Visibility.INTERNAL):
            fresh = await held(client, TimelineShelf(), level)
            assert await held(client, kept, level) == fresh
        seen.append(len(fresh))
    assert seen == [2, 3, 6, 7, 9, 10, 10]


async def test_only_few_tables_are_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_shelf, "_KEPT_AT_MOST", 3)
    await tell(client, comment("1"), comment("2"))
    kept = TimelineShelf()
    for level in Visibility:
        await held(client, kept, level)
    assert len(kept._kept) == 1
    ledger = await client.service.app[LEDGERS].get(LEDGER)
    assert ledger is not None
    async with kept.table(ledger, INCIDENT, Visibility.PERSONAL) as (_, first, _):
        pass
    async with kept.table(ledger, INCIDENT, Visibility.PERSONAL) as (_, again, _):
        assert again is first
