"""C10, log integrity: what the proof of the log lacks, what verifications found, and how long ago the last one was."""

from collections.abc import Iterator

from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.wording import told_span
from projections.event import Event

RUN = "verification.run"

FAULT = Rule(
    "fault", Severity.FAILURE, Words("The log fails its proof: {detail}", "La preuve du journal échoue : {detail}")
)
UNSIGNED = Rule(
    "beyond_checkpoint",
    Severity.FAILURE,
    Words(
        "The signed checkpoint covers {signed} entries, but {judged} were judged.",
        "Le point de contrôle signé couvre {signed} entrées, alors que {judged} ont été jugées.",
    ),
)
INVALID = Rule(
    "verification_invalid",
    Severity.FAILURE,
    Words(
        "A verification of the first {size} entries found the log invalid.",
        "Une vérification des {size} premières entrées a trouvé le journal invalide.",
    ),
)
VERIFIED = Rule(
    "verified",
    Severity.INFO,
    Words(
        "The ledger last verified itself {age} before this verdict, over {size} entries.",
        "Le registre s’est vérifié lui-même {age} avant ce verdict, sur {size} entrées.",
    ),
)


class LogIntegrity(Check):
    """Reports what verifying what is judged has shown; without that nothing can be CERTIFIED."""

    code = "C10"
    title = Words("The log proves itself unaltered", "Le journal prouve qu’il n’a pas été modifié")
    needs = Words(
        "The entries verified against a signed checkpoint.", "Les entrées vérifiées contre un point de contrôle signé."
    )
    rules = (FAULT, UNSIGNED, INVALID, VERIFIED)
    types = frozenset({RUN})
    context = types
    essential = True

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._invalid: list[tuple[int, int]] = []
        self._last: Event | None = None

    def take(self, event: Event) -> None:
        """Take a verification's result."""
        self._last = event
        if event.text("result") == "invalid":
            self._invalid.append((event.index, _size(event)))

    def findings(self) -> Iterator[Finding]:
        """Yield each fault of the proof, each failed verification, and the last verification."""
        integrity = self.ground.integrity
        for fault in () if integrity is None else integrity.faults:
            yield self.found(FAULT, [] if fault.at is None else [fault.at], detail=fault.detail)
        if integrity is not None and integrity.size < self.ground.size:
            yield self.found(UNSIGNED, [], signed=integrity.size, judged=self.ground.size)
        for index, size in self._invalid:
            yield self.found(INVALID, [index], size=size)
        if self._last is not None:
            age = told_span(self.ground.at - self._last.accepted)
            yield self.found(VERIFIED, [self._last.index], age=age, size=_size(self._last))

    def lack(self) -> Words | None:
        """Say that nobody verified what is judged, where nobody did."""
        if self.ground.integrity is not None:
            return None
        return Words(
            "The entries were not verified against a signed checkpoint.",
            "Les entrées n’ont pas été vérifiées contre un point de contrôle signé.",
        )


def _size(event: Event) -> int:
    size = event.value("tree_size")
    return size if isinstance(size, int) else 0
