"""What stands ready beyond any incident: the versions of plans, the monitors, the drills."""

from projections.event import Event
from projections.facts import Facts
from projections.projection import RowKey


class Preparedness(Facts):
    """One row a plan (`plan|…`), a monitor (`monitor|…`) or a drill's scenario (`drill|…`), whatever the incident."""

    name = "preparedness"
    version = 1
    types = frozenset(
        {
            "plan.published",
            "plan.revised",
            "monitor.configured",
            "monitor.failed",
            "monitor.recovered",
            "drill.started",
            "drill.finished",
        }
    )

    def place(self, event: Event) -> RowKey | None:
        """Return the object, under no incident."""
        return None if event.object is None else RowKey("", event.object)


PREPAREDNESS = Preparedness()
