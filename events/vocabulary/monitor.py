"""Monitors: what watches for us, and when it was blind."""

from pydantic import Field

from events.times import Timestamp
from events.visibility import Internal, Public
from events.vocabulary.fields import Label, Platform, Prose
from events.vocabulary.payload import P2, Payload


class OfMonitor(Payload, practice=P2, about=("monitor", "monitor")):
    """Something that happened to a monitor, known by the organisation's name for it."""

    monitor: Public[Label]


class MonitorConfigured(OfMonitor, type="monitor.configured"):
    """A monitor was set up or changed: what it looks for, and the value from which it raises an alarm."""

    query: Internal[Prose]
    threshold: Internal[float]
    platform: Public[Platform | None] = None
    reason: Internal[Prose | None] = None


class MonitorFailed(OfMonitor, type="monitor.failed"):
    """A monitor sees nothing since `from`; this gap is evidence too."""

    from_: Public[Timestamp] = Field(alias="from")
    reason: Internal[Prose | None] = None


class MonitorRecovered(OfMonitor, type="monitor.recovered"):
    """A monitor sees again; it was blind `from` a time `to` another."""

    from_: Public[Timestamp] = Field(alias="from")
    to: Public[Timestamp]
    reason: Internal[Prose | None] = None
