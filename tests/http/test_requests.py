"""What every request can rely on: methods, media types, paths, parameters, headers, and that nothing is repeated."""

import json

import pytest

from ledger.store.tokens import Role
from ledger.web.cloudevents import BATCH_TYPE, EVENT_TYPE, NDJSON_TYPE
from ledger.web.routes import OPERATIONS
from tests.http.client import Client, comment, written

GETS = ["", "/events", "/events/0", "/incidents", "/checkpoint", "//livez", "//openapi.json", "//docs", "//ledgers"]


@pytest.mark.parametrize("path", [*GETS, "/tile/0/000", "/proofs/inclusion", "/events/0/receipt"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
async def test_method_that_a_resource_does_not_have_is_refused(standing: Client, method: str, path: str) -> None:
    answer = await standing.send(method, path, role=Role.ADMIN)
    assert (answer.status, answer.problem) == (405, "method-not-allowed")
    allowed = {"GET", "HEAD"} | ({"POST"} if path == "/events" else set())
    assert set(answer.headers["Allow"].split(",")) == allowed


@pytest.mark.parametrize("path", [*GETS, "/events?format=ndjson", "/events?format=csv", "/events?format=sse"])
async def test_head_is_get_without_the_body(standing: Client, path: str) -> None:
    await standing.post(comment())
    role = Role.READER
    head = await standing.send("HEAD", path, role=role)
    assert (head.status, head.body) == (200, b"")
    if "sse" not in path:
        assert head.headers["Content-Type"] == (await standing.get(path, role)).headers["Content-Type"]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (EVENT_TYPE, 201),
        ("application/cloudevents+json; charset=utf-8", 201),
        ("APPLICATION/CloudEvents+JSON", 201),
        (NDJSON_TYPE, 200),
        ("application/ndjson", 200),
        ("application/jsonl", 200),
        ("application/cloudevents", 415),
        ("application/cloudevents+xml", 415),
        ("application/cloudevents+avro", 415),
        ("application/cloudevents-batch", 415),
        ("application/cloudevents-batch+avro", 415),
        ("application/json", 422),
        ("text/plain", 422),
        ("multipart/form-data; boundary=x", 422),
        ("nonsense", 422),
        (None, 422),
    ],
)
async def test_content_type_alone_decides_the_mode(standing: Client, content_type: str | None, status: int) -> None:
    answer = await standing.post_bytes(written(comment()), content_type)
    assert answer.status == status
    if status == 415:
        assert answer.problem == "unsupported-media-type"
    if status == 422:
        assert answer.pointers == ["/specversion"], "binary mode without its headers"


async def test_content_type_of_a_batch_holds_whatever_the_body_is(standing: Client) -> None:
    assert (await standing.post_bytes(b"[]", f"{BATCH_TYPE}; charset=UTF-8")).status == 200
    assert (await standing.post_bytes(b"{}", BATCH_TYPE)).status == 400


async def test_body_that_claims_to_be_compressed_and_isn_t_is_refused(standing: Client) -> None:
    answer = await standing.post_bytes(written(comment()), Content_Encoding="gzip")
    assert answer.status == 400


PATHS = {
    "nothing": "//nothing",
    "below a ledger": "/nothing",
    "trailing slash": "/events/",
    "doubled slash": "//ledgers//demo",
    "dots": "//ledgers/demo/../demo",
    "index no number": "/events/first",
    "index negative": "/events/-1",
    "index with a sign": "/events/+1",
    "index in other digits": "/events/%D9%A1",
    "index beyond any": "/events/99999999999999999999",
    "index beyond the log": "/events/9999999999999999",
    "receipt beyond the log": "/events/9999999999999999/receipt",
    "U+0000 as a ledger": "//ledgers/%00",
    "U+0000 as a ledger's events": "//ledgers/a%00b/events",
    "no UTF-8 as a ledger": "//ledgers/%FF%FE",
    "U+0000 as an incident": "/incidents/%00",
    "no UTF-8 as an incident": "/incidents/%FF",
    "slash in an incident": "/incidents/a%2Fb",
    "quote in an incident": "/incidents/'%20OR%201=1%20--",
    "U+0000 in a timeline": "/incidents/%00/timeline",
    "percent alone": "/incidents/%",
    "type with U+0000": "//schemas/%00",
    "file outside": "//docs/..%2Fopenapi.py",
    "file outside, absolute": "//docs/%2Fetc%2Fpasswd",
    "tile level no number": "/tile/x/000",
    "tile level beyond": "/tile/64/000",
    "tile too short": "/tile/0/0",
    "tile with U+0000": "/tile/0/%00",
    "tile beyond the log": "/tile/0/x999/x999/999",
    "tile far beyond any": "/tile/63/" + "x999/" * 20 + "999",
    "tile of width 0": "/tile/0/000.p/0",
    "tile of width 256": "/tile/0/000.p/256",
    "entries beyond the log": "/tile/entries/x999/999",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
async def test_path_that_leads_nowhere_is_not_found(standing: Client, path: str) -> None:
    role = None if path.startswith("//") else Role.READER
    answer = await standing.get(path, role)
    assert (answer.status, answer.problem) == (404, "not-found")
    assert "Cache-Control" not in answer.headers


@pytest.mark.parametrize("path", ["//ledgers/d%65mo", "//ledgers/%64%65%6D%6F/events", "/%65vents"])
async def test_path_may_be_percent_encoded(standing: Client, path: str) -> None:
    assert (await standing.get(path)).status == 200


async def test_incident_s_name_may_be_percent_encoded(standing: Client) -> None:
    index = (await standing.post(comment(subject="panne:café+1"))).document["index"]
    for spelling in ("panne:caf%C3%A9+1", "panne%3Acaf%C3%A9%2B1"):
        answer = await standing.get(f"/incidents/{spelling}/timeline?after={index}")
        assert (answer.status, len(answer.document["items"])) == (200, 1)


PARAMETERS = {
    "unknown": ("/events?limt=1", "?limt"),
    "twice": ("/events?limit=1&limit=2", "?limit"),
    "limit 0": ("/events?limit=0", "?limit"),
    "limit beyond": ("/events?limit=1001", "?limit"),
    "limit no number": ("/events?limit=ten", "?limit"),
    "limit empty": ("/events?limit=", "?limit"),
    "limit negative": ("/events?limit=-1", "?limit"),
    "limit in other digits": ("/events?limit=%D9%A1", "?limit"),
    "start no number": ("/events?start=a", "?start"),
    "start too long": ("/events?start=12345678901234567", "?start"),
    "unknown format": ("/events?format=xml", "?format"),
    "unknown type": ("/events?type=comment.recieved", "?type"),
    "type with U+0000": ("/events?type=%00", "?type"),
    "since without zone": ("/events?since=2026-11-22T14:00:00", "?since"),
    "until no time": ("/events?until=now", "?until"),
    "incident with U+0000": ("/events?incident=%00", "?incident"),
    "after no number": ("/events?after=x", "?after"),
    "incidents from U+0000": ("/incidents?start=%00", "?start"),
    "inclusion without index": ("/proofs/inclusion", "?index"),
    "inclusion beyond": ("/proofs/inclusion?index=9999999999999999", "?index"),
    "size beyond": ("/proofs/inclusion?index=0&size=9999999999999999", "?size"),
    "size 0": ("/proofs/inclusion?index=0&size=0", "?index"),
    "consistency without from": ("/proofs/consistency", "?from"),
    "consistency backwards": ("/proofs/consistency?from=1&to=0", "?from"),
    "parameter of a checkpoint": ("/checkpoint?size=1", "?size"),
}


@pytest.mark.parametrize(("path", "pointer"), PARAMETERS.values(), ids=PARAMETERS)
async def test_parameter_that_can_t_be_read_is_refused(standing: Client, path: str, pointer: str) -> None:
    await standing.post(comment())
    answer = await standing.get(path)
    assert (answer.status, answer.problem, answer.pointers) == (400, "bad-request", [pointer])


async def test_timeline_s_parameters_are_read_as_strictly(standing: Client) -> None:
    index = (await standing.post(comment(subject="strict"))).document["index"]
    for query in ("order=index", "start=x", "order=time&start=yesterday", "start=%00", "order=time&start=%00_1", "x=1"):
        answer = await standing.get(f"/incidents/strict/timeline?after={index}&{query}")
        assert (answer.status, answer.problem) == (400, "bad-request"), query


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "1" * 17, "%00", "١"])
async def test_last_event_id_that_is_no_index_is_refused(standing: Client, value: str) -> None:
    answer = await standing.get("/events?format=sse", Last_Event_ID=value)
    assert (answer.status, answer.problem) == (400, "bad-request")


async def test_every_answer_has_an_id_of_its_own_and_is_hardened(standing: Client) -> None:
    answers = [await standing.get(path) for path in ("", "/events", "/nothing", "//docs", "/events?format=ndjson")]
    answers += [await standing.post_lines([]), await standing.send("PUT", "")]
    ids = {answer.headers["X-Request-Id"] for answer in answers}
    assert len(ids) == len(answers)
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.problem:
            assert answer.document["instance"].endswith(answer.headers["X-Request-Id"])


SECRET = "h4nter2-0612345678"
ECHOES = {
    "not JSON": SECRET.encode(),
    "cut off": written(comment(data={"text": SECRET}))[:-3],
    "duplicate": b'{"id":"%b","id":"%b"}' % (SECRET.encode(), SECRET.encode()),
    "missing": written({**comment(), "data": {"text": SECRET}}),
    "wrong type": written(comment(data={"platform": [SECRET], "text": {"a": SECRET}})),
    "pattern": written(comment(data={"platform": SECRET.upper(), "url": SECRET, "lang": SECRET, "media": [SECRET]})),
    "literal": written({**comment(type="comment.classified"), "data": {"external_id": "1", "label": SECRET}}),
    "time": written(comment(time=SECRET)),
    "actor": written(comment(actor=SECRET)),
    "source": written(comment(source=f"urn:ledgerd:{SECRET}")),
    "id": written(comment(id=SECRET + "\n")),
    "sequence": written(comment(sequence=SECRET)),
    "subject": written(comment(subject=f"{SECRET} {SECRET}")),
    "specversion": written(comment(specversion=SECRET)),
    "extension": written(comment(extra=[SECRET])),
}


@pytest.mark.parametrize("body", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("content_type", [EVENT_TYPE, BATCH_TYPE, NDJSON_TYPE, "application/json"])
async def test_problem_repeats_no_value_of_the_request(
    standing: Client, content_type: str, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    sent = b"[%b]" % body if content_type == BATCH_TYPE else body
    headers = {f"ce-{name}": str(value) for name, value in comment(id=SECRET, time=SECRET).items() if name != "data"}
    answer = await standing.post_bytes(sent, content_type, **headers)
    assert "problem" in json.dumps(answer.lines[0])
    assert SECRET not in answer.body.decode()
    assert SECRET not in str(dict(answer.headers))
    written_out = capfd.readouterr()
    assert SECRET not in written_out.out + written_out.err, "the log repeats it"


async def test_token_is_never_repeated(standing: Client, capfd: pytest.CaptureFixture[str]) -> None:
    bad = "ldg_0123456789abcdef." + "S" * 43
    answer = await standing.post_bytes(b"[]", BATCH_TYPE, None, Authorization=f"Bearer {bad}")
    assert answer.status == 401
    assert "SSS" not in answer.body.decode() + "".join(capfd.readouterr())


def test_every_kind_of_problem_has_a_stable_name_of_its_own() -> None:
    kinds = {kind for operation in OPERATIONS for kind in operation.problems}
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(kind.retry_after for kind in kinds if kind.status == 503)
