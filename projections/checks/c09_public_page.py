"""C9: whether our public page shows what the ledger says we published: no update more, none less."""

from collections.abc import Iterator

from projections.checks.check import Check
from projections.checks.coverage import SNAPSHOT
from projections.checks.declarations import Declarations
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.event import Event

_PAGE = "public_page.published"

UNRECORDED = Rule(
    "update_unrecorded",
    Severity.FAILURE,
    Words(
        "A public page shows an update that nobody recorded as published.",
        "Une page publique montre un point d’information que personne n’a consigné comme publié.",
    ),
    settled_by="update.published",
)
UNRECORDED_AROUND = Rule(
    "update_unrecorded_around",
    Severity.WARNING,
    Words(
        "A public page shows an update of no known incident that nobody had recorded as published.",
        "Une page publique montre un point d’information d’aucun incident connu, que personne n’avait consigné.",
    ),
    settled_by="update.published",
)
MISSING = Rule(
    "update_missing",
    Severity.FAILURE,
    Words(
        "An update that was published is no longer on its page, and nobody declared that it was withdrawn.",
        "Un point d’information publié n’est plus sur sa page, et personne n’a déclaré son retrait.",
    ),
    settled_by="update.withdrawn",
)
NOT_SEEN_SINCE = Rule(
    "page_not_seen_since",
    Severity.INFO,
    Words(
        "After the last snapshot of a page {count} public updates or pages were published; nobody looked since.",
        "Après le dernier instantané d’une page, {count} publications ont eu lieu ; nul n’y a regardé depuis.",
    ),
)


class PublicPage(Check):
    """Updates on the page and in the ledger, as the snapshots of the page were compared. C8 judges their words."""

    code = "C9"
    title = Words("The public page shows what the ledger says", "La page publique montre ce que dit le registre")
    needs = Words("Snapshots of our public pages.", "Des instantanés de nos pages publiques.")
    rules = (UNRECORDED, UNRECORDED_AROUND, MISSING, NOT_SEEN_SINCE)
    types = frozenset(
        {"update.observed", "update.observed_missing", "update.published", "update.withdrawn", SNAPSHOT, _PAGE}
    )
    context = frozenset({SNAPSHOT, _PAGE, "update.observed"})

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing seen."""
        super().__init__(ground)
        self._seen = Declarations()
        self._urls: set[str] = set()
        self._pages: list[Event] = []
        self._published: set[int] = set()
        self._observed = False

    def take(self, event: Event) -> None:
        """Note what a page showed, and what was published."""
        name = event.text("update_id")
        match event.type:
            case "update.observed":
                self._observed = True
                own = self.ground.incident in {None, event.incident}
                self._seen.note(UNRECORDED if own else UNRECORDED_AROUND, event, name)
            case "update.observed_missing":
                self._observed = True
                self._seen.note(MISSING, event, name)
            case "update.withdrawn":
                self._seen.settle([MISSING], name, event.index)
            case "update.published" if event.text("audience") == "public":
                self._seen.settle([UNRECORDED, UNRECORDED_AROUND], name, event.index)
                self._published.add(event.index)
            case "public_page.published":
                self._urls.update(filter(None, [event.text("url")]))
                self._published.add(event.index)
            case "snapshot.imported":
                self._pages.append(event)

    def findings(self) -> Iterator[Finding]:
        """Yield what the page shows too much or too little, and what nobody has looked at."""
        for seen in self._seen:
            yield self.found(seen.rule, [seen.index], seen.subject, seen.settled)
        last = max((event.index for event in self._ours()), default=None)
        since = [] if last is None else sorted(index for index in self._published if index > last)
        if last is not None and since:
            yield self.found(NOT_SEEN_SINCE, [*since, last], count=len(since))

    def lack(self) -> Words | None:
        """Say so where no page of ours was compared."""
        if self._observed or self._ours():
            return None
        return Words(
            "No public page of ours was compared with the ledger.",
            "Aucune de nos pages publiques n’a été comparée au registre.",
        )

    def _ours(self) -> list[Event]:
        """Return the snapshots of pages: of the platform `web`, or of an address at which we published one."""
        return [event for event in self._pages if event.text("platform") == "web" or event.text("url") in self._urls]
