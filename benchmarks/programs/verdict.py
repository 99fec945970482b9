"""The verdict on an incident: every event read, every entry and opening verified, every check asked."""

import statistics
from urllib.parse import urlsplit

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground
from benchmarks.http import Connection
from benchmarks.programs.dashboard import AS_OF, EVENTS, fill, timed

_ROUNDS = 5


async def run(ground: Ground) -> Report:
    """Judge a part of a long incident and all of it, beside reading the same events as a timeline."""
    ledger = await ground.ledger("verdict")
    fill(ledger)
    await ground.quiet()
    base = f"{urlsplit(ledger.url).path}/incidents/{INCIDENT}"
    with Connection(ledger.url, ledger.reading()) as http:
        part = statistics.median(timed(http, f"{base}/verdict?as_of={AS_OF - 1}") for _ in range(_ROUNDS))
        whole, read = timed(http, f"{base}/verdict"), timed(http, f"{base}/timeline?format=ndjson")
    return Report(
        f"Verdict on an incident of {EVENTS:,} events",
        [
            Figure(f"of {AS_OF:,} events", part, "ms", target=Target(2000.0, at_most=True, absolute=True)),
            Figure(f"of {EVENTS:,} events", whole, "ms"),
            Figure("the same, by the timeline's time", whole / read, "x"),
        ],
        f"the first is the median of {_ROUNDS}",
    )
