"""What every page about an incident begins with: its title, severity, phase and clocks, and the way to the others."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from aiohttp import web

from events.entry import parse_instant
from events.strict import JsonObject
from ledger.core.b64 import decode
from ledger.store.reads import Reads
from ledger.web.access import sees
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, CLOCK, LEDGER
from ledger.web.incidents import incident_row
from ledger.web.overview import overview_row
from ledger.web.selection import accepted_at
from projections.comments import COMMENTS, ContentRow
from projections.instants import instant
from projections.shown import disclosed
from projections.views.overview import overview_without_comments

_ROOT_LINE, _PREFIX = 2, 8


class Integrity(NamedTuple):
    """The newest signed state: how many entries, the beginning of the root's hash, when the last entry was accepted."""

    size: int
    root: str
    at: datetime | None


class Waiting(NamedTuple):
    """How many `comments` wait for an answer; the one that waits longest, and since when."""

    comments: int
    longest: int | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Frame:
    """An incident as the head of its pages shows it now. `overview`: what the reader may see of `Overview`.

    `began`: when the first surge began, else when it was opened; None as long as neither was told.
    """

    ledger: str
    incident: str
    overview: JsonObject
    began: datetime | None
    waiting: Waiting
    integrity: Integrity

    @property
    def title(self) -> str:
        """Return the incident's title, its id where it has none."""
        title: str | None = self.overview.get("title")
        return title or self.incident


async def frame_of(request: web.Request) -> Frame:
    """Return the frame of the incident that the path names. Raises `Problem` 404."""
    ledger, name = request[LEDGER], request.match_info["incident"]
    await await_folded(request, ledger)
    await incident_row(ledger, name)
    kept = await overview_row(ledger, name)
    overview = overview_without_comments(kept, request.app[CLOCK]().replace(microsecond=0))
    return Frame(
        ledger.row.name,
        name,
        disclosed(overview, sees(request[CALLER])),
        began.at if (began := kept.began or kept.opened) else None,
        await _waiting(ledger.reads, name),
        await _integrity(ledger.reads),
    )


async def _waiting(reads: Reads, incident: str) -> Waiting:
    row = (await reads.fetch("waiting", COMMENTS.name, incident))[0]
    oldest = ContentRow.model_validate_json(row["oldest"]) if row["oldest"] else None
    since = instant(oldest.at) if oldest and oldest.at is not None else None
    return Waiting(row["waiting"], oldest.received if oldest else None, since)


async def _integrity(reads: Reads) -> Integrity:
    head = await reads.checkpoint()
    last = await reads.fetch("entries", head.size - 1, head.size) if head.size else []
    root = decode(head.note.decode().split("\n")[_ROOT_LINE]).hex()[:_PREFIX]
    return Integrity(head.size, root, parse_instant(accepted_at(last[0]["entry"])) if last else None)
