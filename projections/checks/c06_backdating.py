"""C6, backdating: events say when they happened soon after they did, and no time lies before what had to come first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from events.entry import SERVICE_SOURCE
from projections.checks.bursts import GRANT, SURGE, Bursts
from projections.checks.c06_rules import AFTER_GRANT, AFTER_SURGE, AHEAD, BEFORE, DECLARED, LATE
from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Words
from projections.checks.forerunners import Forerunners
from projections.checks.ground import Ground
from projections.checks.lag_history import LagHistory
from projections.checks.windows import Windows
from projections.checks.wording import told_span, told_time
from projections.event import Event

FILLED, RECOVERED = "ingest.gap_filled", "monitor.recovered"
HEARD = frozenset({"comment.received", "comment.edited_by_author", "comment.deleted_by_author"})
"""What is late for good reason where a monitor that was blind has recovered."""
DECLARES = frozenset({"event.corrected", "ingest.late_event", "note.added"})

_BURSTS = {SURGE: AFTER_SURGE, GRANT: AFTER_GRANT}


class _Lag(NamedTuple):
    """How late or early an event was, when it claims to have happened, and whether people were heard by it."""

    lag: timedelta
    event: int
    time: datetime
    heard: bool


@dataclass(slots=True)
class _Source:
    """How late a source usually is; which events of what is judged were late, and which ahead of time."""

    usual: LagHistory = field(default_factory=LagHistory)
    late: list[_Lag] = field(default_factory=list)
    ahead: list[_Lag] = field(default_factory=list)


class Backdating(Check):
    """Compares each event's time with when the ledger accepted it, and with the times of what it follows from."""

    code = "C6"
    title = Words("Nothing was dated back", "Rien n’a été antidaté")
    needs = Words("The times that sources claim.", "Les heures qu’annoncent les sources.")
    rules = (LATE, DECLARED, AHEAD, BEFORE, AFTER_SURGE, AFTER_GRANT)
    context = frozenset({FILLED, RECOVERED, "ingest.late_event", GRANT})

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._sources: dict[str, _Source] = {}
        self._declared: set[int] = set()
        self._filled: set[tuple[str | None, object]] = set()
        self._outages = Windows()
        self._bursts = Bursts()
        self._before = Forerunners()
        self._untimed = 0

    def take(self, event: Event) -> None:
        """Take an event: what it declares of another, and how late it was itself."""
        if event.type == FILLED:
            self._filled.add((event.text("source"), event.value("sequence")))
        elif event.type in DECLARES and _explains(event) and isinstance(target := event.value("target_event"), int):
            self._declared.add(target)
        elif event.type == RECOVERED:
            self._outages.add(event.time_said("from") or event.moment, event.time_said("to") or event.moment)
        if event.type in _BURSTS:
            self._bursts.trigger(event)
        if event.source.startswith(SERVICE_SOURCE):
            return
        time = event.time
        if time is None:
            self._untimed += self.ground.judges(event)
            return
        self._before.take(event, time, judged=self.ground.judges(event))
        self._timed(event, time)

    def findings(self) -> Iterator[Finding]:
        """Yield what was late, early, or dated before its cause, source by source, and the bursts."""
        for name, source in self._sources.items():
            declared = [late for late in source.late if self._explained(late)]
            undeclared = [late for late in source.late if not self._explained(late)]
            for rule, late in ((LATE, undeclared), (DECLARED, declared), (AHEAD, source.ahead)):
                if late:
                    yield self._told(rule, name, source, late)
        for burst in self._bursts.found(self._declared):
            told: Facts = {"source": burst.source, "count": len(burst.events)}
            yield self.found(_BURSTS[burst.type], [*burst.events, burst.trigger], **told)
        skew = timedelta(seconds=self.ground.settings.future_skew_seconds)
        for pair in self._before.found(skew):
            told = {"type": pair.type, "time": told_time(pair.time), "span": told_span(pair.by)}
            yield self.found(BEFORE, [pair.event, pair.cause], pair.subject, **told)

    def lack(self) -> Words | None:
        """Say how many events don't show their time."""
        if not self._untimed:
            return None
        return Words(
            f"Events that don’t show when they happened: {self._untimed}.",
            f"Événements qui ne montrent pas quand ils ont eu lieu : {self._untimed}.",
        )

    def judged(self) -> bool:
        """Tell whether any event shows its time."""
        return bool(self._sources) or not self._untimed

    def _timed(self, event: Event, time: datetime) -> None:
        settings, lag = self.ground.settings, event.accepted - time
        late = lag > settings.allowed_lag(event.type)
        if late and event.source_seq is not None and (event.source, event.source_seq) in self._filled:
            self._declared.add(event.index)
        if self.ground.incident is None or event.incident == self.ground.incident:
            self._bursts.take(event, late=late)
        if not self.ground.judges(event):
            return
        source = self._sources.get(event.source) or self._sources.setdefault(event.source, _Source())
        source.usual.add(lag)
        if late:
            source.late.append(_Lag(lag, event.index, time, event.type in HEARD))
        elif -lag > timedelta(seconds=settings.future_skew_seconds):
            source.ahead.append(_Lag(-lag, event.index, time, event.type in HEARD))

    def _explained(self, late: _Lag) -> bool:
        """Tell whether the log says why: of the event itself, or that nobody could hear people at that time."""
        if late.event in self._declared:
            return True
        return late.heard and self._outages.hold(late.time)

    def _told(self, rule: Rule, name: str, source: _Source, late: list[_Lag]) -> Finding:
        worst = max(late)
        told: Facts = {"source": name, "count": len(late), "lag": told_span(worst.lag)}
        told["percent"] = int(100 * source.usual.shorter(worst.lag))
        return self.found(rule, [worst.event, *(each.event for each in late if each is not worst)], **told)


def _explains(event: Event) -> bool:
    """Tell whether an event says why another was late: a note on it does, and a correction of its time."""
    return event.type != "event.corrected" or event.text("field") == "time"
