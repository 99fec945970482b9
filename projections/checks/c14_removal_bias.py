"""C14: whether criticism was removed or hidden more often than the rest: by all, by one person, during a surge."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import numpy as np

from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.comment_table import NONE, CommentTable
from projections.comments import COMMENTS, ContentRow
from projections.event import Event
from projections.folding import named_rows
from projections.hits import ENOUGH, Bias, Hits, bias
from projections.instants import micros
from projections.intervals import exact_ratio
from projections.measures import MEASURES, MeasureRow
from projections.milestones import surge_begun
from projections.projection import index_key
from projections.register import Entry, register

_SURGE = "surge.detected"
_MOODS = frozenset({"comment.received", "sentiment.assessed"})
_KINDS = {"removal_bias": "comment.removed", "hiding_bias": "comment.hidden"}

REMOVAL_BIAS = Rule(
    "removal_bias",
    Severity.FAILURE,
    Words(
        "Criticism was removed more often than the rest: {part} of {whole} against {other} of {others}, at least "
        "{low} times as often (95 % interval).",
        "La critique a été supprimée plus souvent que le reste : {part} sur {whole} contre {other} sur {others}, au "
        "moins {low} fois plus souvent (intervalle à 95 %).",
    ),
)
_BIASED = Words(
    "Criticism was hit ({type}) more often than the rest: {part} of {whole} against {other} of {others}, at least "
    "{low} times as often (95 % interval).",
    "La critique a été visée ({type}) plus souvent que le reste : {part} sur {whole} contre {other} sur {others}, au "
    "moins {low} fois plus souvent (intervalle à 95 %).",
)
FEW_REMOVED = Rule("removal_bias_of_few", Severity.WARNING, _BIASED)
HIDING_BIAS = Rule("hiding_bias", Severity.WARNING, _BIASED)
ACTOR_BIAS = Rule(
    "actor_bias",
    Severity.WARNING,
    Words("Of one who moderates: " + _BIASED.en, "De la part d’un modérateur : " + _BIASED.fr),
)
SPIKE = Rule(
    "removals_in_surge",
    Severity.WARNING,
    Words(
        "In the {hours} h after a surge began {part} comments were removed for {whole} that came, else {other} for "
        "{others}: at least {low} times as many (95 % interval).",
        "Dans les {hours} h après le début d’un afflux, {part} commentaires ont été supprimés pour {whole} reçus, "
        "sinon {other} pour {others} : au moins {low} fois plus (intervalle à 95 %).",
    ),
)


class RemovalBias(Check):
    """Relative risks with their exact intervals: what lies above 1 as a whole has to be explained."""

    code = "C14"
    title = Words("Criticism is not removed more often", "La critique n’est pas supprimée plus souvent")
    needs = Words("Comments with their assessed mood, and the measures.", "Les commentaires, leur ton et les mesures.")
    rules = (REMOVAL_BIAS, FEW_REMOVED, HIDING_BIAS, ACTOR_BIAS, SPIKE)
    types = _MOODS | (MEASURES.types or frozenset()) | {_SURGE}

    def __init__(self, ground: Ground) -> None:
        """Begin without comments."""
        super().__init__(ground)
        self._contents: dict[str, ContentRow] = {}
        self._measures: dict[str, MeasureRow] = {}
        self._surges: dict[int, Event] = {}
        self._folded: tuple[Hits, Sequence[Entry]] | None = None

    def take(self, event: Event) -> None:
        """Fold the comments and the measures, whichever incident they are of."""
        self._folded = None
        if event.type == _SURGE:
            self._surges[event.index] = event
        elif event.type in _MOODS:
            deque(named_rows(COMMENTS, self._contents, event), maxlen=0)
        else:
            deque(named_rows(MEASURES, self._measures, event), maxlen=0)

    def findings(self) -> Iterator[Finding]:
        """Yield what was hit out of proportion: over all, per actor, and in surges."""
        hits, entries = self._hits()
        for type_ in _KINDS.values():
            yield from self._judged(bias(hits, type_), type_)
            taken = [entry for entry in entries if entry.measure.type == type_]
            for own in _by_actor(taken):
                if ENOUGH <= len(own) < len(taken):
                    yield from self._judged(bias(Hits(hits.table, own), type_), type_, ACTOR_BIAS)
        for surge in self._surges.values():
            yield from self._spike(surge, hits)

    def statistics(self) -> Mapping[str, Bias]:
        """Return both relative risks, over all."""
        hits, _ = self._hits()
        return {name: bias(hits, type_) for name, type_ in _KINDS.items()}

    def lack(self) -> Words | None:
        """Say so where measures were taken and the mood of most comments was never assessed."""
        hits, entries = self._hits()
        total = int(np.count_nonzero(hits.real))
        judged = int(np.count_nonzero(hits.real & hits.table.has("sentiment")))
        if 2 * judged >= total or not any(entry.measure.type in _KINDS.values() for entry in entries):
            return None
        return Words(
            f"The mood of {judged} of {total} comments was assessed: a bias against the others would not show.",
            f"Le ton de {judged} commentaires sur {total} a été évalué : un biais contre les autres ne se verrait pas.",
        )

    def judged(self) -> bool:
        """Return whether any comment's mood was assessed."""
        return bool(self._hits()[0].table.has("sentiment").any()) or self.lack() is None

    def _hits(self) -> tuple[Hits, Sequence[Entry]]:
        if self._folded is None:
            table = CommentTable()
            for name, row in self._contents.items():
                if row.kind == "comment":
                    table.put(name, row.stored())
            entries = register(dict(sorted(self._measures.items())))
            self._folded = Hits(table, entries), entries
        return self._folded

    def _judged(self, found: Bias, type_: str, rule: Rule | None = None) -> Iterator[Finding]:
        if found.low is None or found.low <= 1:
            return
        overall = HIDING_BIAS if type_ == "comment.hidden" else FEW_REMOVED if found.too_few else REMOVAL_BIAS
        yield self.found(
            rule or overall,
            list(found.negative.part.indexes),
            type=type_,
            part=found.negative.part.count,
            whole=found.negative.whole.count,
            other=found.other.part.count,
            others=found.other.whole.count,
            low=round(found.low, 2),
        )

    def _spike(self, surge: Event, hits: Hits) -> Iterator[Finding]:
        """Compare removals a comment received within the hours of a surge with those of all other time."""
        begun, hours = surge_begun(surge), self.ground.settings.surge_hours
        first, last = micros(begun), micros(begun + timedelta(hours=hours))
        at, removed = hits.table.column("at"), hits.first["comment.removed"]
        came = int(np.count_nonzero(hits.real & (at >= first) & (at < last)))
        where = np.sort(removed[hits.real & (removed != NONE)]).tolist()
        within = [each for each in where if first <= (self._measures[index_key(each)].at or 0) < last]
        others, other = int(np.count_nonzero(hits.real)) - came, len(where) - len(within)
        if not (came and others and within):
            return
        low = exact_ratio(len(within), came, other, others).low
        if low > 1:
            told = {"part": len(within), "whole": came, "other": other, "others": others, "low": round(low, 2)}
            yield self.found(SPIKE, [*within, surge.index], surge.object, None, hours=hours, **told)


def _by_actor(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Yield measures by who took them."""
    by: dict[str | None, list[Entry]] = {}
    for entry in entries:
        by.setdefault(entry.measure.actor, []).append(entry)
    yield from by.values()
