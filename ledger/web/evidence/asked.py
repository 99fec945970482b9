"""What a bundle is asked of: which part of the ledger, up to which signed head, for whose eyes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from events.entry import parse_instant, render_instant
from events.visibility import Visibility
from ledger.registry import OpenLedger
from ledger.store.reads import SignedHead
from ledger.web import queries
from ledger.web.access import sees
from ledger.web.awaiting import WAIT_SECONDS, await_folded
from ledger.web.context import CALLER, LEDGER
from ledger.web.incidents import incident_row
from ledger.web.problems import LAGGING, STOPPED, Problem, bad_parameter, not_found
from ledger.web.selection import accepted_at, first_accepted

PARAMETERS = ("incident", "since", "until", "as_of", "after", "consistent_with", "lang")
LANGUAGES = ("en", "fr")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A bundle of what was accepted under `head`. `at`: when its last entry was accepted; ages are reckoned to it.

    `older`: the size of an earlier tree, which the head's is to be proved to extend.
    """

    incident: str | None
    since: datetime | None
    until: datetime | None
    head: SignedHead
    at: datetime
    level: Visibility
    lang: str
    older: int | None

    @property
    def ranged(self) -> bool:
        """Whether only a part by time is asked for."""
        return self.since is not None or self.until is not None

    @property
    def role(self) -> str:
        """Return up to which level fields are disclosed, as a word."""
        return self.level.name.lower()

    @property
    def filter(self) -> Mapping[str, str]:
        """Return what was asked, as the manifest says it."""
        said = {"incident": self.incident, "since": _said(self.since), "until": _said(self.until)}
        return {name: text for name, text in said.items() if text is not None}


async def asked(request: web.Request) -> Asked:
    """Read a request. Raises `Problem` where it makes no sense, or the ledger signs nothing or lags too far behind."""
    queries.expect_only(request, PARAMETERS)
    ledger = request[LEDGER]
    if (fatal := ledger.sequencer.fatal) is not None:
        raise Problem(STOPPED, f"Nothing is signed: {fatal} `ledgerd export` takes out what there is, unsigned.")
    since, until = queries.time(request, "since"), queries.time(request, "until")
    if since is not None and until is not None and since >= until:
        raise bad_parameter("until", "the part ends before it begins")
    lang = request.query.get("lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise bad_parameter("lang", f"expected one of {', '.join(LANGUAGES)}")
    await await_folded(request, ledger)
    head = await _head(request, ledger)
    older = queries.number(request, "consistent_with")
    if older is not None and older > head.size:
        raise bad_parameter("consistent_with", f"beyond the bundle's size, {head.size}")
    if not await ledger.folded.reach(head.size, WAIT_SECONDS):
        raise Problem(LAGGING, f"The projections stand at index {ledger.folded.value}; the head is at {head.size}.")
    incident = request.query.get("incident")
    if incident is not None and (await incident_row(ledger, incident)).first_index >= head.size:
        raise not_found("incident of this name, as of then")
    at = await _at(ledger, head.size)
    return Asked(incident, since, until, head, at, sees(request[CALLER]), lang, older)


async def _head(request: web.Request, ledger: OpenLedger) -> SignedHead:
    """Return the first checkpoint that covers what `as_of` names, else the newest. Raises `Problem` 400."""
    newest = await ledger.reads.checkpoint()
    if "as_of" not in request.query:
        return newest
    index = queries.whole_number(request.query["as_of"])
    if index is None:
        at = queries.time(request, "as_of")
        assert at is not None  # noqa: S101 - it is there
        index = await first_accepted(ledger.reads, at + _MICROSECOND, newest.size) - 1
    head = await ledger.reads.checkpoint_over(index) if index >= 0 else None
    if head is None:
        raise bad_parameter("as_of", f"the log has {newest.size} entries, and it names none of them")
    return head


async def _at(ledger: OpenLedger, size: int) -> datetime:
    rows = await ledger.reads.fetch("entries", size - 1, size) if size else []
    return parse_instant(accepted_at(rows[0]["entry"])) if rows else ledger.row.created_at


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else render_instant(moment)
