"""Tokens for those who post and read under load."""

from ledger.app import utc_now
from ledger.store.connections import open_pool
from ledger.store.tokens import Role, Tokens
from tests.sequencer.made import NAME, Made


async def make_token(made: Made, *roles: Role) -> str:
    async with open_pool(made.dsn, size=1) as pool:
        return await Tokens(pool, utc_now).create(NAME, roles, [], "load", None)
