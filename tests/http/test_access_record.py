"""Every reading of personal fields is put on record, once, before it is answered; nothing else is."""

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import asyncpg
import pytest
import structlog
from aiohttp import ClientResponse

from events.visibility import Internal, Personal, Public, Visibility
from ledger.app import utc_now
from ledger.demo import INCIDENT
from ledger.logs import configure_logs
from ledger.sequencer import sequencer
from ledger.sequencer.errors import RolledBack
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from ledger.web import access_record
from ledger.web.context import LEDGERS
from ledger.web.formats import Format
from ledger.web.operation import Operation
from ledger.web.routes import OPERATIONS
from projections.shown import Shown
from tests.http.client import Client, comment
from tests.http.records import readings
from tests.http.test_reading import Tail
from tests.http.test_unavailable import held_head

_READ = [operation for operation in OPERATIONS if operation.method == "GET" and Role.AUDITOR in operation.roles]
FORMS = [
    pytest.param(operation, form, id=f"{operation.path.removeprefix('/ledgers/{ledger}')} {form.name.lower()}")
    for operation in _READ
    for form in Format
    if form.value in operation.answers[200].content
]
_OF_THE_MOMENT = {"withheld", "at", "size", "folded", "next", "head"}
"""Members that differ between two answers without telling anything personal."""


def address(operation: Operation, form: Format) -> str:
    """Return where to read a form of a resource of the sample crisis, at one moment where it has a choice."""
    path = operation.path.removeprefix("/ledgers/{ledger}").format(incident=INCIDENT, index="7")
    asked = [f"format={form.name.lower()}"] if "format" in {each.name for each in operation.parameters} else []
    if "as_of" in {each.name for each in operation.parameters}:
        asked.append("as_of=500")
    return f"{path}?{'&'.join(asked)}" if asked else path


def without_moment(value: object) -> object:
    """Return a JSON answer without what is of the moment."""
    match value:
        case dict():
            return {name: without_moment(item) for name, item in value.items() if name not in _OF_THE_MOMENT}
        case list():
            return [without_moment(item) for item in value]
    return value


async def first_bytes(client: Client, path: str, headers: dict[str, str]) -> tuple[int, str | None]:
    """Open a stream, read its beginning, and close it; return the status, and what it says of its record."""
    url = client.service.url + path
    async with client.service.session.get(url, headers=headers) as response:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):  # a tail that begins with what comes sends nothing
                await response.content.readany()
        return response.status, response.headers.get("Access-Recorded")


@pytest.mark.parametrize(("operation", "form"), FORMS)
async def test_an_answer_is_on_record_if_and_only_if_it_tells_an_auditor_what_a_reader_is_not_told(
    told: Client, operation: Operation, form: Format
) -> None:
    await told.get("/events/7", Role.AUDITOR)
    walker, _ = await named(told, "who walks through all of it")
    await told.get(f"/incidents?after={await told.size() - 1}")  # both are answered from the same rows
    path, before = address(operation, form), await readings(told)
    readers = Role.READER if Role.READER in operation.roles else Role.ADMIN
    if form is not Format.JSON and operation.handler.__name__ in {
        "get_events",
        "get_timeline",
        "get_audit_trail",
        "get_incident_audit_trail",
        "get_access_register",
    }:
        assert (await first_bytes(told, path, told.service.bearer(readers)))[1] is None
        assert await readings(told) == before
        status, recorded = await first_bytes(told, path, walker)
        (record,) = (await readings(told))[len(before) :]
        assert (status, recorded, record.openings["rows"]["value"]) == (200, str(record.index), None)
        return
    reader = await told.get(path, readers)
    assert "Access-Recorded" not in reader.headers
    assert await readings(told) == before
    auditor = await told.get(path, None, **walker)
    made = (await readings(told))[len(before) :]
    if form is Format.JSON:
        tells = without_moment(reader.document) != without_moment(auditor.document)
    else:
        tells = reader.status == 200 and reader.body.splitlines()[0] != auditor.body.splitlines()[0]
    assert [str(record.index) for record in made] == ([auditor.headers["Access-Recorded"]] if tells else [])
    for record in made:
        assert record.text("filter") == f"/ledgers/demo{path}"
        rows = record.value("rows")
        assert isinstance(rows, int)
        assert 1 <= rows <= 100


def test_the_walk_meets_resources_that_tell_and_forms_of_each_kind() -> None:
    assert {form for each in FORMS for form in each.values if isinstance(form, Format)} == set(Format)
    assert len(FORMS) >= 25


async def named(client: Client, label: str) -> tuple[dict[str, str], str]:
    """Make an auditor's token; return the header that shows it, and the name of its holder in records."""
    async with open_pool(client.service.database_url) as pool:
        text = await Tokens(pool, utc_now).create("demo", [Role.AUDITOR, Role.POSTER], [], label, None)
    token_id = text.removeprefix("ldg_").partition(".")[0]
    return {"Authorization": f"Bearer {text}"}, f"token:{token_id} {label}".rstrip()


async def test_a_record_says_who_read_what_in_which_role_and_stands_in_no_incident(client: Client) -> None:
    await client.post_batch([comment(subject="paris") for _ in range(3)])
    bearer, name = await named(client, "Cour des comptes, bureau 3")
    path = "/events?limit=2&incident=paris&after=2&type=comment.received&since=2020-01-01T00:00:00%2B01:00"
    answer = await client.get(path, None, **bearer)
    (record,) = await readings(client)
    assert {field: record.value(field) for field in record.openings if field not in {"id", "time"}} == {
        "by": name,
        "role": "auditor",
        "filter": f"/ledgers/demo{path}",
        "rows": 2,
        "of_incident": "paris",
    }
    assert (record.incident, record.source, record.seq) == (None, "urn:ledgerd:demo", None)
    assert record.text("id") == f"access.viewed:{answer.headers['X-Request-Id']}"
    assert (await client.get("/incidents/paris")).document["head"]["seq"] == 3


async def test_rows_count_what_told_something_personal(client: Client) -> None:
    opened = comment(type="incident.opened", subject="i", data=None, actor="person:ana") | {
        "data": {"reason": "r", "severity": "high"}
    }
    await client.post_batch([opened, comment(), comment()])
    assert (await client.get("/events", Role.AUDITOR)).headers["Access-Recorded"] == "3"
    assert (await readings(client))[0].value("rows") == 2
    assert "Access-Recorded" not in (await client.get("/events?type=incident.opened", Role.AUDITOR)).headers
    assert "Access-Recorded" not in (await client.get("/events/0", Role.AUDITOR)).headers


@pytest.mark.parametrize("path", ["/events/999", "/events?nonsense=1", "/events?limit=0", "/incidents/none/timeline"])
async def test_what_tells_nothing_leaves_no_record(client: Client, path: str) -> None:
    await client.post(comment())
    await client.get(path, Role.AUDITOR)
    await client.send("HEAD", "/events", role=Role.AUDITOR)
    await client.send("HEAD", "/events?format=ndjson", role=Role.AUDITOR)
    await client.get("/events?format=ndjson&start=1", Role.AUDITOR)
    assert await readings(client) == []


async def test_an_auditor_who_follows_the_log_comes_to_its_end(client: Client) -> None:
    await client.post_batch([comment() for _ in range(3)])
    bearer, _ = await named(client, "first")
    start, pages = 0, 0
    while items := (await client.get(f"/events?limit=1&start={start}", None, **bearer)).document["items"]:
        start, pages = items[-1]["index"] + 1, pages + 1
    assert (pages, len(await readings(client))) == (6, 3)


async def test_what_others_asked_is_personal_too(client: Client) -> None:
    await client.post(comment())
    (first, name), (second, _) = await named(client, "first"), await named(client, "second")
    await client.get("/events", None, **first)
    assert "Access-Recorded" not in (await client.get("/events?start=1", None, **first)).headers
    other = await client.get("/events?start=1", None, **second)
    assert other.document["items"][0]["openings"]["by"]["value"] == name
    assert other.headers["Access-Recorded"] == "2"


async def test_a_label_that_can_not_be_printed_does_not_keep_a_reading_off_the_record(client: Client) -> None:
    await client.post(comment())
    async with open_pool(client.service.database_url) as pool:
        text = await Tokens(pool, utc_now).create("demo", [Role.AUDITOR], [], "a\nb\x7f" + "é" * 400, None)
    answer = await client.get("/events", None, Authorization=f"Bearer {text}")
    by = (await readings(client))[0].text("by") or ""
    assert answer.headers["Access-Recorded"] == "1"
    assert re.fullmatch(r"token:[0-9a-f]{16} abé+", by)
    assert len(by) == 256


@pytest.mark.parametrize("path", ["/events?format=ndjson", "/events?start=0", "/incidents/i/timeline?after=2"])
async def test_one_stream_is_one_record_however_much_it_tells(client: Client, path: str) -> None:
    await client.post_batch([comment(subject="i") for _ in range(3)])
    headers = {**client.service.bearer(Role.AUDITOR), "Accept": Format.SSE.value}
    async with client.service.session.get(client.service.url + path, headers=headers) as response:
        assert response.headers["Access-Recorded"] == "3"
        if "ndjson" in path:
            lines = (await response.read()).splitlines()
            assert [json.loads(line)["index"] for line in lines] == [0, 1, 2]
        else:
            await _until(Tail(response), 2)
            await client.post_batch([comment(subject="i") for _ in range(3)])
            await _until(Tail(response), 6)
    assert [record.value("rows") for record in await readings(client)] == [None]


async def _until(tail: Tail, last: int) -> None:
    while (await tail.next())[0] != last:
        pass


async def test_no_byte_is_told_before_the_record_is_in_the_log(client: Client) -> None:
    await client.post(comment())
    for path in ("/events", "/events/0", "/events?format=ndjson", "/events?format=sse&start=0"):
        before = len(await readings(client))
        async with held_head(client):
            asked = asyncio.create_task(_opened(client, path))
            await asyncio.sleep(0.25)
            assert not asked.done(), f"{path} answered before its record"
            assert len(await readings(client)) == before
        response = await asked
        # The head of the answer is out: the record must be in the log already.
        made = (await readings(client))[before:]
        assert [str(record.index) for record in made] == [response.headers["Access-Recorded"]]
        response.close()


async def _opened(client: Client, path: str) -> ClientResponse:
    return await client.service.session.get(client.service.url + path, headers=client.service.bearer(Role.AUDITOR))


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the service logs, down to the last detail."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers = handlers
    root.setLevel(level)


async def test_on_the_worst_day_auditors_read_on_and_it_is_told_that_nobody_noted_it(
    client: Client, logged: io.StringIO
) -> None:
    configure_logs(client.service.settings.model_copy(update={"log_level": "debug", "log_format": "json"}), logged)
    await client.post(comment(subject="i"))
    (ledger,) = client.service.app[LEDGERS].opened
    ledger.sequencer.refuse(RolledBack("planted"))
    for path in ("/events?type=comment.received", "/events/0", "/events?format=csv", "/incidents/i/timeline?after=0"):
        answer = await client.get(path, Role.AUDITOR)
        assert (answer.status, answer.headers["Access-Recorded"]) == (200, "no")
        assert b"Toujours en panne" in answer.body
    metrics = (await client.get("//metrics", None)).body.decode()
    assert 'ledgerd_personal_readings_total{ledger="demo",recorded="no"} 4.0' in metrics
    told_of = [json.loads(line) for line in logged.getvalue().splitlines() if "not on record" in line]
    assert [line["reason"] for line in told_of] == ["SigningStopped"] * 4
    for whisper in ("comment.received", client.service.tokens[Role.AUDITOR].partition(".")[2]):
        assert whisper not in json.dumps(told_of), "what was asked, and by which secret, is not for the log"
    assert await readings(client) == []


async def test_a_full_queue_does_not_keep_auditors_from_reading(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.post(comment())
    monkeypatch.setattr(sequencer, "QUEUE_EVENTS", 0)
    assert (await client.get("/events", Role.AUDITOR)).headers["Access-Recorded"] == "no"
    monkeypatch.undo()
    assert (await client.get("/events", Role.AUDITOR)).headers["Access-Recorded"] == "1"


async def test_commits_that_hang_do_not_keep_auditors_from_reading(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.post(comment())
    monkeypatch.setattr(access_record, "PATIENCE_SECONDS", 0.2)
    async with held_head(client):
        answer = await client.get("/events", Role.AUDITOR)
    assert (answer.status, answer.headers["Access-Recorded"]) == (200, "no")


@asynccontextmanager
async def read_only(client: Client, administration: asyncpg.Connection) -> AsyncIterator[None]:
    """Let the service's database be read, not written."""
    name = urlsplit(client.service.database_url).path.strip("/")
    await administration.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await administration.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    try:
        yield
    finally:
        await administration.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await administration.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)


async def test_a_database_that_can_only_be_read_is_read(client: Client, administration: asyncpg.Connection) -> None:
    await client.post(comment())
    async with read_only(client, administration), asyncio.timeout(20):
        while (answer := await client.get("/events", Role.AUDITOR)).status != 200:
            await asyncio.sleep(0.05)
        assert answer.headers["Access-Recorded"] == "no"
    async with asyncio.timeout(20):
        while (answer := await client.get("/events", Role.AUDITOR)).headers.get("Access-Recorded", "no") == "no":
            await asyncio.sleep(0.05)
    (record,) = await readings(client)
    assert answer.headers["Access-Recorded"] == str(record.index)


async def test_no_secret_and_nothing_that_was_asked_comes_into_entries_metrics_and_headers(client: Client) -> None:
    await client.post(comment("jeanne-1859"))
    secret = client.service.tokens[Role.AUDITOR]
    answer = await client.get("/events?incident=jeanne-1859&format=ndjson&after=0", Role.AUDITOR)
    (record,) = await readings(client)
    assert "jeanne-1859" in (record.text("filter") or "")
    assert secret not in json.dumps({name: dict(opening) for name, opening in record.openings.items()})
    stored = (await client.get(f"/events/{record.index}", Role.POSTER)).document
    metrics = (await client.get("//metrics", None)).body.decode()
    for place in (json.dumps(stored), metrics, str(answer.headers)):
        assert "jeanne-1859" not in place
        assert secret.partition(".")[2] not in place


class Part(Shown):
    """A part of an answer that names a person."""

    index: Public[int]
    who: Personal[str | None]


class Whole(Shown):
    """An answer with such parts."""

    note: Internal[str]
    by_name: Public[dict[str, tuple[Part, ...]]]


def test_parts_of_a_view_count_where_they_name_somebody() -> None:
    from ledger.web.personal import _has_room, _parts  # noqa: PLC0415

    parts = (Part(index=1, who="jeanne"), Part(index=2, who=None), Part(index=3, who="li"))
    assert _parts(Whole(note="n", by_name={"a": parts, "b": ()})) == 2
    assert _has_room(Whole)
    assert Whole.visibility["note"] < Visibility.PERSONAL
