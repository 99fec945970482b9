"""What handlers find in the application and in their request."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from ledger.metrics import Metrics
from ledger.registry import Ledgers, OpenLedger
from ledger.settings import Settings
from ledger.store.sessions import Sessions
from ledger.store.tokens import Token, Tokens

LEDGERS = web.AppKey("LEDGERS", Ledgers)
TOKENS = web.AppKey("TOKENS", Tokens)
SESSIONS = web.AppKey("SESSIONS", Sessions)
METRICS = web.AppKey("METRICS", Metrics)
SETTINGS = web.AppKey("SETTINGS", Settings)
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("CLOCK", Callable)  # type: ignore[arg-type]

LEDGER = web.RequestKey("LEDGER", OpenLedger)
"""The ledger that the path names; set for every route below `/ledgers/{ledger}`."""
CALLER = web.RequestKey("CALLER", Token)
"""Whose token came with the request; set for every route that needs one."""
ANSWERING = web.RequestKey("ANSWERING", bool)
"""Set once the head of the answer is out: from then on no other answer can be given."""
RECORDED = web.RequestKey("RECORDED", str)
"""Where this reading is on record: an index, or `no`. Set once it is, or is known not to be."""
REQUEST_ID = web.RequestKey("REQUEST_ID", str)
