"""The measurements, one module each: `async def run(ground) -> Report`."""

from collections.abc import Awaitable, Callable, Mapping

from benchmarks.figures import Report
from benchmarks.ground import Ground
from benchmarks.programs import (
    batch,
    browser_proof,
    dashboard,
    disturbance,
    erasure,
    evidence,
    growth,
    idle,
    incident_page,
    lag,
    live,
    public_page,
    reconcile,
    single,
    timeline,
    verdict,
    views,
)

PROGRAMS: Mapping[str, Callable[[Ground], Awaitable[Report]]] = {
    "single": single.run,
    "batch": batch.run,
    "idle": idle.run,
    "timeline": timeline.run,
    "incident_page": incident_page.run,
    "dashboard": dashboard.run,
    "views": views.run,
    "verdict": verdict.run,
    "evidence": evidence.run,
    "lag": lag.run,
    "live": live.run,
    "public": public_page.run,
    "proof": browser_proof.run,
    "disturbance": disturbance.run,
    "erasure": erasure.run,
    "growth": growth.run,
    "reconcile": reconcile.run,
}
