"""C5, source silence: when nobody watched, and whether people spoke on platforms while a source said nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from projections.blindness import Blind, blind_windows
from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.spoken import Spoken
from projections.checks.wording import told_time
from projections.event import Event
from projections.facts import Fact, fact_of

SILENT, SNAPSHOT = "source.silent", "snapshot.imported"
MONITOR = frozenset({"monitor.failed", "monitor.recovered"})

BLIND = Rule(
    "blind_window",
    Severity.INFO,
    Words("A monitor was blind from {begun} to {ended}.", "Une veille n’a rien vu du {begun} au {ended}."),
)
STILL_BLIND = Rule(
    "still_blind",
    Severity.WARNING,
    Words(
        "A monitor is blind since {begun} and has not recovered.",
        "Une veille ne voit rien depuis le {begun} et ne s’est pas rétablie.",
    ),
    settled_by="monitor.recovered",
)
PAUSE = Rule(
    "silence",
    Severity.INFO,
    Words(
        "The source {source} said nothing from {begun} to {ended}, longer than it is used to.",
        "La source {source} n’a rien dit du {begun} au {ended}, plus longtemps que d’habitude.",
    ),
)
STILL_SILENT = Rule(
    "still_silent",
    Severity.WARNING,
    Words(
        "The source {source}, which reports comments, says nothing since {begun}.",
        "La source {source}, qui rapporte des commentaires, ne dit plus rien depuis le {begun}.",
    ),
)
STOPPED = Rule(
    "silence_not_ended_here",
    Severity.INFO,
    Words(
        "The source {source} fell silent at {begun}; nothing more of it is among what is judged.",
        "La source {source} s’est tue le {begun} ; rien de plus d’elle ne figure dans ce qui est jugé.",
    ),
)
SPOKEN = Rule(
    "activity_in_silence",
    Severity.FAILURE,
    Words(
        "On {platform}, {count} contents appeared in a row, from {begun} to {ended}, while nobody reported any.",
        "Sur {platform}, {count} contenus sont parus d’affilée, du {begun} au {ended}, sans être rapportés.",
    ),
    settled_by="comment.received",
)


@dataclass(slots=True)
class _Silence:
    index: int
    source: str
    begun: datetime
    ended: tuple[datetime, int] | None = None


class _Span(NamedTuple):
    first: datetime
    last: datetime


class Silence(Check):
    """Lists windows in which monitors or sources said nothing, and looks into them through snapshots."""

    code = "C5"
    title = Words("No source was silenced", "Aucune source n’a été réduite au silence")
    needs = Words(
        "Sources that post regularly, monitors that report their failures, snapshots.",
        "Des sources régulières, des veilles qui signalent leurs pannes, des instantanés.",
    )
    rules = (BLIND, STILL_BLIND, PAUSE, STILL_SILENT, STOPPED, SPOKEN)
    context = MONITOR | {SILENT, SNAPSHOT}

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._monitors: dict[str, list[Fact]] = {}
        self._silent: dict[str, _Silence] = {}
        self._silences: list[_Silence] = []
        self._reporting: set[str] = set()
        self._spoken = Spoken()
        self._snapshots = 0
        self._span: _Span | None = None

    def take(self, event: Event) -> None:
        """Take a sign of life; a silence, a failure, a recovery; what was said on platforms, or seen there."""
        if (silence := self._silent.get(event.source)) is not None:
            silence.ended = (event.accepted, event.index)
            del self._silent[event.source]
        if event.type == SILENT:
            self._fell_silent(event)
        elif event.type in MONITOR:
            self._monitors.setdefault(event.text("monitor") or "", []).append(fact_of(event))
        elif event.type == "comment.received":
            self._reporting.add(event.source)
        self._snapshots += event.type == SNAPSHOT
        self._spoken.take(event)
        if self.ground.incident is not None and event.incident == self.ground.incident:
            at = event.moment
            self._span = _Span(min(self._span.first, at), max(self._span.last, at)) if self._span else _Span(at, at)

    def findings(self) -> Iterator[Finding]:
        """Yield every blind window and silence that touches what is judged, and every one in which people spoke."""
        for monitor, facts in self._monitors.items():
            for window in blind_windows(facts):
                if self._touches(window.begun, window.ended):
                    yield self._blind(window, monitor)
        for silence in self._silences:
            if self._touches(silence.begun, silence.ended and silence.ended[0]):
                yield self._quiet(silence)
        for stretch in self._spoken.stretches(whole=self.ground.incident is None):
            told: Facts = {"platform": stretch.platform, "count": stretch.count}
            told |= {"begun": told_time(stretch.begun), "ended": told_time(stretch.ended)}
            silences = [silence.index for silence in self._silences if _meets(silence, stretch.begun, stretch.ended)]
            yield self.found(SPOKEN, [*stretch.indexes, *silences], settled=stretch.settled, **told)

    def lack(self) -> Words | None:
        """Say that nobody looked into the silences there were."""
        if self._snapshots or not (self._silences or self._monitors):
            return None
        return Words(
            "No snapshot shows what was said on platforms while sources were silent or monitors blind.",
            "Aucun instantané ne montre ce qui s’est dit "
            "pendant que des sources se taisaient ou que des veilles étaient en panne.",
        )

    def judged(self) -> bool:
        """Tell that the windows themselves are always listed."""
        return True

    def _fell_silent(self, event: Event) -> None:
        name = event.text("source") or ""
        silence = _Silence(event.index, name, event.time_said("since") or event.accepted)
        self._silences.append(silence)
        self._silent[name] = silence

    def _touches(self, begun: datetime, ended: datetime | None) -> bool:
        if self.ground.incident is None:
            return True
        return self._span is not None and begun <= self._span.last and (ended is None or ended >= self._span.first)

    def _blind(self, window: Blind, monitor: str) -> Finding:
        told: Facts = {"begun": told_time(window.begun)}
        if window.ended is None:
            return self.found(STILL_BLIND, window.events, f"monitor|{monitor}", **told)
        return self.found(BLIND, window.events, f"monitor|{monitor}", ended=told_time(window.ended), **told)

    def _quiet(self, silence: _Silence) -> Finding:
        told: Facts = {"source": silence.source, "begun": told_time(silence.begun)}
        if silence.ended is not None:
            at, index = silence.ended
            return self.found(PAUSE, [silence.index, index], ended=told_time(at), **told)
        watched = self.ground.incident is None and silence.source in self._reporting
        return self.found(STILL_SILENT if watched else STOPPED, [silence.index], **told)


def _meets(silence: _Silence, begun: datetime, ended: datetime) -> bool:
    return silence.begun <= ended and (silence.ended is None or silence.ended[0] >= begun)
