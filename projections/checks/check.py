"""What every check is: it takes the events of what is judged, in the order of the log, and says what it found."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from projections.checks.finding import Finding, Rule, Severity, Told, Words
from projections.checks.ground import Ground
from projections.event import Event
from projections.hits import Bias
from projections.shown import LISTED


class Check(ABC):
    """One question that a verdict answers. An object of it judges once.

    `code`: C1 to C21. `needs`: its input in words. `types`: the events that it takes, None for all. `context`: those of
    them that it needs wherever in the ledger they happened, also outside the incident that is judged. `of_drills`:
    whether it takes the events of drills too; else those are judged apart. `essential`: whether without its input
    nothing can be CERTIFIED.
    Memory: a few words for each object, never the words of people.
    """

    code: ClassVar[str]
    title: ClassVar[Words]
    needs: ClassVar[Words]
    rules: ClassVar[Sequence[Rule]]
    types: ClassVar[frozenset[str] | None] = None
    context: ClassVar[frozenset[str]] = frozenset()
    of_drills: ClassVar[bool] = False
    essential: ClassVar[bool] = False

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event. `ground.settings` changes as events are taken."""
        self.ground = ground

    @abstractmethod
    def take(self, event: Event) -> None:
        """Take the next event: of the incident (what was linked included, as its own) or of `context`."""

    @abstractmethod
    def findings(self) -> Iterator[Finding]:
        """Yield what was found, once all events were taken."""

    def lack(self) -> Words | None:
        """Return why this could not be judged, or not all of it; None where it was."""
        return None

    def judged(self) -> bool:
        """Return whether anything was judged: by default, where nothing lacked. Overridden where a lack is partial."""
        return self.lack() is None

    def statistics(self) -> Mapping[str, Bias]:
        """Return what the verdict shows as numbers, by name."""
        return {}

    def found(
        self,
        rule: Rule,
        indexes: Sequence[int],
        subject: str | None = None,
        settled: int | None = None,
        **facts: Told,
    ) -> Finding:
        """Return a finding of `rule`, with at most `LISTED` indexes; `facts` fill its words."""
        return Finding(
            code=self.code,
            rule=rule.name,
            severity=rule.severity if settled is None else Severity.INFO,
            subject=subject,
            indexes=_listed(indexes),
            explanation=rule.words.filled(**facts),
            settled_by=rule.settled_by,
            settled=settled,
        )


def _listed(indexes: Sequence[int]) -> tuple[int, ...]:
    """Return the indexes; of very many the first and the last, which is often what the others have in common."""
    return tuple(indexes) if len(indexes) <= LISTED else (*indexes[: LISTED - 1], indexes[-1])
