"""The public page under a crowd: fresh readers, and readers who have it already."""

import asyncio
import re
import shutil
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from aiohttp import ClientSession

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground, LedgerUnderTest, in_turns
from benchmarks.programs.timeline import EVENTS, fill

_SECONDS, _CONNECTIONS = 4, 64
_RATE = re.compile(rb"Requests/sec:\s+([\d.]+)")
_WRONG = re.compile(rb"Non-2xx or 3xx responses: (\d+)")
_OPENED = {
    "specversion": "1.0",
    "type": "incident.opened",
    "source": "urn:benchmark",
    "id": "opened",
    "time": "2026-11-20T17:00:00Z",
    "subject": INCIDENT,
    "data": {"severity": "high", "reason": "The load of a benchmark.", "title": "An outage"},
}


async def run(ground: Ground) -> Report:
    """Ask for the page of an incident of 10,000 events as fast as it is answered, beside the least there is."""
    if shutil.which("wrk") is None:
        return Report("The public page", [], "wrk isn't installed: nothing was measured")
    ledger = await ground.ledger("public")
    tag = await prepared(ledger)
    base = f"{urlsplit(ledger.url).scheme}://{urlsplit(ledger.url).netloc}"
    page, zipped = f"{base}/public/{ledger.name}/{INCIDENT}", {"Accept-Encoding": "gzip"}
    rates = await in_turns(
        ground,
        {
            "bare": partial(_rate, f"{base}/livez", {}),
            "whole": partial(_rate, page, zipped),
            "unchanged": partial(_rate, page, {**zipped, "If-None-Match": tag}),
        },
        rounds=2,
    )
    limit = Target(1_000.0, absolute=True)
    return Report(
        f"The public page of an incident of {EVENTS:,} events, one process",
        [
            Figure("page, whole", rates["whole"], "/s", "/livez", rates["bare"], limit),
            Figure("page, 304", rates["unchanged"], "/s", "/livez", rates["bare"], limit),
        ],
        f"wrk, {_CONNECTIONS} connections; medians of 2 rounds in turns",
    )


async def prepared(ledger: LedgerUnderTest) -> str:
    """Tell the incident; return the page's tag."""
    headers = {**ledger.posting().headers}
    async with ClientSession() as session:
        async with session.post(f"{ledger.url}/events", json=_OPENED, headers=headers) as answer:
            answer.raise_for_status()
        await asyncio.to_thread(fill, ledger)
        page = f"{ledger.url.replace('/ledgers/', '/public/')}/{INCIDENT}"
        async with session.get(page) as answer:
            answer.raise_for_status()
            return answer.headers["ETag"]


async def _rate(url: str, headers: Mapping[str, str]) -> float:
    """Return the answers a second."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    program = await asyncio.create_subprocess_exec(
        "wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", *options, url, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await program.communicate()
    rate = _RATE.search(said)
    if rate is None or _WRONG.search(said):
        raise RuntimeError("the load failed")
    return float(rate[1])
