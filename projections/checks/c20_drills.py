"""C20, drill separation: nothing real hides under an exercise's mark, and nothing of an exercise passes for real."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.entry import SERVICE_SOURCE
from projections.checks.check import Check
from projections.checks.drill_windows import DRILLS, DrillWindows
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.wording import told_time
from projections.event import Event
from projections.origins import Origins, brought_in, references

PAGE = "public_page.published"
_SHOWN = frozenset({"update.delivered", "update.delivery_failed", "update.observed"})

PUBLISHED = Rule(
    "drill_made_public",
    Severity.FAILURE,
    Words(
        "What an exercise played with reached the public, or a public page was published as an exercise.",
        "Ce qu’un exercice a joué a atteint le public, ou une page publique a été publiée comme exercice.",
    ),
)
UNMARKED = Rule(
    "drill_unmarked",
    Severity.FAILURE,
    Words(
        "Events not marked as an exercise, about something that only an exercise knows: {count}.",
        "Événements non marqués comme exercice, au sujet de ce que seul un exercice connaît : {count}.",
    ),
)
REAL_INCIDENT = Rule(
    "real_incident_marked_drill",
    Severity.FAILURE,
    Words(
        "Events marked as an exercise in an incident that was opened for real: {count}.",
        "Événements marqués comme exercice dans un incident ouvert pour de vrai : {count}.",
    ),
)
REAL_OBJECT = Rule(
    "real_marked_drill",
    Severity.FAILURE,
    Words(
        "Events marked as an exercise that are about something real: {count}.",
        "Événements marqués comme exercice au sujet de quelque chose de réel : {count}.",
    ),
)
OUTSIDE = Rule(
    "outside_of_drills",
    Severity.FAILURE,
    Words(
        "Events marked as an exercise while no drill was under way: {count}.",
        "Événements marqués comme exercice alors qu’aucun exercice n’était en cours : {count}.",
    ),
    settled_by="drill.started",
)
UNFINISHED = Rule(
    "drill_unfinished",
    Severity.WARNING,
    Words(
        "A drill that started at {begun} was never finished, so its mark could still be used.",
        "Un exercice commencé le {begun} n’a jamais été terminé : sa marque pourrait encore servir.",
    ),
    settled_by="drill.finished",
)


@dataclass(frozen=True, slots=True)
class _Marked:
    """An event marked as an exercise; `names`: the objects that it is about."""

    index: int
    at: datetime
    incident: str | None
    names: tuple[str, ...]


class DrillSeparation(Check):
    """Keeps apart what exercises and what real events brought into the log, and compares who speaks of what."""

    code = "C20"
    title = Words("Drills and reality are kept apart", "Exercices et réalité ne se mélangent pas")
    needs = Words("Drills that are marked, started and finished.", "Des exercices marqués, commencés et terminés.")
    rules = (PUBLISHED, UNMARKED, REAL_INCIDENT, REAL_OBJECT, OUTSIDE, UNFINISHED)
    context = DRILLS
    of_drills = True

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._windows = DrillWindows()
        self._real: dict[str, int] = {}
        self._drilled: dict[str, int] = {}
        self._marked: list[_Marked] = []
        self._unmarked: dict[str, list[int]] = {}
        self._pages: list[int] = []
        self._shown: list[tuple[str, int]] = []

    def take(self, event: Event) -> None:
        """Take an event, marked as an exercise or not."""
        if event.type in DRILLS:
            self._windows.take(event)
        elif event.exercise:
            self._play(event)
        else:
            for name in _brings(event):
                self._real.setdefault(name, event.index)
            self._happen(event)

    def findings(self) -> Iterator[Finding]:
        """Yield what passed from one side to the other, by object, and drills without an end."""
        yield from (self.found(PUBLISHED, [index]) for index in self._pages)
        for name, index in self._shown:
            if self._only_drilled(name):
                yield self.found(PUBLISHED, [index, self._drilled[name]], name)
        for name, indexes in self._unmarked.items():
            if self._only_drilled(name):
                yield self.found(UNMARKED, [*indexes, self._drilled[name]], name, count=len(indexes))
        yield from self._misused()
        for begun, index in self._windows.unfinished(self.ground.at - timedelta(days=1)):
            yield self.found(UNFINISHED, [index], begun=told_time(begun))

    def _play(self, event: Event) -> None:
        for name in _brings(event):
            self._drilled.setdefault(name, event.index)
        if event.type == PAGE:
            self._pages.append(event.index)
        elif self.ground.judges(event):
            names = tuple(dict.fromkeys([*_brings(event), *_about(event)]))
            self._marked.append(_Marked(event.index, event.moment, event.incident, names))

    def _happen(self, event: Event) -> None:
        """Take what isn't marked: what it speaks of may be known from an exercise alone."""
        if event.type in _SHOWN:
            self._shown.extend((name, event.index) for name in _about(event))
            return
        if event.source.startswith(SERVICE_SOURCE) and ".observed_" in event.type and event.object is not None:
            self._real.setdefault(event.object, event.index)
            return
        incident = [] if event.incident is None or event.type == "incident.opened" else [f"incident|{event.incident}"]
        for name in (*_about(event), *incident):
            if name not in self._real and self.ground.judges(event):
                self._unmarked.setdefault(name, []).append(event.index)

    def _only_drilled(self, name: str) -> bool:
        return name in self._drilled and name not in self._real

    def _misused(self) -> Iterator[Finding]:
        """Yield the marked events once each: by their real incident, else their real object, else by no drill."""
        incidents: dict[str, list[int]] = {}
        objects: dict[str, list[int]] = {}
        outside: list[int] = []
        for marked in self._marked:
            incident = f"incident|{marked.incident}"
            name = next((name for name in marked.names if name in self._real), None)
            if incident in self._real:
                incidents.setdefault(incident, []).append(marked.index)
            elif name is not None:
                objects.setdefault(name, []).append(marked.index)
            elif not self._windows.hold(marked.at, timedelta(seconds=self.ground.settings.future_skew_seconds)):
                outside.append(marked.index)
        yield from self._by_name(REAL_INCIDENT, incidents)
        yield from self._by_name(REAL_OBJECT, objects)
        if outside:
            yield self.found(OUTSIDE, outside, count=len(outside))

    def _by_name(self, rule: Rule, found: dict[str, list[int]]) -> Iterator[Finding]:
        for name, indexes in found.items():
            yield self.found(rule, [*indexes, self._real[name]], name, count=len(indexes))


def _brings(event: Event) -> Iterable[str]:
    """Yield what an event begins: the objects that others refer to, promises, and its incident."""
    if event.type in Origins.types:
        yield from brought_in(event)
    elif event.type == "commitment.made" and event.object is not None:
        yield event.object
    elif event.type == "incident.opened":
        yield f"incident|{event.incident}"


def _about(event: Event) -> Iterator[str]:
    """Yield what an event speaks of that another began."""
    yield from (name for _, name in references(event))
    if event.type.startswith("commitment.") and event.type != "commitment.made" and event.object is not None:
        yield event.object
