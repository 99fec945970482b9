"""A dashboard over an incident of 100,000 events: every view, live and as of a moment, and folding it all anew."""

import asyncio
import json
import statistics
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import BATCH, INCIDENT, Ground, LedgerUnderTest
from benchmarks.http import Connection
from ledger.runner.builds import begin_rebuild
from ledger.store.tokens import Role
from projections import PROJECTIONS
from projections.views import VIEWS

EVENTS, AS_OF = 100_000, 10_000
_BATCH, _REQUESTS = 500, 15
_RARE = 90_009
_LOOK_SECONDS = 0.05
_BUILDING = "SELECT count(*) FROM ledger.projection_cursors WHERE ledger_id = $1 AND NOT live"
_OUTCOMES = ("answered", "answered_elsewhere", "merged_into_theme")
_LABELS = ("negative", "neutral", "positive")


async def run(ground: Ground) -> Report:
    """Ask for every view in turn; then rebuild every projection and time how long that takes."""
    ledger = await ground.ledger("dashboard")
    fill(ledger)
    await ground.quiet()
    with Connection(ledger.url, ledger.reading()) as http:
        figures = [figure for view in VIEWS for figure in _asked(http, ledger, view.name)]
        figures += _trails(http, ledger)
        all_ = statistics.median(timed(http, f"{urlsplit(ledger.url).path}/overview") for _ in range(_REQUESTS))
        figures.append(Figure("overview of all, p50", all_, "ms", target=Target(50.0, at_most=True, absolute=True)))
    return Report(
        f"Views of an incident of {EVENTS:,} events",
        [*figures, await _rebuilt(ground, ledger)],
        f"{_REQUESTS} requests of each, one reader; as of index {AS_OF:,}: folded from the events",
    )


def _asked(http: Connection, ledger: LedgerUnderTest, name: str) -> Iterator[Figure]:
    path = f"{urlsplit(ledger.url).path}/incidents/{INCIDENT}/{name}"
    first = timed(http, path)
    again = statistics.median(timed(http, path) for _ in range(_REQUESTS))
    then = statistics.median(timed(http, f"{path}?as_of={AS_OF - 1}") for _ in range(3))
    yield Figure(f"{name}, first request", first, "ms")
    yield Figure(f"{name}, p50", again, "ms", target=Target(50.0, at_most=True, absolute=True))
    yield Figure(f"{name}, as of event {AS_OF:,}", then, "ms", target=Target(1000.0, at_most=True, absolute=True))


def _trails(http: Connection, ledger: LedgerUnderTest) -> Iterator[Figure]:
    """Yield what a page of the audit trail takes: the first, and one that looks for the only deed of one actor."""
    base = urlsplit(ledger.url).path
    for name, path in (("ledger", base), ("incident", f"{base}/incidents/{INCIDENT}")):
        for what, query in (("a page", ""), ("one in all", "?actor=rare"), ("a rare type", "?type=note.*")):
            took = statistics.median(timed(http, f"{path}/audit-trail{query}") for _ in range(_REQUESTS))
            yield Figure(f"audit trail of the {name}, {what}, p50", took, "ms")


async def _rebuilt(ground: Ground, ledger: LedgerUnderTest) -> Figure:
    """Return how many events a second are folded by all projections together, into new builds beside the old."""
    began = perf_counter()
    async with ground.pool.acquire() as connection:
        for projection in PROJECTIONS:
            await begin_rebuild(connection, ledger.name, projection)
        while await connection.fetchval(_BUILDING, ledger.name):  # noqa: ASYNC110 - only the database knows
            await asyncio.sleep(_LOOK_SECONDS)
    rate = EVENTS / (perf_counter() - began)
    return Figure("rebuild of all projections", rate, "events/s", target=Target(5_000.0, absolute=True))


def timed(http: Connection, path: str) -> float:
    """Return how many milliseconds a request takes."""
    began = perf_counter()
    http.get(path)
    return (perf_counter() - began) * 1000


def fill(ledger: LedgerUnderTest) -> None:
    """Tell the incident, and wait until the projections have seen it."""
    last = tell(ledger)
    with Connection(ledger.url, ledger.reading()) as http:
        http.get(f"{urlsplit(ledger.url).path}/incidents/{INCIDENT}?after={last}")


def tell(ledger: LedgerUnderTest) -> int:
    """Post the incident: of ten events six comments, one reply, one judgement of mood, one theme, one outcome.

    Returns the index of the last.
    """
    headers = {
        "Authorization": f"Bearer {ledger.tokens[Role.ADMIN]}",
        "Content-Type": BATCH,
        "Prefer": "return=minimal",
    }
    path = f"{urlsplit(ledger.url).path}/events"
    with Connection(ledger.url, headers) as http:
        for first in range(0, EVENTS, _BATCH):
            batch = [event(number) for number in range(first, first + _BATCH)]
            answer = http.post(path, json.dumps(batch).encode())
    last: int = json.loads(answer)["events"][-1]["index"]
    return last


def event(number: int) -> dict[str, Any]:
    """Return the event of a number: of ten, six comments, then a reply, a mood, a theme and an outcome for the last."""
    ten, turn = divmod(number, 10)
    comment, minute = f"c-{ten * 6 + min(turn, 5)}", number // 100
    kinds: dict[int, tuple[str, dict[str, Any]]] = {
        6: ("reply.posted", {"platform": "x", "external_id": f"r-{ten}", "in_reply_to": comment, "text": "On it."}),
        7: ("sentiment.assessed", {"target": comment, "label": _LABELS[ten % 3], "model": "m", "version": "1"}),
        8: ("concern.linked", {"theme": f"theme-{ten % 12}", "comments": [comment]}),
        9: ("comment.outcome_set", {"external_id": comment, "outcome": _OUTCOMES[ten % 3]}),
    }
    received = (
        "comment.received",
        {"platform": "x" if ten % 3 else "facebook", "external_id": comment, "text": "?" * 200},
    )
    type_, data = kinds.get(turn, received)
    return {
        "specversion": "1.0",
        "type": type_,
        "source": "urn:connector:x:acme",
        "id": f"d-{number}",
        "time": f"2026-11-{20 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:{number % 60:02d}Z",
        "subject": INCIDENT,
        **({"actor": "person:rare;role=legal"} if number == _RARE else {}),
        "data": data,
    }
