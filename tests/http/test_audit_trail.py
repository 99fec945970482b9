"""The audit trail over HTTP: every event a line, filters that find all and tell nothing that is withheld."""

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from events.visibility import Visibility
from events.vocabulary import visibility_of
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from ledger.web import audit_trail
from projections.event import Event
from projections.linking import linked
from tests.http.client import Client, comment
from tests.runner.shelves import read_log
from tests.service.fixture import LEDGER

TRAIL = "/audit-trail"
OWN = f"/incidents/{INCIDENT}/audit-trail"


async def lines(client: Client, path: str, role: Role = Role.AUDITOR) -> list[dict[str, Any]]:
    """All lines of a trail, page by page."""
    found: list[dict[str, Any]] = []
    more: str | None = path
    while more:
        page = (await client.get(more, role)).document
        found += page["items"]
        more = page["next"] and page["next"].partition(f"/ledgers/{LEDGER}")[2]
    return found


def indexes(found: list[dict[str, Any]]) -> list[int]:
    return [line["index"] for line in found]


async def test_every_event_of_the_ledger_is_a_line_in_the_order_of_the_log(told: Client) -> None:
    events = await read_log(told.service.database_url)
    last = events[-1].index  # what is read of these is on record behind them
    found = await lines(told, f"{TRAIL}?limit=77&as_of={last}&after={last}")
    assert indexes(found) == [event.index for event in events]
    for line, event in zip(found, events, strict=True):
        assert (line["type"], line["source"], line["accepted_at"]) == (event.type, event.source, event.accepted_at)
        assert (line["incident"], line["seq"], line["time"]) == (event.incident, event.seq, event.text("time"))
        assert line["withheld"] == []


async def test_a_line_says_who_did_what_in_which_role_and_on_whose_behalf(told: Client) -> None:
    (lead,) = await lines(told, f"{TRAIL}?type=incident.opened")
    assert lead["actor"] == {"kind": "person", "id": "jeanne", "role": "incident_lead", "on_behalf_of": None}
    (watch,) = await lines(told, f"{TRAIL}?type=surge.detected")
    assert watch["actor"] == {"kind": "service", "id": "watch", "role": None, "on_behalf_of": "ligneclaire"}
    assert watch["object"] == {"kind": "series", "id": "comments/all"}
    point, correction = await lines(told, f"{TRAIL}?object=update%7Cpoint-2")
    assert point["object"] == correction["object"] == {"kind": "update", "id": "point-2"}
    assert {"type": "update.corrected", "index": correction["index"]} in point["marks"]


FILTERS: list[tuple[str, Callable[[Event], bool]]] = [
    ("actor=jeanne", lambda event: event.actor is not None and event.actor.id == "jeanne"),
    ("actor=person:ana", lambda event: event.actor is not None and event.actor.id == "ana"),
    ("actor=service:ana", lambda _event: False),
    ("role=legal", lambda event: event.actor is not None and event.actor.role == "legal"),
    ("on_behalf_of=ligneclaire", lambda event: event.actor is not None and event.actor.on_behalf_of == "ligneclaire"),
    ("object=update|point-2", lambda event: event.object == "update|point-2"),
    ("object=appeal|appel-2", lambda event: event.object == "appeal|appel-2"),
    ("type=lesson.shared", lambda event: event.type == "lesson.shared"),
    ("type=comment.*", lambda event: event.type.startswith("comment.")),
    (
        "type=update.*&actor=jeanne&role=incident_lead",
        lambda event: event.type.startswith("update.") and event.actor is not None and event.actor.id == "jeanne",
    ),
]


@pytest.mark.parametrize("limit", [3, 1000])
@pytest.mark.parametrize(("query", "wanted"), FILTERS, ids=[query for query, _ in FILTERS])
async def test_a_filter_finds_all_that_is_wanted_and_nothing_else(
    told: Client, query: str, wanted: Callable[[Event], bool], limit: int
) -> None:
    events = await read_log(told.service.database_url)
    expected = [event.index for event in events if wanted(event)]
    asked = quote(query, safe="=&*:")
    assert indexes(await lines(told, f"{TRAIL}?limit={limit}&{asked}")) == expected
    here = {event.index for event in events if event.incident == INCIDENT} | {
        target for event in events if (target := linked(event)) is not None
    }
    assert indexes(await lines(told, f"{OWN}?limit={limit}&{asked}")) == [index for index in expected if index in here]


async def test_times_are_asked_on_either_clock(told: Client) -> None:
    events = await read_log(told.service.database_url)
    since, until = events[100].accepted, events[300].accepted
    span = f"since={quote(since.isoformat())}&until={quote(until.isoformat())}"
    assert indexes(await lines(told, f"{TRAIL}?{span}")) == [e.index for e in events if since <= e.accepted < until]
    since, until = events[100].moment, events[300].moment
    span = f"since={quote(since.isoformat())}&until={quote(until.isoformat())}&clock=occurred&limit=7"
    assert indexes(await lines(told, f"{TRAIL}?{span}")) == [e.index for e in events if since <= e.moment < until]


async def test_as_of_shows_the_trail_without_what_came_later_marks_and_links_included(told: Client) -> None:
    *_, link = (event for event in await read_log(told.service.database_url) if linked(event) is not None)
    before = await lines(told, f"{OWN}?as_of={link.index - 1}&limit=1000")
    assert linked(link) not in indexes(before)
    assert linked(link) in indexes(await lines(told, f"{OWN}?as_of={link.index}&limit=1000"))
    assert max(indexes(before)) == link.index - 1
    marks = [mark["index"] for line in before for mark in line["marks"]]
    assert marks
    assert max(marks) < link.index


async def test_nobody_learns_by_a_filter_what_is_withheld_from_them(client: Client) -> None:
    await client.post(comment(data={"external_id": "c-9"}, actor="author:secret-name"))
    for role, sees in (
        (Role.POSTER, Visibility.PUBLIC),
        (Role.READER, Visibility.INTERNAL),
        (Role.AUDITOR, Visibility.PERSONAL),
    ):
        shown = await lines(client, f"{TRAIL}?after=0", role)
        assert (shown[0]["actor"] is not None) == (visibility_of("comment.received", "actor") <= sees)
        assert ("actor" in shown[0]["withheld"]) == (visibility_of("comment.received", "actor") > sees)
        found = await lines(client, f"{TRAIL}?actor=secret-name", role)
        assert len(found) == (visibility_of("comment.received", "actor") <= sees)
        found = await lines(client, f"{TRAIL}?object=content%7Cc-9", role)
        assert len(found) == (visibility_of("comment.received", "external_id") <= sees)


async def test_the_whole_trail_comes_as_lines_and_as_a_table(told: Client) -> None:
    paged = await lines(told, f"{OWN}?type=comment.*&limit=1000")
    assert (await told.get(f"{OWN}?type=comment.*&format=ndjson", Role.AUDITOR)).lines == paged
    table = list(csv.DictReader(io.StringIO((await told.get(f"{OWN}?actor=jeanne&format=csv")).body.decode())))
    found = await lines(told, f"{OWN}?actor=jeanne&limit=1000", Role.READER)
    assert [int(row["index"]) for row in table] == indexes(found)
    assert {row["actor"] for row in table} == {"person:jeanne"}


async def test_a_page_searches_a_bounded_part_and_says_where_to_go_on(
    told: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = [event.index for event in await read_log(told.service.database_url) if event.type == "lesson.shared"]
    monkeypatch.setattr(audit_trail, "_SEARCHED_AT_ONCE", 40)
    for path in (TRAIL, OWN):
        first = (await told.get(f"{path}?type=lesson.shared")).document
        assert (first["items"], bool(first["next"])) == ([], True)
        assert indexes(await lines(told, f"{path}?type=lesson.shared")) == shared


@pytest.mark.parametrize(
    "query",
    ["type=nothing.*", "type=comment.recieved", "since=soon", "clock=mine", "as_of=999999", "format=sse", "who=ana"],
)
async def test_a_parameter_that_makes_no_sense_is_named(told: Client, query: str) -> None:
    for path in (TRAIL, OWN):
        answer = await told.get(f"{path}?{query}")
        assert (answer.status, answer.problem) == (400, "bad-request")
        assert answer.pointers[0][1:] in query


async def test_the_trail_of_no_incident_is_not_found(told: Client) -> None:
    assert (await told.get("/incidents/nowhere/audit-trail")).status == 404
