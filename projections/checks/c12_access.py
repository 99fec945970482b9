"""C12, who saw and exported: readings counted, auditors only while they had access, nothing gone after an export."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Rule, Severity, Words
from projections.checks.ground import Ground
from projections.checks.wording import told_time
from projections.event import Event
from projections.shown import LISTED

VIEWED, CREATED, DOWNLOADED = "access.viewed", "export.created", "export.downloaded"
GRANTED, REVOKED = "auditor.access_granted", "auditor.access_revoked"
READINGS = frozenset({VIEWED, CREATED, DOWNLOADED})
AUDITOR = "auditor"
SOON = timedelta(days=1)

MATRIX = Rule(
    "matrix",
    Severity.INFO,
    Words(
        "Readers: {people}; readings of restricted fields: {views}; exports made: {exports}, fetched: {downloads}.",
        "Lecteurs : {people} ; lectures de champs restreints : {views} ; exports créés : {exports}, récupérés : "
        "{downloads}.",
    ),
)
REVOKED_ACCESS = Rule(
    "after_revocation",
    Severity.FAILURE,
    Words(
        "An auditor read at {time}, after their access was revoked.",
        "Un auditeur a lu le {time}, après le retrait de son accès.",
    ),
)
EXPIRED = Rule(
    "after_expiry",
    Severity.WARNING,
    Words(
        "An auditor read at {time}, after their access had ended at {until}.",
        "Un auditeur a lu le {time}, alors que son accès avait pris fin le {until}.",
    ),
)
UNGRANTED = Rule(
    "without_grant",
    Severity.WARNING,
    Words(
        "An auditor read at {time} with no access to this on record, though other grants are recorded.",
        "Un auditeur a lu le {time} sans accès consigné à ces données, alors que d’autres accès le sont.",
    ),
    settled_by=GRANTED,
)
GONE = Rule(
    "gone_after_export",
    Severity.WARNING,
    Words(
        "Removed or erased within a day after the export of {time}, which may have held it: {count}.",
        "Retirés ou effacés dans le jour qui a suivi l’export du {time}, qui a pu les contenir : {count}.",
    ),
    settled_by="comment.restored",
)


@dataclass(frozen=True, slots=True)
class _Access:
    """What an auditor was last granted, or (`revoked`) not any more."""

    index: int
    revoked: bool
    until: datetime | None
    incidents: frozenset[str]


@dataclass(slots=True)
class _Export:
    index: int
    at: datetime
    gone: list[int] = field(default_factory=list)


class WhoSaw(Check):
    """Counts readings, and follows what auditors were granted and what vanished after exports."""

    code = "C12"
    title = Words("Who read and took away is on record", "Qui a lu et emporté est consigné")
    needs = Words(
        "Records of readings, exports and auditors’ access.", "La trace des lectures, exports et accès d’audit."
    )
    rules = (MATRIX, REVOKED_ACCESS, EXPIRED, UNGRANTED, GONE)
    context = READINGS | {GRANTED, REVOKED, "key.destroyed"}
    types = context | {"comment.received", "reply.posted", "comment.removed", "comment.restored"}

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._access: dict[str, _Access] = {}
        self._counts: Counter[str] = Counter()
        self._people: set[str] = set()
        self._readings: list[int] = []
        self._received: dict[str, int] = {}
        self._exports: list[_Export] = []
        self._removals: dict[str, list[int]] = {}
        self._restored: dict[int, int] = {}
        self._found: list[Finding] = []
        self._ungranted: list[Event] = []

    def take(self, event: Event) -> None:
        """Take a reading, a grant, or something that vanished or came back."""
        match event.type:
            case "auditor.access_granted" | "auditor.access_revoked":
                self._access[event.text("auditor") or ""] = _access(event)
            case "comment.received" | "reply.posted":
                self._received.setdefault(event.text("external_id") or "", event.index)
            case "comment.removed":
                self._vanished(event)
            case "comment.restored":
                for index in self._removals.pop(event.text("target") or "", ()):
                    self._restored[index] = event.index
            case "key.destroyed":
                self._erased(event)
            case _ if self.ground.concerns(event):
                self._read(event)

    def findings(self) -> Iterator[Finding]:
        """Yield the count of readings, those of auditors without access, and exports after which things vanished."""
        if self._readings:
            yield self.found(
                MATRIX,
                self._readings,
                people=len(self._people),
                views=self._counts[VIEWED],
                exports=self._counts[CREATED],
                downloads=self._counts[DOWNLOADED],
            )
        yield from self._found
        if self._access:
            yield from (
                self.found(UNGRANTED, [event.index], time=told_time(event.accepted)) for event in self._ungranted
            )
        for export in self._exports:
            if export.gone:
                back = [self._restored[index] for index in export.gone if index in self._restored]
                settled = max(back) if len(back) == len(export.gone) else None
                told: Facts = {"time": told_time(export.at), "count": len(export.gone)}
                yield self.found(GONE, [*export.gone, export.index], settled=settled, **told)

    def _read(self, event: Event) -> None:
        by = event.text("by") or ""
        if self.ground.incident is None and not self.ground.judges(event):
            return
        self._counts[event.type] += 1
        self._people.add(by)
        if len(self._readings) < LISTED:
            self._readings.append(event.index)
        if event.text("role") == AUDITOR:
            self._audited(event, self._access.get(by))
        if event.type == CREATED:
            self._exports.append(_Export(event.index, event.accepted))

    def _audited(self, event: Event, access: _Access | None) -> None:
        incident = event.text("of_incident")
        if access is None or (access.incidents and incident is not None and incident not in access.incidents):
            if len(self._ungranted) < LISTED:
                self._ungranted.append(event)
        elif access.revoked:
            self._found.append(self.found(REVOKED_ACCESS, [event.index, access.index], time=told_time(event.accepted)))
        elif access.until is not None and event.accepted > access.until:
            told: Facts = {"time": told_time(event.accepted), "until": told_time(access.until)}
            self._found.append(self.found(EXPIRED, [event.index, access.index], **told))

    def _vanished(self, event: Event) -> None:
        target = event.text("target") or ""
        if (received := self._received.get(target)) is not None and self._after_exports(event, [received]):
            self._removals.setdefault(target, []).append(event.index)

    def _erased(self, event: Event) -> None:
        scope = event.value("scope")
        named = [item.get("index") for item in scope if isinstance(item, dict)] if isinstance(scope, list) else []
        self._after_exports(event, [index for index in named if isinstance(index, int)])

    def _after_exports(self, event: Event, objects: list[int]) -> bool:
        """Note what vanished with the exports of the day before that may have held it."""
        since = event.accepted - SOON
        recent = list(takewhile(lambda export: export.at >= since, reversed(self._exports)))
        for export in recent:
            if any(index < export.index for index in objects):
                export.gone.append(event.index)
        return bool(recent)


def _access(event: Event) -> _Access:
    incidents = event.value("incidents")
    named = incidents if isinstance(incidents, list) else []
    only = frozenset(name for name in named if isinstance(name, str))
    return _Access(event.index, event.type == REVOKED, event.time_said("until"), only)
