"""Founding a ledger: its key first, then its empty, signed log."""

import re
from datetime import datetime

import asyncpg

from ledger.core.errors import NoteError
from ledger.core.keys import check_key_name
from ledger.keys import KeysFolder
from ledger.store.ledgers import LedgerRow, create_ledger, find_ledger

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class NotFounded(Exception):
    """A ledger can't be founded so; the message says why and what to do."""


async def found_ledger(pool: asyncpg.Pool, keys: KeysFolder, name: str, origin: str, now: datetime) -> LedgerRow:
    """Make the ledger `name` with a new key named `origin`. Raises `NotFounded`, `StoreUnavailable`."""
    _check(name, origin)
    if await find_ledger(pool, name) is not None:  # asked before a key is made that nobody would use
        raise NotFounded(f"there is a ledger {name} already")
    try:
        key = keys.make(name, origin)
    except FileExistsError as error:
        raise NotFounded(f"{error.filename} is there already, maybe of another database: move it away first") from error
    await create_ledger(pool, name, key, now)
    row = await find_ledger(pool, name)
    if row is None or row.vkey != key.verifier.render():
        raise NotFounded(f"someone else founded {name} at the same moment; remove its key from this keys folder")
    return row


def _check(name: str, origin: str) -> None:
    if not _NAME.fullmatch(name):
        raise NotFounded(f"{name!r} can't name a ledger: 1 to 63 of a-z, 0-9 and, between them, -")
    try:
        check_key_name(origin)
    except NoteError as error:
        raise NotFounded(f"{origin!r} can't be an origin: {error}") from error
