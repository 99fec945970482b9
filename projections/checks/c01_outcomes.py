"""C1: whether every comment has an outcome: at the closure of its incident, or before it has waited too long."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Severity, Told, Words
from projections.checks.ground import Ground
from projections.comments import COMMENTS, ContentRow
from projections.event import Event
from projections.folding import named_rows
from projections.instants import micros

_LIFE = frozenset({"incident.closed", "incident.reopened"})

ORPHAN = Rule(
    "orphan_at_closure",
    Severity.FAILURE,
    Words(
        "The incident was closed while comments had neither an answer nor an outcome: {count}. The first had waited "
        "{hours} h.",
        "L’incident a été clos alors que des commentaires n’avaient ni réponse ni issue : {count}. Le premier "
        "attendait depuis {hours} h.",
    ),
    settled_by="comment.outcome_set",
)
OVERDUE = Rule(
    "outcome_overdue",
    Severity.WARNING,
    Words(
        "Comments wait without an answer or an outcome, longer than the {allowed} h allowed: {count}. The first has "
        "waited {hours} h.",
        "Des commentaires attendent sans réponse ni issue, plus que les {allowed} h admises : {count}. Le premier "
        "attend depuis {hours} h.",
    ),
    settled_by="comment.outcome_set",
)


class Outcomes(Check):
    """Comments that wait, as the comments' view counts them. An outcome that came after the closure settles it."""

    code = "C1"
    title = Words("Every comment has an outcome", "Chaque commentaire a une issue")
    needs = Words("The comments, their answers and outcomes.", "Les commentaires, leurs réponses et leurs issues.")
    rules = (ORPHAN, OVERDUE)
    types = _LIFE | {
        "comment.received",
        "reply.posted",
        "comment.outcome_set",
        "comment.classified",
        "comment.deleted_by_author",
        "comment.removed",
        "comment.restored",
    }

    def __init__(self, ground: Ground) -> None:
        """Begin without comments."""
        super().__init__(ground)
        self._rows: dict[str, ContentRow] = {}
        self._waiting: dict[str, str] = {}
        self._closed: dict[str, Event] = {}
        self._orphans: dict[tuple[str, str], int | None] = {}
        self._unnamed = 0

    def take(self, event: Event) -> None:
        """Fold the comments it touches; keep who waits, and who did when an incident was closed."""
        incident = event.incident or ""
        if event.type in _LIFE:
            self._turn(incident, event)
            return
        if event.type == "comment.received" and event.object is None:
            self._unnamed += 1
        for name in named_rows(COMMENTS, self._rows, event):
            row = self._rows[name]
            if row.received is not None and row.waits:
                self._await(name, incident)
            elif (left := self._waiting.pop(name, None)) is not None and (left, name) in self._orphans:
                self._orphans[left, name] = event.index

    def findings(self) -> Iterator[Finding]:
        """Yield, for each incident, those who had no outcome at its closure, and who has waited too long since."""
        for incident, closure in self._closed.items():
            orphans = {name: by for (of, name), by in self._orphans.items() if of == incident}
            for settled in (False, True):
                names = [name for name, by in orphans.items() if (by is not None) is settled]
                by = max((index for index in orphans.values() if index is not None), default=None) if settled else None
                yield from self._waited(ORPHAN, names, micros(closure.moment), [closure.index], by)
        allowed = self.ground.settings.outcome_within_hours
        limit = micros(self.ground.at - timedelta(hours=allowed))
        late: dict[str, list[str]] = {}
        for name, incident in self._waiting.items():
            at = self._rows[name].at
            if (incident, name) not in self._orphans and at is not None and at < limit:
                late.setdefault(incident, []).append(name)
        for names in late.values():
            yield from self._waited(OVERDUE, names, micros(self.ground.at), allowed=allowed)

    def _waited(
        self,
        rule: Rule,
        names: Sequence[str],
        until: int,
        first: Sequence[int] = (),
        settled: int | None = None,
        **facts: Told,
    ) -> Iterator[Finding]:
        """Yield one finding of all who waited, who waited longest first; nothing where nobody did."""
        rows = sorted((row.at or 0, row.received or 0, name) for name in names for row in [self._rows[name]])
        if rows:
            subject = f"content|{rows[0][2]}" if len(rows) == 1 else None
            indexes = [*first, *(received for _, received, _ in rows)]
            told: dict[str, Told] = {"count": len(rows), "hours": _hours(until - rows[0][0]), **facts}
            yield self.found(rule, indexes, subject, settled, **told)

    def lack(self) -> Words | None:
        """Say how many comments can't be followed."""
        if not self._unnamed:
            return None
        return Words(
            f"The ids of {self._unnamed} comments are not open: what became of them can’t be told.",
            f"Les identifiants de {self._unnamed} commentaires ne sont pas lisibles : leur issue ne peut être dite.",
        )

    def judged(self) -> bool:
        """Return that all other comments were judged."""
        return True

    def _turn(self, incident: str, event: Event) -> None:
        if event.type == "incident.reopened":
            self._closed.pop(incident, None)
            for key in [key for key in self._orphans if key[0] == incident]:
                del self._orphans[key]
            return
        self._closed[incident] = event
        for name, of in self._waiting.items():
            if of == incident and (self._rows[name].at or 0) <= micros(event.moment):
                self._orphans[incident, name] = None

    def _await(self, name: str, incident: str) -> None:
        """Note that a comment waits; it is an orphan where it was made before the closure that stands."""
        of, closure = self._waiting.setdefault(name, incident), self._closed.get(incident)
        if of == incident and closure is not None and (self._rows[name].at or 0) <= micros(closure.moment):
            self._orphans[incident, name] = None


def _hours(micros_: int) -> int:
    return max(0, micros_ // 3_600_000_000)
