"""Declarations: what was seen from outside, until something said later settles it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from projections.checks.finding import Rule, Told
from projections.event import Event


@dataclass(slots=True)
class Seen:
    """Something seen: the event `index` that says so, the rule that it breaks, and the event that `settled` it."""

    rule: Rule
    index: int
    subject: str | None
    facts: dict[str, Told] = field(default_factory=dict)
    settled: int | None = None


class Declarations:
    """What was seen of each object, in the order of the log. An event is noted once, however often it comes."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._seen: dict[int, Seen] = {}
        self._open: dict[tuple[str, str], list[Seen]] = {}

    def __iter__(self) -> Iterator[Seen]:
        """Yield all that was seen."""
        return iter(self._seen.values())

    def note(self, rule: Rule, event: Event, name: str | None, **facts: Told) -> Seen:
        """Note what `event` saw of the object `name`."""
        seen = self._seen.get(event.index)
        if seen is None:
            seen = self._seen[event.index] = Seen(rule, event.index, event.object, facts)
            if name is not None:
                self._open.setdefault((rule.name, name), []).append(seen)
        return seen

    def settle(self, rules: Iterable[Rule], name: str | None, index: int) -> None:
        """Settle what was seen of the object `name` against `rules`, by the event `index`."""
        if not self._open or name is None:
            return
        for rule in rules:
            for seen in self._open.pop((rule.name, name), ()):
                seen.settled = index
