"""What many look at is read once: feeds of live pages, answers of the public pages."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from ledger.watermark import Watermark
from ledger.web.html.feeds import Change, Feeds
from ledger.web.html.public import PublicShelf

KEY = ("room", "demo")


async def test_what_many_follow_is_read_once_and_reaches_all() -> None:
    feeds, mark, asked = Feeds(), Watermark(5), list[tuple[int, int]]()

    async def read(first: int, end: int) -> Sequence[Change]:
        asked.append((first, end))
        return [Change(end - 1, "changed", "two\nlines")]

    with feeds._joined(KEY, mark, read) as (feed, one), feeds._joined(KEY, mark, read) as (same, other):
        assert feed is same
        mark.advance(7)
        mark.advance(9)
        expected = b"id: 8\nevent: changed\ndata: two\ndata: lines\n\n"
        assert [await one.get(), await other.get()] == [expected, expected]
    assert asked == [(5, 9)]
    assert feeds._feeds == {}


async def test_who_falls_behind_is_let_go_and_the_others_are_not() -> None:
    feeds, mark = Feeds(), Watermark(0)

    async def read(_first: int, end: int) -> Sequence[Change]:
        return [Change(end - 1, "changed", "")]

    with feeds._joined(KEY, mark, read) as (feed, slow), feeds._joined(KEY, mark, read) as (_, quick):
        for number in range(slow.maxsize + 1):
            feed._tell(b"%d" % number)
            assert await quick.get() == b"%d" % number
        assert [slow.get_nowait()] == [None]


async def test_a_feed_that_failed_begins_anew_for_who_comes_back() -> None:
    feeds, mark, failing = Feeds(), Watermark(0), [True]

    async def read(_first: int, end: int) -> Sequence[Change]:
        if failing.pop() if failing else False:
            raise OSError
        return [Change(end - 1, "changed", "")]

    with feeds._joined(KEY, mark, read) as (_, gone):
        mark.advance(1)
        assert await gone.get() is None
        with feeds._joined(KEY, mark, read) as (_, back):
            assert await asyncio.wait_for(back.get(), 5) is not None


async def test_a_crowd_is_answered_by_one_rendering_and_a_failure_is_not_kept() -> None:
    shelf, rendered = PublicShelf(), list[bool]()
    request: Any = None

    async def render(_request: object) -> bytes:
        rendered.append(True)
        await asyncio.sleep(0.05)
        return b"page"

    async def fail(_request: object) -> bytes:
        raise LookupError

    answers = await asyncio.gather(*(shelf.get(("page",), 1, request, render) for _ in range(50)))
    assert {answer.body for answer in answers} == {b"page"}
    assert len(rendered) == 1
    with pytest.raises(LookupError):
        await shelf.get(("none",), 1, request, fail)
    assert ("none",) not in shelf._kept
