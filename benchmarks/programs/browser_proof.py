"""How long a reader's browser takes to check a public page of 10,000 entries, beside the command that reads the log."""

import asyncio
import shutil
import sys
import tempfile
from time import perf_counter

from playwright.async_api import async_playwright

from benchmarks.figures import Figure, Report, Target
from benchmarks.ground import INCIDENT, Ground, LedgerUnderTest
from benchmarks.programs.public_page import prepared
from benchmarks.programs.timeline import EVENTS

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


async def run(ground: Ground) -> Report:
    """Open the page in a fresh browser until it says that it is proved; verify the whole log by `ledgerd verify`."""
    if shutil.which("chromium") is None:
        return Report("The proof in the browser", [], "Chromium isn't installed: nothing was measured")
    ledger = await ground.ledger("browser-proof")
    await prepared(ledger)
    await ground.quiet()
    seconds, command = await _in_browser(ledger), await _by_command(ledger)
    limit = Target(5.0, at_most=True, absolute=True)
    return Report(
        f"Checking a public page of {EVENTS:,} entries",
        [Figure("in Chromium, from opening the page", seconds, "s", "ledgerd verify, the whole log", command, limit)],
        "one run of each; the browser starts beforehand, with nothing in its cache",
    )


async def _in_browser(ledger: LedgerUnderTest) -> float:
    page_url = f"{ledger.url.replace('/ledgers/', '/public/')}/{INCIDENT}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = await browser.new_page()
        began = perf_counter()
        await page.goto(page_url, wait_until="commit")
        await page.wait_for_selector("#proof[data-state]", timeout=60_000)
        took = perf_counter() - began
        state = await page.get_attribute("#proof", "data-state")
        await browser.close()
    if state != "proved":
        raise RuntimeError(f"the page is {state}")
    return took


async def _by_command(ledger: LedgerUnderTest) -> float:
    with tempfile.TemporaryDirectory() as folder:  # what it remembers must not be another run's
        began = perf_counter()
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ledger.cli", "verify", ledger.url, "--memory", f"{folder}/memory.json",
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        if await program.wait() != 0:
            raise RuntimeError("the log does not verify")
        return perf_counter() - began
