"""What the sequencer refuses, what it can't do for now, and what stops it for good."""

from collections.abc import Sequence

from events.faults import Fault


class LedgerError(Exception):
    """An event could not be appended. The event is not in the log, unless a subclass says otherwise."""


class SeqConflict(LedgerError):
    """The incident moved on since the caller last read it."""

    def __init__(self, incident: str, expected: int, actual: int) -> None:
        """Keep the incident and both versions."""
        super().__init__(f"incident {incident} is at {actual}, not {expected}")
        self.incident, self.expected, self.actual = incident, expected, actual


class IdConflict(LedgerError):
    """The source gave this id to another event before; that one is at `index`."""

    def __init__(self, position: int, index: int) -> None:
        """Keep the event's position in its request, and the index of the first event under the id."""
        super().__init__(f"the id belongs to the event at index {index}")
        self.position, self.index = position, index


class SequenceRepeated(LedgerError):
    """The source used this sequence number before, for another event."""

    def __init__(self, position: int, sequence: int, last: int) -> None:
        """Keep the event's position in its request, its number and the last one seen."""
        super().__init__(f"sequence {sequence} was used before; the last is {last}")
        self.position, self.sequence, self.last = position, sequence, last


class TooManyGaps(LedgerError):
    """The source left so many gaps in its numbering that they can't be kept; fill some first."""

    def __init__(self, position: int, gaps: int) -> None:
        """Keep the event's position in its request and the number of open gaps."""
        super().__init__(f"the source's numbering has {gaps} open gaps")
        self.position, self.gaps = position, gaps


class Impossible(LedgerError):
    """The event can't be true after what stands in the log."""

    def __init__(self, position: int, faults: Sequence[Fault]) -> None:
        """Keep the event's position in its request, and what is wrong where in the event."""
        super().__init__(f"{faults[0].pointer}: {faults[0].detail}")
        self.position, self.faults = position, tuple(faults)


class QueueFull(LedgerError):
    """More events wait than may; the same event may be posted again."""


class CommitUnknown(LedgerError):
    """The database went away: whether the event was appended is unknown. Post it again to learn; it lands once."""


class NotStorable(LedgerError):
    """The database refuses this event, and only this one; nothing of it was stored."""


class SigningStopped(LedgerError):
    """The ledger met a fatal condition and appends nothing more; it still answers reads."""


class Fatal(Exception):
    """The log contradicts itself. Signing on would cover it up."""


class RolledBack(Fatal):
    """The database holds less than this ledger has signed: it was restored from a backup, or its tail was cut off."""


class Forked(Fatal):
    """The log's root is not the one that this ledger signed or left."""


class StorageCorrupt(Fatal):
    """Stored bytes hash to something else than what was given."""


class CannotSign(Fatal):
    """There is no key to sign with."""
