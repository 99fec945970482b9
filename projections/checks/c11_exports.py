"""C11, completeness of exports: each has a manifest that says what it holds, and a part is not given as the whole."""

from collections.abc import Iterator
from typing import NamedTuple

from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.event import Event

CREATED, DOWNLOADED, PAGE = "export.created", "export.downloaded", "public_page.published"
TAKEN = frozenset({CREATED, DOWNLOADED, PAGE})

UNPROVEN = Rule(
    "no_manifest",
    Severity.FAILURE,
    Words(
        "An export is on record without the hash of its manifest: nobody can tell what it held.",
        "Un export est consigné sans l’empreinte de son manifeste : personne ne peut dire ce qu’il contenait.",
    ),
)
UNCOUNTED = Rule(
    "no_count",
    Severity.INFO,
    Words(
        "An export with manifest {manifest} was put on record as it began, so its record doesn’t count its events.",
        "L’export de manifeste {manifest} a été consigné dès son début : sa trace ne compte pas ses événements.",
    ),
)
DIFFERENT = Rule(
    "same_manifest_other_count",
    Severity.FAILURE,
    Words(
        "The manifest {manifest} was given out for {rows} events and before that for {before}.",
        "Le manifeste {manifest} a été donné pour {rows} événements, et auparavant pour {before}.",
    ),
)
UNKNOWN = Rule(
    "download_of_unknown",
    Severity.WARNING,
    Words(
        "A bundle with manifest {manifest} was fetched, and nobody recorded that it was made.",
        "Un lot de manifeste {manifest} a été récupéré sans que personne n’ait consigné sa création.",
    ),
)
PARTIAL = Rule(
    "partial",
    Severity.INFO,
    Words(
        "An export with manifest {manifest} holds {rows} of the {all} events there were.",
        "L’export de manifeste {manifest} contient {rows} des {all} événements existants.",
    ),
)


class _Export(NamedTuple):
    at: int
    rows: int | None


class Exports(Check):
    """Holds the records of exports and published pages against each other, and against the log's own count."""

    code = "C11"
    title = Words("Exports say what they leave out", "Les exports disent ce qu’ils omettent")
    needs = Words("Records of exports, and their manifests.", "La trace des exports, et leurs manifestes.")
    rules = (UNPROVEN, UNCOUNTED, DIFFERENT, UNKNOWN, PARTIAL)
    context = TAKEN

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._events = 0
        self._exports = 0
        self._made: dict[str, _Export] = {}
        self._found: list[Finding] = []

    def take(self, event: Event) -> None:
        """Take an export; of all else, that there is one event more."""
        if event.type in TAKEN and self.ground.concerns(event):
            self._exports += 1
            self._found += self._judged(event)
        self._events += self.ground.incident is None or event.incident == self.ground.incident

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with records of exports, and which exports are parts."""
        yield from self._found

    def lack(self) -> Words | None:
        """Say that no manifest was opened: the records of exports are all there is to judge."""
        if not self._exports:
            return None
        return Words(
            f"Exports judged by their records alone, since their manifests were not opened: {self._exports}.",
            f"Exports jugés sur leurs seules traces, leurs manifestes n’ayant pas été ouverts : {self._exports}.",
        )

    def judged(self) -> bool:
        """Tell that records alone can be judged."""
        return True

    def _judged(self, event: Event) -> Iterator[Finding]:
        manifest, rows = event.text("manifest_sha256"), event.value("rows")
        if manifest is None:
            yield self.found(UNPROVEN, [event.index])
            return
        export = _Export(event.index, rows if isinstance(rows, int) else None)
        told: Facts = {"manifest": manifest[:16]}
        known = self._made.setdefault(manifest, export)
        if export.rows is None:
            yield self.found(UNCOUNTED, [event.index], **told)
        elif known.rows is not None and known.rows != export.rows:
            yield self.found(DIFFERENT, [event.index, known.at], rows=export.rows, before=known.rows, **told)
        elif export.rows < self._events:
            yield self.found(PARTIAL, [event.index], rows=export.rows, all=self._events, **told)
        if event.type == DOWNLOADED and known is export:
            yield self.found(UNKNOWN, [event.index], **told)
