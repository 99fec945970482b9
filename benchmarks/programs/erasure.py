"""Erasing a person of 1,000 events from a ledger of 100,000: the look through the log, and the destruction."""

import json
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import BATCH, Ground, LedgerUnderTest
from benchmarks.http import Connection
from benchmarks.programs.dashboard import EVENTS, event, tell
from ledger.app import utc_now
from ledger.store.tokens import Role, Tokens

THEIRS, _BATCH = 1_000, 500
_SUBJECT = {"platform": "x", "author": "u-to-be-erased"}
_JSON = {"Content-Type": "application/json"}


async def run(ground: Ground) -> Report:
    """Fill a ledger, request an erasure, decide it, and post a batch before and after."""
    ledger = await ground.ledger("erasure")
    tell(ledger)
    second = await Tokens(ground.pool, utc_now).create(ledger.name, [Role.ADMIN], [], "second", None)
    posting = _bearer(ledger.tokens[Role.ADMIN]) | {"Content-Type": BATCH, "Prefer": "return=minimal"}
    with Connection(ledger.url, posting) as http:
        for first in range(0, THEIRS, _BATCH):
            http.post(_path(ledger, "events"), json.dumps(_theirs(first)).encode())
    await ground.quiet()
    asked = {"subject": _SUBJECT, "law": "GDPR", "scope": "All.", "actor": "person:ana"}
    requested, looked = _timed(ledger, ledger.tokens[Role.ADMIN], "erasures", asked)
    decided = {"subject": _SUBJECT, "decision": "granted", "reason": "Theirs.", "actor": "person:bob"}
    done, erased = _timed(ledger, second, f"erasures/{requested['index']}/decision", decided)
    if done["events"] != THEIRS:
        raise RuntimeError(f"{done['events']} events were erased, not {THEIRS}")
    limit = Target(5.0, at_most=True, absolute=True)
    return Report(
        f"Erasing {THEIRS:,} events of a person out of {EVENTS + THEIRS:,}",
        [
            Figure("request, with what would be erased", looked, "s", target=limit),
            Figure(f"decision, {len(done['tombstones'])} tombstones and all", erased, "s", target=limit),
        ],
        "each looks through the whole log",
    )


def _theirs(first: int) -> Sequence[dict[str, Any]]:
    return [
        {**event(0), "id": f"theirs-{number}", "data": {**event(0)["data"], "external_id": f"t-{number}"} | _author()}
        for number in range(first, first + _BATCH)
    ]


def _author() -> dict[str, Any]:
    return {"platform": _SUBJECT["platform"], "author": {"id": _SUBJECT["author"], "name": "Jeanne"}}


def _timed(ledger: LedgerUnderTest, token: str, path: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
    with Connection(ledger.url, _bearer(token) | _JSON) as http:
        began = perf_counter()
        answer: dict[str, Any] = json.loads(http.post(_path(ledger, path), json.dumps(body).encode()))
        return answer, perf_counter() - began


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _path(ledger: LedgerUnderTest, path: str) -> str:
    return f"{urlsplit(ledger.url).path}/{path}"
