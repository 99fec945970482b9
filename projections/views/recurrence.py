"""Whether the causes of an incident were met before: in which incidents, how far apart, and what was still undone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from events.visibility import Public
from projections.lifecycles import OPENED, LifecycleRow
from projections.preventive_actions import ActionRow
from projections.recollections import RecollectionRow
from projections.root_causes import CauseTold, RootCauseRow
from projections.shown import Figure, Shown, counted, figure

_HOW = ("same_cause", "same_taxonomy", "declared")
_KIN = frozenset({"same_root_cause", "recurrence_of"})


class EarlierIncident(Shown):
    """An incident with the same cause: `same_cause` by its id, `same_taxonomy` by its code, or so `declared` by a link.

    `began` is its opening, else when a cause of it was first told; None where this ledger doesn't hold it. `evidence`
    are the events that name the cause there, or the link. `actions_open`: the actions against the causes met that had
    been proposed before the present incident began and were neither done nor cancelled then.
    """

    incident: Public[str]
    how: Public[str]
    root_causes: Public[tuple[str, ...]]
    began: Public[datetime | None]
    evidence: Public[Figure]
    actions_open: Public[Figure]


class Recurrence(Shown):
    """Earlier incidents that had a cause of this one which wasn't rejected, the oldest first, unknown beginnings last.

    `mean_between_seconds`: from the earliest known beginning to this incident's, by the number of steps between; behind
    it are the events that say when each began.
    """

    earlier: Public[Figure]
    incidents: Public[tuple[EarlierIncident, ...]]
    mean_between_seconds: Public[Figure]
    actions_open: Public[Figure]


class _Beginning(NamedTuple):
    at: datetime
    event: int


class _Match(NamedTuple):
    how: str
    cause: str | None
    event: int


@dataclass(frozen=True, slots=True)
class History:
    """What the ledger knows of causes, actions and the lives of incidents."""

    causes: Mapping[str, RootCauseRow]
    actions: Mapping[str, ActionRow]
    lives: Mapping[str, LifecycleRow]

    def recurrence(
        self, incident: str, told: Mapping[str, Sequence[CauseTold]], kin: Iterable[RecollectionRow]
    ) -> Recurrence:
        """Compare the causes `told` in an incident, and the incidents it is linked to, with all that began before."""
        began = self._began(incident, (said for here in told.values() for said in here))
        met: dict[str, list[_Match]] = {}
        for other, match in (*self._matches(incident, told), *_declared(incident, kin)):
            other_began = self._began(other, self._told_in(other))
            if began is None or other_began is None or other_began < began:
                met.setdefault(other, []).append(match)
        lines = sorted((self._line(other, found, began) for other, found in met.items()), key=_oldest_first)
        return Recurrence(
            earlier=figure(len(lines), _union(line.evidence for line in lines)),
            incidents=tuple(lines),
            mean_between_seconds=self._mean_between(lines, began),
            actions_open=counted(_union(line.actions_open for line in lines)),
        )

    def _matches(self, incident: str, told: Mapping[str, Sequence[CauseTold]]) -> Iterator[tuple[str, _Match]]:
        here = {name: last for name, said in told.items() if (last := _standing(said)) is not None}
        codes = {last.taxonomy for last in here.values() if last.taxonomy}
        for name, row in self.causes.items():
            for other in sorted({said.incident for said in row.told if said.incident} - {incident}):
                there = _standing([said for said in row.told if said.incident == other])
                if there is not None and name in here:
                    yield other, _Match("same_cause", name, there.event)
                elif there is not None and there.taxonomy in codes:
                    yield other, _Match("same_taxonomy", name, there.event)

    def _line(self, other: str, found: Sequence[_Match], began: _Beginning | None) -> EarlierIncident:
        causes = tuple(sorted({match.cause for match in found if match.cause}))
        undone = [
            row.indexes[0]
            for row in self.actions.values()
            if row.root_cause in causes and began is not None and row.open_at(began.at)
        ]
        at = self._began(other, self._told_in(other))
        return EarlierIncident(
            incident=other,
            how=min((match.how for match in found), key=_HOW.index),
            root_causes=causes,
            began=at.at if at else None,
            evidence=counted(sorted({match.event for match in found})),
            actions_open=counted(sorted(undone)),
        )

    def _mean_between(self, lines: Sequence[EarlierIncident], began: _Beginning | None) -> Figure:
        known = [self._began(line.incident, self._told_in(line.incident)) for line in lines]
        steps = sorted(at for at in (*known, began) if at is not None)
        if len(steps) < 2 or began is None:  # noqa: PLR2004 - a gap has two ends
            return figure(None, ())
        mean = (steps[-1].at - steps[0].at).total_seconds() / (len(steps) - 1)
        return figure(mean, sorted(step.event for step in steps))

    def _told_in(self, incident: str) -> Iterator[CauseTold]:
        return (said for row in self.causes.values() for said in row.told if said.incident == incident)

    def _began(self, incident: str, told: Iterable[CauseTold]) -> _Beginning | None:
        """Return when an incident began: its first opening, else when a cause of it was first told."""
        opened = self.lives[incident].of(OPENED) if incident in self.lives else []
        if opened:
            return _Beginning(opened[0].at, opened[0].event)
        return min((_Beginning(said.at, said.event) for said in told), default=None)


def _standing(told: Sequence[CauseTold]) -> CauseTold | None:
    """Return what was last said of a cause, None where it was rejected in the end or never told."""
    return told[-1] if told and told[-1].found != "rejected" else None


def _declared(incident: str, kin: Iterable[RecollectionRow]) -> Iterator[tuple[str, _Match]]:
    for row in kin:
        if row.relation in _KIN and row.other_incident and row.other_incident != incident:
            yield row.other_incident, _Match("declared", None, row.indexes[0])


def _oldest_first(line: EarlierIncident) -> tuple[bool, float, str]:
    return line.began is None, line.began.timestamp() if line.began else 0, line.incident


def _union(figures: Iterable[Figure]) -> list[int]:
    return sorted({int(index) for each in figures for index in each.indexes})
