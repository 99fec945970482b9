"""Views over HTTP: live and as of a moment, by role, each number with its indexes, unchanged answers not sent twice."""

import asyncio
import csv
import io
import json

import pytest

from events.visibility import Visibility
from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from projections.linking import with_linked
from projections.shown import disclosed
from projections.statements import StatementLine
from projections.view import AnyView, Moment, fold_rows
from projections.views import VIEWS
from tests.http.client import Client
from tests.runner.shelves import read_log
from tests.service.fixture import LEDGER

PATH = f"/incidents/{INCIDENT}"
EVERY = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)


@EVERY
async def test_what_is_kept_up_equals_what_is_folded_anew_at_the_same_moment(told: Client, view: AnyView) -> None:
    last = (await read_log(told.service.database_url))[-1].accepted_at
    live = (await told.get(f"{PATH}/{view.name}", Role.AUDITOR)).document
    while live["at"] <= last:  # a view's moment is a whole second
        await asyncio.sleep(0.1)
        live = (await told.get(f"{PATH}/{view.name}", Role.AUDITOR)).document
    assert (await told.get(f"{PATH}/{view.name}?as_of={live['at']}", Role.AUDITOR)).document == live


@EVERY
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
async def test_as_of_an_index_is_the_view_of_the_log_up_to_it(told: Client, view: AnyView, part: float) -> None:
    events = await read_log(told.service.database_url)
    own = [event.index for event in events if event.incident == INCIDENT]
    index = own[int(len(own) * part)]
    answer = (await told.get(f"{PATH}/{view.name}?as_of={index}", Role.AUDITOR)).document
    rows = fold_rows(view, INCIDENT, with_linked(events[: index + 1], {event.index: event for event in events}.get))
    moment = Moment(INCIDENT, index + 1, events[index].accepted)
    expected = disclosed(view.render(rows, moment, view.query()), Visibility.PERSONAL)
    assert {name: answer[name] for name in expected} == json.loads(json.dumps(expected))


@EVERY
@pytest.mark.parametrize("clock", ["accepted", "occurred"])
async def test_before_everything_there_is_an_empty_view(told: Client, view: AnyView, clock: str) -> None:
    answer = await told.get(f"{PATH}/{view.name}?as_of=2001-01-01T00:00:00Z&clock={clock}", Role.AUDITOR)
    assert answer.status == 200


@EVERY
async def test_an_unchanged_answer_is_not_sent_twice(told: Client, view: AnyView) -> None:
    path = f"{PATH}/{view.name}?as_of=100"
    first = await told.get(path)
    again = await told.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@EVERY
async def test_a_poster_sees_public_parts_only_and_is_told_what_is_withheld(told: Client, view: AnyView) -> None:
    everything = (await told.get(f"{PATH}/{view.name}?as_of=540", Role.AUDITOR)).document
    public = (await told.get(f"{PATH}/{view.name}?as_of=540", Role.POSTER)).document
    assert "withheld" not in everything
    assert set(public) - {"withheld"} <= set(everything)
    assert set(public.get("withheld", [])) == set(everything) - set(public)


async def test_every_index_behind_a_figure_can_be_paged_through(told: Client) -> None:
    whole = (await told.get(f"{PATH}/comments")).document["received"]
    listed: list[int] = []
    path: str | None = f"{PATH}/comments?figure=received&limit=50"
    while path:
        page = (await told.get(path)).document
        listed += page["items"]
        path = page["next"] and page["next"].partition(f"/ledgers/{LEDGER}")[2]
    assert (listed, len(listed)) == (whole["indexes"], whole["count"])


@pytest.mark.parametrize(
    "query",
    [
        "as_of=soon",
        "as_of=999999",
        "as_of=5&clock=mine",
        "clock=occurred",
        "figure=nothing",
        "figure=received.value",
        "nonsense=1",
        "limit=0&figure=received",
        "format=csw",
        "after=999999",
    ],
)
async def test_a_parameter_that_makes_no_sense_is_named(told: Client, query: str) -> None:
    answer = await told.get(f"{PATH}/comments?{query}")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert answer.pointers[0][1:] in query


async def test_a_figure_whose_name_holds_a_dot_is_found_by_its_path(told: Client) -> None:
    whole = (await told.get(f"{PATH}/moderation")).document["by_type"]["comment.hidden"]
    page = (await told.get(f"{PATH}/moderation?figure=by_type.comment.hidden")).document
    assert (page["items"], page["value"]) == (whole["indexes"], whole["value"])
    for path in ("by_type.comment", "by_type.comment.hidden.value", "by_type.comment.hidden.more"):
        assert (await told.get(f"{PATH}/moderation?figure={path}")).status == 400


@pytest.mark.parametrize("view", [view.name for view in VIEWS if view.line is not None])
async def test_every_view_with_a_table_is_csv_for_every_role(told: Client, view: str) -> None:
    for role in Role:
        answer = await told.get(f"{PATH}/{view}?format=csv", role)
        rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
        assert (answer.status, {len(row) for row in rows}) == (200, {len(rows[0])})


@pytest.mark.parametrize(("view", "lines"), [("plan", 6), ("updates", 12)])
async def test_a_view_with_a_table_is_csv_as_well(told: Client, view: str, lines: int) -> None:
    answer = await told.get(f"{PATH}/{view}?format=csv", Role.AUDITOR)
    rows = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
    assert (answer.status, len(rows)) == (200, lines + 1)
    assert {len(row) for row in rows} == {len(rows[0])}


async def test_the_table_of_a_view_shows_a_poster_no_internal_words(told: Client) -> None:
    updates = await told.get(f"{PATH}/updates?format=csv", Role.POSTER)
    assert b"point-8" in updates.body
    assert "À tous les agents".encode() not in updates.body
    assert b"portillons" not in (await told.get(f"{PATH}/plan?format=csv", Role.POSTER)).body


async def test_the_register_as_a_table_has_the_columns_of_the_laws_database(told: Client) -> None:
    answer = await told.get(f"{PATH}/moderation?format=csv")
    header, *lines = csv.reader(io.StringIO(answer.body.decode()))
    assert (header, len(lines)) == (list(StatementLine.model_fields), 11)
    part = await told.get(f"{PATH}/moderation?format=csv&lines=1")
    assert list(csv.reader(io.StringIO(part.body.decode())))[1:] == lines[:1]
    public = await told.get(f"{PATH}/moderation?format=csv", Role.POSTER)
    assert "decision_facts" not in public.body.decode()


@pytest.mark.parametrize("query", ["lines=0", "lines=many", "from_index=-1"])
async def test_a_part_of_the_register_that_makes_no_sense_is_named(told: Client, query: str) -> None:
    answer = await told.get(f"{PATH}/moderation?{query}")
    assert (answer.status, answer.pointers) == (400, [f"?{query.partition('=')[0]}"])
