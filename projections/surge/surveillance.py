"""When alarms are a surge: two in a row begin it, four calm buckets end it."""

from enum import Enum
from typing import NamedTuple

OPENS_AFTER, ENDS_AFTER = 2, 4


class Turn(Enum):
    """What a bucket made certain."""

    DETECTED = "surge.detected"
    ENDED = "surge.ended"


class Surveillance(NamedTuple):
    """Whether there is a surge, and for how many buckets on end it looked otherwise. One bucket alone proves nothing.

    A turn becomes certain at the last bucket of such a row; it began with the first.
    """

    surging: bool = False
    contrary: int = 0

    def after(self, *, alarm: bool) -> tuple["Surveillance", Turn | None]:
        """Return what holds after a bucket with or without an alarm, and the turn that it made certain."""
        contrary = self.contrary + 1 if alarm != self.surging else 0
        if contrary < (ENDS_AFTER if self.surging else OPENS_AFTER):
            return Surveillance(self.surging, contrary), None
        return Surveillance(not self.surging), Turn.ENDED if self.surging else Turn.DETECTED
