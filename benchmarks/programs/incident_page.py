"""The page of an incident of 10,000 events: how soon, how large, how many elements."""

import json
import re
import statistics
from html.parser import HTMLParser
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import BATCH, INCIDENT, Ground, LedgerUnderTest
from benchmarks.http import Connection
from benchmarks.programs.dashboard import event, timed
from benchmarks.programs.timeline import timeline_path
from ledger.store.tokens import Role

EVENTS = 10_000
_BATCH, _REQUESTS = 500, 15
_ASSET = re.compile(rb'(?:href|src)="(/assets/[^"#]+)["#]')
_QUERIES = {
    "filtered": "?type=comment.*&theme=theme-3&outcome=answered",
    "as of the middle": f"?as_of={EVENTS // 2}",
    "searched for words": "?text=on+it",
}


class _Elements(HTMLParser):
    """Counts elements as a browser would make them."""

    count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it is called
        """Count one."""
        self.count += 1


async def run(ground: Ground) -> Report:
    """Ask for the page as readers see it: first, again, filtered, as of a moment; weigh it with all that it loads."""
    ledger = await ground.ledger("incident-page")
    _tell(ledger)
    await ground.quiet()
    path = f"{urlsplit(ledger.url).path}/incidents/{INCIDENT}"
    headers = {**ledger.reading(), "Accept": "text/html"}
    with Connection(ledger.url, headers) as http:
        first = timed(http, path)
        again = statistics.median(timed(http, path) for _ in range(_REQUESTS))
        asked = {
            name: statistics.median(timed(http, path + query) for _ in range(3)) for name, query in _QUERIES.items()
        }
        rows = statistics.median(timed(http, f"{path}/rows?before={EVENTS // 2}") for _ in range(_REQUESTS))
        elements = _Elements()
        page = http.get(path)
        elements.feed(page.decode(errors="replace"))
    with Connection(ledger.url, {**headers, "Accept-Encoding": "gzip"}) as http:
        loaded = [len(http.get(each.decode())) for each in sorted(set(_ASSET.findall(page)))]
        weight = (len(http.get(path)) + sum(loaded)) / 1000
    return Report(
        f"The page of an incident of {EVENTS:,} events, one reader",
        [
            Figure("first request, columns built", first, "ms", target=Target(800.0, at_most=True, absolute=True)),
            Figure("again, p50", again, "ms", target=Target(300.0, at_most=True, absolute=True)),
            *(Figure(f"{name}, p50", took, "ms") for name, took in asked.items()),
            Figure("60 older rows, p50", rows, "ms"),
            Figure("transferred with all assets", weight, "kB", target=Target(150.0, at_most=True, absolute=True)),
            Figure("elements", elements.count, "", target=Target(3_000.0, at_most=True, absolute=True)),
        ],
        f"{_REQUESTS} requests (median); {len(loaded)} assets, gzip",
    )


def _tell(ledger: LedgerUnderTest) -> None:
    """Post the incident, and wait until the projections have seen it."""
    headers = {
        "Authorization": f"Bearer {ledger.tokens[Role.ADMIN]}",
        "Content-Type": BATCH,
        "Prefer": "return=minimal",
    }
    with Connection(ledger.url, headers) as http:
        for first in range(0, EVENTS, _BATCH):
            batch = [event(number) for number in range(first, first + _BATCH)]
            answer = http.post(f"{urlsplit(ledger.url).path}/events", json.dumps(batch).encode())
    last = json.loads(answer)["events"][-1]["index"]
    with Connection(ledger.url, ledger.reading()) as http:
        http.get(f"{timeline_path(ledger)}?limit=1&after={last}")
