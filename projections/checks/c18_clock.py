"""C18, clock trust: others outside cosigned the log's heads, often enough that its clock can't be set back unseen."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.wording import told_span, told_time
from projections.event import Event

WITNESSED = "checkpoint.witnessed"

STALE = Rule(
    "head_unwitnessed",
    Severity.WARNING,
    Words(
        "Witnesses last cosigned a checkpoint {age} before this verdict; {allowed} is allowed.",
        "Des témoins ont cosigné un point de contrôle pour la dernière fois {age} avant ce verdict ; "
        "{allowed} sont permis.",
    ),
    settled_by=WITNESSED,
)
GAP = Rule(
    "witness_gap",
    Severity.WARNING,
    Words(
        "No witness cosigned a checkpoint for {gap}, from {begun} on; {allowed} is allowed.",
        "Aucun témoin n’a cosigné de point de contrôle pendant {gap}, à partir du {begun} ; {allowed} sont permis.",
    ),
)
IMPOSSIBLE = Rule(
    "witnessed_too_large",
    Severity.FAILURE,
    Words(
        "Witnesses are said to have cosigned {size} entries when the log had {entries}.",
        "Des témoins auraient cosigné {size} entrées alors que le journal en avait {entries}.",
    ),
)
LAST = Rule(
    "witnessed",
    Severity.INFO,
    Words(
        "Witnesses last cosigned a checkpoint at {time}.",
        "Des témoins ont cosigné un point de contrôle pour la dernière fois le {time}.",
    ),
)


class ClockTrust(Check):
    """Compares the ages of witnessed heads with what the settings in force allowed."""

    code = "C18"
    title = Words("Others vouch for the log’s clock", "D’autres se portent garants de l’horloge du journal")
    needs = Words("Checkpoints that witnesses cosigned.", "Des points de contrôle cosignés par des témoins.")
    rules = (STALE, GAP, IMPOSSIBLE, LAST)
    types = frozenset({WITNESSED})
    context = types

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._last: tuple[datetime, int] | None = None
        self._found: list[Finding] = []

    def take(self, event: Event) -> None:
        """Take a cosigned checkpoint."""
        size, accepted = event.value("tree_size"), event.accepted
        if isinstance(size, int) and size > event.index:
            self._found.append(self.found(IMPOSSIBLE, [event.index], size=size, entries=event.index))
            return
        if self._last is not None and accepted - self._last[0] > self._allowed:
            begun, index = self._last
            told: Facts = {
                "gap": told_span(accepted - begun),
                "begun": told_time(begun),
                "allowed": told_span(self._allowed),
            }
            self._found.append(self.found(GAP, [event.index, index], **told))
        self._last = (accepted, event.index)

    def findings(self) -> Iterator[Finding]:
        """Yield every gap between cosigned heads, and how old the last one is."""
        yield from self._found
        if (last := self._newest()) is None:
            return
        at, indexes = last
        yield self.found(LAST, indexes, time=told_time(at))
        if self.ground.at - at > self._allowed:
            yield self.found(STALE, indexes, age=told_span(self.ground.at - at), allowed=told_span(self._allowed))

    def lack(self) -> Words | None:
        """Say that the clock is the ledger's own word where no witness ever cosigned."""
        if self._newest() is not None:
            return None
        return Words(
            "No witness cosigned a checkpoint, so when entries were accepted is the ledger’s word alone.",
            "Aucun témoin n’a cosigné de point de contrôle : les heures ne tiennent qu’à la parole du registre.",
        )

    @property
    def _allowed(self) -> timedelta:
        return timedelta(seconds=self.ground.settings.witness_within_seconds)

    def _newest(self) -> tuple[datetime, list[int]] | None:
        """Return when a head was last cosigned, as the log or its proof says, and by which event."""
        told = None if self.ground.integrity is None else self.ground.integrity.witnessed_at
        if self._last is None or (told is not None and told > self._last[0]):
            return None if told is None else (told, [])
        return self._last[0], [self._last[1]]
