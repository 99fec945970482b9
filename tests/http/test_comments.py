"""The comments' list over HTTP: paged by the same parameters as figures, as CSV, and bad parameters named."""

import csv
import io

import pytest

from ledger.demo import INCIDENT
from ledger.store.tokens import Role
from tests.http.client import Client

PATH = f"/incidents/{INCIDENT}"


async def test_start_and_limit_page_the_list_and_with_figure_its_indexes(told: Client) -> None:
    path = f"{PATH}/comments?state=received"
    whole = (await told.get(f"{path}&limit=1000")).document
    part = (await told.get(f"{path}&start=20&limit=10")).document
    assert part["items"] == whole["items"][20:30]
    assert part["received"] == whole["received"]
    indexes = (await told.get(f"{path}&start=20&limit=10&figure=received")).document
    assert indexes["items"] == whole["received"]["indexes"][20:30]


async def test_the_list_as_csv_shows_each_role_its_columns(told: Client) -> None:
    for role, there in ((Role.READER, True), (Role.POSTER, False)):
        answer = await told.get(f"{PATH}/comments?state=answered&format=csv&limit=5", role)
        lines = list(csv.DictReader(io.StringIO(answer.body.decode())))
        assert (len(lines), "external_id" in lines[0]) == (5, there)


async def test_lives_and_threads_are_withheld_from_those_who_may_not_see_ids(told: Client) -> None:
    first = (await told.get(f"{PATH}/comments?state=answered&limit=1")).document["items"][0]
    path = f"{PATH}/comments?comment={first['external_id']}&thread={first['external_id']}"
    reader, poster = (await told.get(path)).document, (await told.get(path, Role.POSTER)).document
    assert [event["index"] for event in reader["life"]] == first["indexes"]
    assert first["external_id"] in [post["external_id"] for post in reader["thread"]["posts"]]
    assert {"life", "thread"} <= set(poster["withheld"])


@pytest.mark.parametrize(
    "query",
    [
        "zone=Europe/Lutetia",
        "holidays=QQ",
        "closes=08:00",
        "opens=9",
        "by=author",
        "hours=night",
    ],
)
async def test_a_clock_that_makes_no_sense_is_named(told: Client, query: str) -> None:
    answer = await told.get(f"{PATH}/responsiveness?{query}")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert answer.pointers[0][1:] in query


async def test_a_figure_of_a_group_is_listed_whole_though_less_stands_beside_it(told: Client) -> None:
    path = f"{PATH}/responsiveness?by=platform&hours=business&zone=Europe/Paris&holidays=FR"
    group = (await told.get(path)).document["groups"][-1]
    assert (len(group["received"]["indexes"]), group["received"]["count"] > 20) == (20, True)
    listed = (await told.get(f"{path}&figure=groups.2.received&limit=1000")).document
    assert (group["group"], len(listed["items"])) == ("x", group["received"]["count"])
