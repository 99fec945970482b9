"""C21: whether the page moderated past the ledger: a hiding or removal by hand, on the platform itself."""

from collections.abc import Iterator

from projections.checks.check import Check
from projections.checks.declarations import Declarations
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.event import Event

OUT_OF_BAND = Rule(
    "out_of_band",
    Severity.FAILURE,
    Words(
        "The page moderated a comment on its platform ({measure}), and no such measure was in the ledger.",
        "La page a modéré un commentaire sur sa plateforme ({measure}), et le registre n’en disait rien.",
    ),
    settled_by="comment.hidden",
)
_MEASURES = ("comment.hidden", "comment.removed")


class OutOfBand(Check):
    """Measures that were taken outside the tool. A measure declared later settles them, and they are still told."""

    code = "C21"
    title = Words("Nothing was moderated past the ledger", "Rien n’a été modéré en dehors du registre")
    needs = Words(
        "Snapshots that say who hid or removed a comment.",
        "Des instantanés qui disent qui a masqué ou supprimé un commentaire.",
    )
    rules = (OUT_OF_BAND,)
    types = frozenset({"comment.observed_moderated", "snapshot.imported", *_MEASURES})
    context = frozenset({"snapshot.imported"})

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing seen."""
        super().__init__(ground)
        self._seen = Declarations()
        self._looked = False

    def take(self, event: Event) -> None:
        """Note what was seen on a platform, and what declares it."""
        if event.type == "snapshot.imported":
            self._looked = True
        elif event.type in _MEASURES:
            taken = event.value("cascade_ids")
            for name in (event.text("target"), *(taken if isinstance(taken, list) else ())):
                self._seen.settle(self.rules, name, event.index)
        else:
            measure = event.text("measure") or "hidden"
            self._seen.note(OUT_OF_BAND, event, event.text("external_id"), measure=measure)

    def findings(self) -> Iterator[Finding]:
        """Yield every measure that was seen and not declared before."""
        for seen in self._seen:
            yield self.found(seen.rule, [seen.index], seen.subject, seen.settled, **seen.facts)

    def lack(self) -> Words | None:
        """Say so where no snapshot was ever compared."""
        if self._looked:
            return None
        return Words(
            "Without a snapshot nobody can tell whether the page moderated by hand.",
            "Sans instantané, nul ne peut dire si la page a modéré à la main.",
        )
