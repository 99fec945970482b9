"""The optional rule: a surge opens an incident and activates a plan."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from events.strict import JsonObject
from events.times import read_time
from ledger.sequencer.draft import Draft
from ledger.sequencer.own_event import own_event
from ledger.store.reads import Reads
from projections.facts import FactsRow
from projections.incidents import IncidentRow, Incidents
from projections.preparedness import PREPAREDNESS
from projections.surges import Surges, SurgesRow
from projections.volume import WHOLE

_ACTOR = "rule:surge_opens"
_SEVERITY = "unassessed"
_log = structlog.get_logger("ledger.clockwork")


class ResponseWatch:
    """Answers a surge of the whole ledger, so that a storm on several platforms is one incident and not several.

    The surge is linked into the incident, whose clocks run from its first bucket.
    """

    def __init__(self, plan: str, ledger: str, reads: Reads) -> None:
        """Activate `plan`, by its id, in the version in force."""
        self._plan, self._ledger, self._reads = plan, ledger, reads
        self._answered: int | None = None

    async def look(self, now: datetime) -> Sequence[Draft]:  # noqa: ARG002 - a surge that is on record has its time
        """Return the incident and the plan's activation for the surge that goes on, as `Watch` says."""
        rows = await self._reads.fetch("live_rows", Surges.name, "", [WHOLE])
        surge = SurgesRow.model_validate_json(rows[0]["row"]) if rows else None
        if surge is None or not surge.surging or surge.turned == self._answered:
            return []
        version = await self._in_force()
        if await self._on_record(surge, version):
            self._answered = surge.turned
            return []
        return self._drafts(surge, version)

    async def _on_record(self, surge: SurgesRow, version: str | None) -> bool:
        """Tell whether all that answers the surge is in the log."""
        rows = await self._reads.fetch("live_rows", Incidents.name, incident_of(surge), [""])
        counts = IncidentRow.model_validate_json(rows[0]["row"]).counts if rows else {}
        if counts and version is None:
            _log.warning("no version of the plan is in force", ledger=self._ledger, plan=self._plan)
        return "event.linked" in counts and (version is None or "plan.activated" in counts)

    def _drafts(self, surge: SurgesRow, version: str | None) -> list[Draft]:
        """Return the events: all of the time of the surge, so that every process makes the same."""
        reason = f"A surge was detected: event {surge.turned}"
        opened = {"reason": reason, "severity": _SEVERITY, "title": f"Surge since {surge.since}"}
        linked = {"target_event": surge.turned, "reason": reason}
        drafts = [self._draft("incident.opened", surge, opened), self._draft("event.linked", surge, linked)]
        if version is not None:
            activated = {"plan_id": self._plan, "version": version, "trigger": surge.turned, "reason": reason}
            drafts.append(self._draft("plan.activated", surge, activated))
        return drafts

    def _draft(self, type_: str, surge: SurgesRow, data: JsonObject) -> Draft:
        incident, time = incident_of(surge), read_time(surge.decided or "")
        return own_event(self._ledger, type_, f"{type_}:{incident}", time, {"actor": _ACTOR, **data}, incident)

    async def _in_force(self) -> str | None:
        """Return the version of the plan that was published or revised last, None where there is none."""
        rows = await self._reads.fetch("live_rows", PREPAREDNESS.name, "", [f"plan|{self._plan}"])
        return FactsRow.model_validate_json(rows[0]["row"]).told()[-1].text("version") if rows else None


def incident_of(surge: SurgesRow) -> str:
    """Return the id of the incident that a surge opens."""
    return f"surge-{surge.series}-{surge.since}"
