"""Reading the timeline of an incident of 10,000 events."""

import asyncio
import json
import statistics
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground, LedgerUnderTest
from benchmarks.http import Connection
from benchmarks.sample import event

EVENTS = 10_000
_BATCH = 500
_PAGES, _WHOLES = 50, 5


async def run(ground: Ground) -> Report:
    """Take the first page of 100, and the whole as NDJSON."""
    ledger = await ground.ledger("timeline")
    fill(ledger)
    await ground.quiet()
    with Connection(ledger.url, ledger.reading()) as http:
        pages = [_timed(http, f"{timeline_path(ledger)}?limit=100") for _ in range(_PAGES)]
        wholes = []
        for _ in range(_WHOLES):
            wholes.append(_timed(http, f"{timeline_path(ledger)}?format=ndjson"))
            await asyncio.sleep(0.1)
    rate = EVENTS / statistics.median(wholes)
    return Report(
        f"Timeline of {EVENTS:,} events, one reader",
        [
            Figure(
                "first page of 100, p50",
                statistics.median(pages) * 1000,
                "ms",
                target=Target(10.0, at_most=True, absolute=True),
            ),
            Figure("first page of 100, slowest", max(pages) * 1000, "ms"),
            Figure("the whole as NDJSON", rate, "events/s", target=Target(50_000, absolute=True)),
        ],
        f"{_PAGES} pages, {_WHOLES} wholes (median), over a plain socket, with the role reader",
    )


def fill(ledger: LedgerUnderTest, events: int = EVENTS) -> None:
    """Append `events` to the incident and wait until the projections have folded them."""
    target = ledger.posting(_BATCH, Prefer="return=minimal")
    with Connection(target.url, target.headers) as http:
        for first in range(0, events, _BATCH):
            numbers = range(first, min(first + _BATCH, events))
            batch = b",".join(event(target.template, "f", number) for number in numbers)
            answer = http.post(urlsplit(target.url).path, b"[%b]" % batch)
    last = json.loads(answer)["events"][-1]["index"]
    with Connection(ledger.url, ledger.reading()) as http:
        http.get(f"{timeline_path(ledger)}?limit=1&after={last}")


def timeline_path(ledger: LedgerUnderTest) -> str:
    """Return the path of the incident's timeline."""
    return f"{urlsplit(ledger.url).path}/incidents/{INCIDENT}/timeline"


def _timed(http: Connection, path: str) -> float:
    began = perf_counter()
    http.get(path)
    return perf_counter() - began
