"""What every page about an incident begins with: its title, severity, phase and clocks, and the way to the others."""

from dataclasses import dataclass

from aiohttp import web

from events.strict import JsonObject
from ledger.web.access import sees
from ledger.web.awaiting import await_folded
from ledger.web.context import CALLER, CLOCK, LEDGER
from ledger.web.incidents import incident_row
from projections.overviews import KEY, OVERVIEWS, OverviewRow
from projections.shown import disclosed
from projections.views.overview import overview_without_comments


@dataclass(frozen=True, slots=True)
class Frame:
    """An incident as the head of its pages shows it now. `overview`: what the reader may see of `Overview`."""

    ledger: str
    incident: str
    overview: JsonObject
    events: int

    @property
    def title(self) -> str:
        """Return the incident's title, its id where it has none."""
        title: str | None = self.overview.get("title")
        return title or self.incident


async def frame_of(request: web.Request) -> Frame:
    """Return the frame of the incident that the path names. Raises `Problem` 404."""
    ledger, name = request[LEDGER], request.match_info["incident"]
    await await_folded(request, ledger)
    row = await incident_row(ledger, name)
    rows = await ledger.reads.fetch("live_rows", OVERVIEWS.name, name, [KEY])
    kept = OverviewRow.model_validate_json(rows[0]["row"]) if rows else OverviewRow()
    overview = overview_without_comments(kept, request.app[CLOCK]().replace(microsecond=0))
    return Frame(ledger.row.name, name, disclosed(overview, sees(request[CALLER])), sum(row.counts.values()))
