"""The last verdicts on named heads, kept for a minute: a page and its JSON and CSV are one judgement."""

import asyncio
from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from projections.checks.ground import Ground
from projections.checks.verdict import Verdict

_KEPT_AT_MOST = 4
_KEPT_SECONDS = 60.0


class Judged(NamedTuple):
    """What was judged: which incident (None: all) of which ledger, over how many entries, as of when, which period."""

    ledger: str
    incident: str | None
    size: int
    at: datetime
    since: datetime | None
    until: datetime | None


class VerdictShelf:
    """Holds at most 4 verdicts, each for a minute after it was given.

    A verdict verifies what is stored as well as what is said, and what is stored may be changed behind the log's back:
    so whoever asks for the newest head always has it judged anew, and none is kept for long.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[Judged, tuple[float, Ground, Verdict]] = OrderedDict()

    def find(self, what: Judged) -> tuple[Ground, Verdict] | None:
        """Return the verdict on `what` if it was given within the last minute."""
        self._let_go()
        kept = self._kept.get(what)
        return None if kept is None else kept[1:]

    def keep(self, what: Judged, ground: Ground, verdict: Verdict) -> None:
        """Keep a verdict, in place of an older one of the same or of the oldest."""
        self._kept.pop(what, None)
        self._kept[what] = (_now(), ground, verdict)
        asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._let_go)  # also where nobody asks any more
        self._let_go()

    def _let_go(self) -> None:
        oldest = _now() - _KEPT_SECONDS
        for what in [what for what, (given, *_) in self._kept.items() if given <= oldest]:
            del self._kept[what]
        while len(self._kept) > _KEPT_AT_MOST:
            self._kept.popitem(last=False)


VERDICTS = web.AppKey("VERDICTS", VerdictShelf)


def _now() -> float:
    return asyncio.get_running_loop().time()
