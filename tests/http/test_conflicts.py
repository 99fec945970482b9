"""The same event again, another under its id, and versions of an incident that others moved."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.events.vocabulary_examples import EXAMPLES
from tests.http.client import Client, comment


async def test_same_event_again_gets_its_first_answer(client: Client) -> None:
    event = comment("a")
    first, second = await client.post(event), await client.post(event)
    assert (first.status, second.status) == (201, 200)
    assert first.document == second.document
    assert first.headers["Location"] == second.headers["Location"] == "/ledgers/demo/events/0"
    assert await client.size() == 1


async def test_same_event_in_another_mode_or_spelling_is_the_same(client: Client) -> None:
    event = comment("a", subject="paris")
    await client.post(event)
    backwards = dict(reversed(event.items()))
    assert (await client.post(backwards)).status == 200
    assert (await client.post_batch([event])).status == 200
    lines = (await client.post_lines([event])).lines
    assert [(line["status"], line["index"]) for line in lines] == [(200, 0)]


@pytest.mark.parametrize(
    "change",
    [{"time": "2026-11-22T14:00:00.0Z"}, {"subject": "lyon"}, {"data": {"text": "Autre"}}, {"extra": "1"}],
    ids=["time", "subject", "data", "extension"],
)
async def test_other_content_under_a_known_id_names_the_first_index(client: Client, change: dict[str, object]) -> None:
    await client.post(comment("other"))
    await client.post(comment("a"))
    answer = await client.post(comment("a", **change))
    assert (answer.status, answer.problem, answer.pointers) == (409, "id-conflict", ["/id"])
    assert answer.document["index"] == 1
    assert await client.size() == 2


async def test_same_id_of_another_source_is_another_event(client: Client) -> None:
    await client.post(comment("a"))
    assert (await client.post(comment("a", source="urn:connector:other"))).status == 201


async def test_batch_with_a_conflict_leaves_nothing(client: Client) -> None:
    await client.post(comment("a"))
    answer = await client.post_batch([comment("b"), comment("c"), comment("a", extra="1")])
    assert (answer.status, answer.problem, answer.pointers) == (409, "id-conflict", ["/events/2/id"])
    assert await client.size() == 1


async def test_conflict_in_a_batch_of_one_points_into_the_batch(client: Client) -> None:
    await client.post(comment("a"))
    assert (await client.post_batch([comment("a", extra="1")])).pointers == ["/events/0/id"]


async def test_batch_with_other_content_under_one_id_is_refused_whole(client: Client) -> None:
    answer = await client.post_batch([comment("a"), comment("b"), comment("a", extra="1")])
    assert (answer.status, answer.problem) == (409, "id-conflict")
    assert await client.size() == 0


async def test_duplicate_inside_a_batch_lands_once(client: Client) -> None:
    answer = await client.post_batch([comment("a"), comment("b"), comment("a")])
    assert answer.status == 201
    assert [event["index"] for event in answer.document["events"]] == [0, 1, 0]
    assert answer.document["events"][0] == answer.document["events"][2]
    assert await client.size() == 2


async def test_empty_batch_is_accepted_and_adds_nothing(client: Client) -> None:
    answer = await client.post_batch([])
    assert (answer.status, answer.document) == (200, {"events": []})
    assert await client.size() == 0


async def test_batch_that_was_there_before_is_answered_200(client: Client) -> None:
    batch = [comment("a"), comment("b")]
    first, second = await client.post_batch(batch), await client.post_batch(batch)
    assert (first.status, second.status) == (201, 200)
    assert first.document == second.document


async def test_incident_version_is_checked_and_told(client: Client) -> None:
    opened = await client.post(comment("a", subject="paris"), If_None_Match="*")
    assert (opened.status, opened.headers["ETag"]) == (201, '"1"')
    second = await client.post(comment("b", subject="paris"), If_Match='"1"')
    assert (second.status, second.headers["ETag"]) == (201, '"2"')
    shown = await client.get("/incidents/paris?after=1")
    assert shown.headers["ETag"] == '"2"'
    late = await client.post(comment("c", subject="paris"), If_Match='"1"')
    assert (late.status, late.problem, late.headers["ETag"]) == (412, "incident-moved", '"2"')
    assert (late.document["expected"], late.document["actual"]) == (1, 2)
    again = await client.post(comment("c", subject="paris"), If_Match=late.headers["ETag"])
    assert (again.status, again.headers["ETag"]) == (201, '"3"')


async def test_incident_that_exists_is_not_opened_twice(client: Client) -> None:
    await client.post(comment("a", subject="paris"))
    answer = await client.post(comment("b", subject="paris"), If_None_Match="*")
    assert (answer.status, answer.headers["ETag"], answer.document["actual"]) == (412, '"1"', 1)


async def test_repetition_under_its_own_outdated_version_is_no_conflict(client: Client) -> None:
    event = comment("a", subject="paris")
    assert (await client.post(event, If_None_Match="*")).status == 201
    assert (await client.post(event, If_None_Match="*")).status == 200


async def test_only_one_of_two_that_expect_the_same_version_wins(client: Client) -> None:
    await client.post(comment(subject="paris"))
    answers = await asyncio.gather(*(client.post(comment(subject="paris"), If_Match='"1"') for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [201] + [412] * 9
    assert await client.size() == 2


async def test_batch_of_one_incident_may_expect_a_version(client: Client) -> None:
    batch = [comment(subject="paris"), comment(subject="paris")]
    answer = await client.post_batch(batch, If_None_Match="*")
    assert answer.status == 201
    assert [event["entry"]["incident"]["seq"] for event in answer.document["events"]] == [1, 2]
    assert (await client.post_batch([comment(subject="paris")], If_Match='"1"')).document["actual"] == 2


UNREADABLE = {
    "unquoted": {"If_Match": "1"},
    "weak": {"If_Match": 'W/"1"'},
    "several": {"If_Match": '"1", "2"'},
    "star": {"If_Match": "*"},
    "no number": {"If_Match": '"x"'},
    "negative": {"If_Match": '"-1"'},
    "none of a version": {"If_None_Match": '"1"'},
    "both": {"If_Match": '"1"', "If_None_Match": "*"},
}


@pytest.mark.parametrize("headers", UNREADABLE.values(), ids=UNREADABLE)
async def test_version_that_can_t_be_read_is_refused(standing: Client, headers: dict[str, str]) -> None:
    answer = await standing.post(comment(subject="versions"), **headers)
    assert (answer.status, answer.problem) == (400, "bad-request")


@pytest.mark.parametrize(
    "events",
    [[], [comment()], [comment(subject="a"), comment(subject="b")], [comment(subject="a"), comment()]],
    ids=["none", "no incident", "two incidents", "one without"],
)
async def test_version_can_be_expected_of_one_incident_only(standing: Client, events: list[dict[str, object]]) -> None:
    answer = await standing.post_batch(events, If_Match='"1"')
    assert (answer.status, answer.problem) == (400, "bad-request")


async def test_version_can_t_be_expected_of_a_stream(client: Client) -> None:
    answer = await client.post_lines([comment(subject="a")], If_None_Match="*")
    assert (answer.status, answer.problem) == (400, "bad-request")
    assert await client.size() == 0


async def test_number_of_a_source_is_used_once(client: Client) -> None:
    assert (await client.post(comment("a", sequence="1"))).status == 201
    answer = await client.post(comment("b", sequence=1))
    assert (answer.status, answer.problem, answer.pointers) == (409, "sequence-repeated", ["/sequence"])
    assert answer.document["last"] == 1
    batch = await client.post_batch([comment("c", sequence="2"), comment("d", sequence="1")])
    assert (batch.status, batch.pointers) == (409, ["/events/1/sequence"])
    assert await client.size() == 1


async def test_gap_in_a_source_s_numbers_is_recorded(client: Client) -> None:
    await client.post(comment("a", sequence="1"))
    await client.post(comment("b", sequence="4"))
    found = (await client.get("/events?type=ingest.gap_detected")).document["items"]
    assert [item["entry"]["source"]["id"] for item in found] == ["urn:ledgerd:demo"]


async def test_time_more_than_a_minute_ahead_is_accepted_and_marked(client: Client) -> None:
    soon = datetime.now(UTC) + timedelta(hours=2)
    answer = await client.post(comment(subject="paris", time=soon.isoformat()))
    assert answer.status == 201
    page = await client.get("/incidents/paris/timeline?after=0")
    assert -7300 < page.document["items"][0]["late_seconds"] < -7100


def restored(event_id: str | None = None) -> dict[str, object]:
    return comment(event_id, type="comment.restored", actor="person:ana") | {"data": EXAMPLES["comment.restored"]}


async def test_what_can_t_be_true_is_a_problem_that_names_the_place(client: Client) -> None:
    answer = await client.post(restored())
    assert (answer.status, answer.problem, answer.pointers) == (409, "impossible", ["/data/target"])
    assert "no removal of this comment stands" in answer.document["errors"][0]["detail"]
    batch = await client.post_batch([comment(), comment(), restored()])
    assert (batch.status, batch.problem, batch.pointers) == (409, "impossible", ["/events/2/data/target"])
    assert await client.size() == 0


async def test_impossible_line_of_a_stream_fails_alone(client: Client) -> None:
    lines = (await client.post_lines([comment(), restored(), comment()])).lines
    assert [line["status"] for line in lines] == [201, 409, 201]
    assert lines[1]["problem"]["errors"][0]["pointer"] == "/data/target"


async def test_restoration_after_its_removal_is_accepted_and_posted_again_gets_its_first_answer(client: Client) -> None:
    removed = restored() | {"type": "comment.removed"}
    event = restored()
    assert (await client.post_batch([removed, event])).status == 201
    assert (await client.post(event)).status == 200
    assert (await client.post(restored())).status == 409
