"""C3: whether the platforms show what the ledger says: nothing missing, nothing unreported, nothing changed."""

from collections.abc import Iterator
from datetime import timedelta

from projections.checks.account_totals import AccountTotals
from projections.checks.c03_rules import (
    COUNTED,
    GONE,
    ONLY_COUNTED,
    RECONCILED,
    REPLY_MISSING,
    REPLY_UNREPORTED,
    RULES,
    SILENT_DELETION,
    SPARSE,
    TOTALS_DIFFER,
    UNDECLARED_EDIT,
    UNREPORTED,
    UNREPORTED_AROUND,
    UNSEEN_SINCE,
)
from projections.checks.check import Check
from projections.checks.coverage import SNAPSHOT, Coverage
from projections.checks.declarations import Declarations
from projections.checks.finding import Finding, Rule, Words
from projections.checks.ground import Ground
from projections.event import Event

_OBSERVED = {
    "comment.observed_missing": SILENT_DELETION,
    "reply.observed_missing": REPLY_MISSING,
    "comment.observed_unreported": UNREPORTED,
    "reply.observed_unreported": REPLY_UNREPORTED,
    "comment.observed_changed": UNDECLARED_EDIT,
}
_SETTLES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(GONE, (SILENT_DELETION,)),
    "reply.withdrawn": (REPLY_MISSING,),
    "comment.received": (UNREPORTED, UNREPORTED_AROUND),
    "reply.posted": (REPLY_UNREPORTED,),
    "comment.edited_by_author": (UNDECLARED_EDIT,),
}


class Reconciled(Check):
    """What snapshots showed otherwise than the ledger says, unless a later declaration settles it."""

    code = "C3"
    title = Words("The platforms show what the ledger says", "Les plateformes montrent ce que dit le registre")
    needs = Words("Snapshots of every account.", "Des instantanés de chaque compte.")
    rules = RULES
    types = frozenset({*_OBSERVED, *_SETTLES, "comment.unhidden", "comment.restored", SNAPSHOT, RECONCILED})
    context = frozenset({SNAPSHOT, RECONCILED, "comment.observed_unreported", "reply.observed_unreported"})
    essential = True

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing seen."""
        super().__init__(ground)
        self._seen, self._covered, self._totals = Declarations(), Coverage(), AccountTotals()
        self._counts: dict[int, Event] = {}
        self._around: dict[int, Event] = {}
        self._observed: set[tuple[str | None, str]] = set()
        self._origins: dict[str, int] = {}

    def take(self, event: Event) -> None:
        """Note what was seen, what settles it, and how much there should be."""
        if event.type in _OBSERVED:
            self._observe(event, _OBSERVED[event.type])
            return
        if event.type == RECONCILED:
            self._counts.setdefault(event.index, event)
            return
        if event.type in {"comment.received", "reply.posted", SNAPSHOT} and not self._totals.knows(event):
            self._covered.take(event)
        if event.type in {"comment.received", "reply.posted"}:
            self._origins.setdefault(event.object or "", event.index)
        self._totals.take(event)
        name = event.text("target") or event.text("external_id")
        rules = _SETTLES.get(event.type, ())
        self._seen.settle(rules, name, event.index)
        taken = event.value("cascade_ids") if rules else None
        for other in taken if isinstance(taken, list) else ():
            self._seen.settle(rules, other, event.index)

    def findings(self) -> Iterator[Finding]:
        """Yield what was seen, what was only counted, totals that differ, and where nobody looked."""
        near = timedelta(hours=self.ground.settings.outcome_within_hours)
        for seen in self._seen:
            beside = self._around.get(seen.index)
            if beside is not None and not self._totals.around(beside, near):
                continue
            origin = self._origins.get(seen.subject or "")
            indexes = [seen.index] if origin is None else [seen.index, origin]
            yield self.found(seen.rule, indexes, seen.subject, seen.settled, **seen.facts)
        for event in self._counts.values():
            yield from self._only_counted(event)
        if self.ground.incident is None:
            for index, shown, known in self._totals.differences:
                yield self.found(TOTALS_DIFFER, [index], shown=shown, known=known)
        for gap in self._totals.gaps(self.ground.settings.snapshot_interval_seconds):
            yield self.found(SPARSE, gap.indexes, hours=gap.hours)
        for last, after in self._totals.after_last():
            yield self.found(UNSEEN_SINCE, [last], count=after)

    def lack(self) -> Words | None:
        """Say so where an account that contents name was never compared."""
        if self._covered.compared:
            return None
        return Words(
            "Not every account was compared with its platform: a silent deletion there would not show.",
            "Tous les comptes n’ont pas été comparés à leur plateforme : une suppression muette ne s’y verrait pas.",
        )

    def judged(self) -> bool:
        """Return whether any account was compared."""
        return self._totals.looked

    def _observe(self, event: Event, rule: Rule) -> None:
        self._observed.add((event.text("account"), rule.name))
        if self.ground.incident is not None and event.incident != self.ground.incident:
            rule = UNREPORTED_AROUND
            self._around[event.index] = event
        self._seen.note(rule, event, event.text("external_id"))

    def _only_counted(self, event: Event) -> Iterator[Finding]:
        """Yield the differences that a reconciliation counted and that nothing on record names."""
        if self.ground.incident is not None and event.incident != self.ground.incident:
            return
        said = event.value("findings")
        for kind, number in said.items() if isinstance(said, dict) else ():
            rules = COUNTED.get(kind, ())
            named = any((event.text("account"), rule.name) in self._observed for rule in rules)
            if rules and isinstance(number, int) and number > 0 and not named:
                yield self.found(ONLY_COUNTED, [event.index], count=number, kind=kind)
