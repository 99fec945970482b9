"""Everything the demonstration needs, made once and found again at every start."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

import structlog

from ledger.clockwork.watches import WATCHES
from ledger.demo import LEDGER
from ledger.demo.story import read_story
from ledger.demo.telling import Told, is_told, tell_story
from ledger.demo.tokens import demo_tokens
from ledger.founding import found_ledger
from ledger.keys import KeysFolder
from ledger.registry import Clock, Ledgers, Trouble
from ledger.settings import Settings
from ledger.store.connections import open_pool
from ledger.store.ledgers import LedgerRow, find_ledger
from ledger.store.reads import Reads
from ledger.store.tokens import Role, Tokens

Progress = Callable[[str, int], AbstractContextManager[Told]]
TOKENS_FILE = "tokens.json"
_log = structlog.get_logger("ledger.demo")


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration's ledger, and the tokens to it."""

    ledger: LedgerRow
    tokens: Mapping[Role, str]


async def prepare_demo(settings: Settings, dsn: str, clock: Clock, progress: Progress) -> Demo:
    """Found the ledger, tell it the sample crisis and make the tokens, each unless it is there.

    Raises `NotFounded`, `StoreUnavailable`, or the `Fatal` because of which the ledger accepts nothing.
    """
    keys = KeysFolder(settings.keys_folder)
    async with open_pool(dsn) as pool:
        row = await find_ledger(pool, LEDGER)
        if row is None:
            row = await found_ledger(pool, keys, LEDGER, settings.origin_of(LEDGER), clock())
        if not await is_told(Reads(pool, LEDGER)):
            with progress("telling the sample crisis", len(read_story())) as told:
                await _tell(Ledgers(dsn, pool, keys, clock, Trouble(), WATCHES, ticking=False), told)
            _log.info("the sample crisis was told", ledger=LEDGER, events=len(read_story()))
        return Demo(row, await demo_tokens(Tokens(pool, clock), settings.data_dir / TOKENS_FILE))


async def _tell(ledgers: Ledgers, told: Told) -> None:
    try:
        ledger = await ledgers.get(LEDGER)
        if ledger is None:
            raise LookupError(LEDGER)
        if ledger.sequencer.fatal is not None:
            raise ledger.sequencer.fatal
        await tell_story(ledger, told)
    finally:
        await ledgers.close()
