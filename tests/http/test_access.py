"""Who may do what: tokens, roles, sources."""

from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from ledger.app import build, utc_now
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from ledger.web.cloudevents import BATCH_TYPE
from tests.http.client import SOURCE, Answer, Client, comment, written
from tests.service.fixture import Service

NEEDING_A_TOKEN = ["/events", "/events/0", "/incidents", "/incidents/paris", "/incidents/paris/timeline"]
PUBLIC = ["", "/checkpoint", "/proofs/consistency?from=0", "//ledgers", "//livez", "//readyz", "//metrics"]


async def token(
    client: Client, *roles: Role, sources: tuple[str, ...] = (), ledger: str = "demo", hours: int = 1
) -> str:
    """Make a token; `hours` may be negative."""
    async with open_pool(client.service.database_url) as pool:
        return await Tokens(pool, utc_now).create(ledger, roles, sources, "test", timedelta(hours=hours))


async def post_as(client: Client, authorization: str) -> Answer:
    return await client.post_bytes(b"[]", BATCH_TYPE, None, Authorization=authorization)


NO_TOKEN = {
    "empty": "",
    "no scheme": "ldg_0123456789abcdef." + "A" * 43,
    "another scheme": "Basic bGVkZ2VyOg==",
    "nothing after the scheme": "Bearer ",
    "not one of ours": "Bearer eyJhbGciOiJub25lIn0.e30.",
    "unknown id": "Bearer ldg_0123456789abcdef." + "A" * 43,
    "cut off": "Bearer ldg_0123456789abcdef.AAAA",
    "not ASCII": "Bearer ldg_é",
}


@pytest.mark.parametrize("authorization", NO_TOKEN.values(), ids=NO_TOKEN)
async def test_request_without_a_valid_token_is_unauthenticated(standing: Client, authorization: str) -> None:
    answer = await post_as(standing, authorization)
    assert (answer.status, answer.problem) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", NEEDING_A_TOKEN)
async def test_content_is_not_shown_without_a_token(standing: Client, path: str) -> None:
    assert (await standing.get(path, None)).status == 401


@pytest.mark.parametrize("path", PUBLIC)
async def test_proofs_and_operation_need_no_token(standing: Client, path: str) -> None:
    assert (await standing.get(path, None)).status == 200


async def test_scheme_is_read_in_any_case(standing: Client) -> None:
    bearer = standing.service.tokens[Role.POSTER]
    assert (await post_as(standing, f"bEARER {bearer}")).status == 200


async def test_wrong_secret_under_a_known_id_is_unauthenticated(standing: Client) -> None:
    right = standing.service.tokens[Role.POSTER]
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    assert (await post_as(standing, f"Bearer {wrong}")).status == 401


async def test_expired_token_is_unauthenticated(standing: Client) -> None:
    assert (await post_as(standing, f"Bearer {await token(standing, Role.POSTER, hours=-1)}")).status == 401


async def test_token_of_another_ledger_is_unauthenticated(standing: Client) -> None:
    assert (await post_as(standing, f"Bearer {await token(standing, Role.ADMIN, ledger='other')}")).status == 401


async def test_revoked_token_is_refused_at_once(service: Service) -> None:
    client = Client(service)
    made = await token(client, Role.POSTER)
    assert (await post_as(client, f"Bearer {made}")).status == 200
    async with open_pool(service.database_url) as pool:
        await Tokens(pool, utc_now).revoke("demo", made.removeprefix("ldg_").partition(".")[0])
    deadline = perf_counter() + 1.5
    while (status := (await post_as(client, f"Bearer {made}")).status) == 200 and perf_counter() < deadline:
        continue
    assert status == 401


async def test_token_that_expires_while_it_is_remembered_is_refused(service: Service) -> None:
    client, now = Client(service), [datetime.now(UTC)]
    made = await token(client, Role.READER, hours=1)
    async with (
        TestServer(build(service.settings, service.database_url, lambda: now[0])) as server,
        ClientSession(headers={"Authorization": f"Bearer {made}"}) as session,
    ):
        url = server.make_url("/ledgers/demo/events")
        async with session.get(url) as answer:
            assert answer.status == 200
        now[0] += timedelta(hours=2)
        async with session.get(url) as answer:
            assert answer.status == 401


async def test_unknown_ledger_is_told_only_to_who_may_ask(standing: Client) -> None:
    path = "//ledgers/nowhere/events"
    assert (await standing.send("GET", path)).status == 401
    assert (await standing.get(path, Role.READER)).status == 401
    assert (await standing.get("//ledgers/nowhere", None)).status == 404
    assert (await standing.get("//ledgers/nowhere/checkpoint", None)).status == 404


@pytest.mark.parametrize("role", [Role.READER, Role.AUDITOR])
async def test_who_only_reads_may_not_post(standing: Client, role: Role) -> None:
    answer = await standing.post_bytes(b"[]", BATCH_TYPE, role)
    assert (answer.status, answer.problem) == (403, "forbidden")


@pytest.mark.parametrize(
    ("bound", "status"),
    [
        (SOURCE, 201),
        ("urn:connector:x:*", 201),
        ("*", 201),
        ("urn:connector:y:*", 403),
        (SOURCE + ":more", 403),
        ("urn:connector:x", 403),
    ],
)
async def test_poster_speaks_for_its_own_sources_only(standing: Client, bound: str, status: int) -> None:
    made = await token(standing, Role.POSTER, sources=("urn:elsewhere", bound))
    own = {"Authorization": f"Bearer {made}"}
    answer = await standing.post_bytes(written(comment()), role=None, **own)
    assert answer.status == status
    if status == 403:
        assert (answer.problem, answer.pointers) == ("source-forbidden", ["/source"])


async def test_batch_with_one_foreign_source_is_refused_whole(standing: Client) -> None:
    made = await token(standing, Role.POSTER, sources=(SOURCE,))
    before = await standing.size()
    body = written([comment(), comment(source="urn:connector:other")])
    answer = await standing.post_bytes(body, BATCH_TYPE, None, Authorization=f"Bearer {made}")
    assert (answer.status, answer.problem, answer.pointers) == (403, "source-forbidden", ["/events/1/source"])
    assert await standing.size() == before


@pytest.mark.parametrize("source", ["urn:ledgerd:demo", "urn:ledgerd:other", "URN:ledgerd:demo"])
async def test_nobody_speaks_for_the_ledger_itself(standing: Client, source: str) -> None:
    answer = await standing.post_bytes(written(comment(source=source)), role=Role.ADMIN)
    assert (answer.status, answer.problem) == (403, "source-forbidden")


async def test_reader_gets_what_its_role_may_see_and_the_names_of_the_rest(standing: Client) -> None:
    index = (await standing.post(comment())).document["index"]
    seen = {role: (await standing.get(f"/events/{index}", role)).document for role in Role}
    assert "text" in seen[Role.AUDITOR]["openings"]
    assert seen[Role.AUDITOR]["withheld"] == []
    for role in (Role.POSTER, Role.READER, Role.ADMIN):
        assert "text" in seen[role]["withheld"]
        assert seen[role]["openings"].keys() | set(seen[role]["withheld"]) == seen[role]["entry"]["seals"].keys()
    assert "id" in seen[Role.READER]["openings"]
    assert "id" in seen[Role.POSTER]["withheld"]


async def test_wrong_secret_takes_as_long_as_an_unknown_token(standing: Client) -> None:
    right = standing.service.tokens[Role.POSTER]
    wrong = {"secret": right[:21] + "A" * 43, "id": "ldg_0123456789abcdef." + "A" * 43}
    taken: dict[str, list[float]] = {name: [] for name in wrong}
    for _ in range(150):
        for name, text in wrong.items():
            began = perf_counter()
            assert (await post_as(standing, f"Bearer {text}")).status == 401
            taken[name].append(perf_counter() - began)
    # A comparison that ends early, or a look-up that one of them skips, would be seen in every request.
    assert 0.6 < median(taken["secret"]) / median(taken["id"]) < 1.7
