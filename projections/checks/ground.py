"""What the checks of one verdict stand on: what is judged, up to when, under which settings, and what is known."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from projections.checks.settings import DEFAULT, Settings
from projections.event import Event


class Fault(NamedTuple):
    """Something that the proof of the log lacks: at which index (None: of the log as a whole), in a plain sentence."""

    at: int | None
    detail: str


class Integrity(NamedTuple):
    """What came of verifying what is judged: so many entries, under a signed checkpoint over `size` with `root`.

    `key`: the ledger's verifier key; `witnessed_at`: when others last cosigned a checkpoint of it, if they did.
    """

    entries: int
    faults: tuple[Fault, ...]
    size: int
    root: str
    key: str
    witnessed_at: datetime | None = None


@dataclass(slots=True)
class Ground:
    """What is judged, as the entries below `size` say: an `incident` with what is linked to it, or (None) the ledger.

    Ages are reckoned to `at`. Of a period, findings count whose evidence was accepted at `since` or later and before
    `until`.
    `settings` are those in force at the event that is being taken, at the end those in force at the end.
    """

    incident: str | None
    size: int
    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    integrity: Integrity | None = None
    settings: Settings = DEFAULT

    def judges(self, event: Event) -> bool:
        """Tell whether an event is itself judged: of the incident and the period, not merely context."""
        if self.incident is not None and event.incident != self.incident:
            return False
        if self.since is None and self.until is None:
            return True
        accepted = event.accepted
        return (self.since is None or accepted >= self.since) and (self.until is None or accepted < self.until)

    def concerns(self, event: Event) -> bool:
        """Tell whether a reading or an export may have held what is judged: `of_incident` names no other incident."""
        return self.incident is None or event.text("of_incident") in {None, self.incident}
