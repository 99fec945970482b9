"""The optional rule: a surge opens an incident and activates a plan."""

from datetime import datetime

import structlog

from events.strict import JsonObject
from events.times import read_time
from ledger.monitoring.appending import append
from ledger.registry import OpenLedger
from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from projections.plans import PlanRow, Plans
from projections.surges import Surges, SurgesRow
from projections.volume import WHOLE

_ACTOR = "rule:surge_opens"
_SEVERITY = "unassessed"
_log = structlog.get_logger("ledger.monitoring")


class Response:
    """Acts on a surge of the whole ledger, so that a storm on several platforms is one incident and not several."""

    def __init__(self, plan: str) -> None:
        """Activate `plan`, by its id, in the version in force."""
        self._plan = plan
        self._acted: dict[str, int] = {}

    async def act(self, ledger: OpenLedger) -> None:
        """Open the incident of the surge that goes on, if there is one. Raises `StoreUnavailable`, `LedgerError`."""
        surge = await _surge(ledger)
        if surge is None or surge.turned is None or self._acted.get(ledger.row.name) == surge.turned:
            return
        plan = await _in_force(ledger, self._plan)
        if plan is None:
            _log.warning("no version of the plan is in force", ledger=ledger.row.name, plan=self._plan)
        await append(ledger, *self._drafts(ledger.row.name, surge, plan))
        self._acted[ledger.row.name] = surge.turned

    def _drafts(self, ledger: str, surge: SurgesRow, plan: PlanRow | None) -> list[Draft]:
        """Return the events: both of the time of the surge, so that every process makes the same."""
        incident, time = incident_of(surge), read_time(surge.decided or "")
        reason = f"A surge was detected: event {surge.turned}"
        opened = {"reason": reason, "severity": _SEVERITY, "title": f"Surge since {surge.since}"}
        drafts = [_draft(ledger, "incident.opened", incident, time, opened)]
        if plan is not None:
            activated = {"plan_id": self._plan, "version": plan.version, "trigger": surge.turned, "reason": reason}
            drafts.append(_draft(ledger, "plan.activated", incident, time, activated))
        return drafts


def incident_of(surge: SurgesRow) -> str:
    """Return the id of the incident that a surge opens."""
    return f"surge-{surge.series}-{surge.since}"


def _draft(ledger: str, type_: str, incident: str, time: datetime, data: JsonObject) -> Draft:
    return own_event(ledger, type_, f"{type_}:{incident}", time, {"actor": _ACTOR, **data}, incident)


async def _surge(ledger: OpenLedger) -> SurgesRow | None:
    rows = await ledger.reads.fetch("live_rows", Surges.name, "", [WHOLE])
    row = SurgesRow.model_validate_json(rows[0]["row"]) if rows else None
    return row if row and row.surging else None


async def _in_force(ledger: OpenLedger, plan: str) -> PlanRow | None:
    rows = await ledger.reads.fetch("live_rows", Plans.name, "", [plan])
    return PlanRow.model_validate_json(rows[0]["row"]) if rows else None
