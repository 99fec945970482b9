"""The verdict on an incident or a period: one reading of its events, by all checks at once. Pure.

The same events, head and settings give the same verdict, whoever judges: the service, or an auditor with a bundle.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from events.visibility import Public
from projections.checks import CHECKS, coverage
from projections.checks.check import Check
from projections.checks.coverage import Coverage, Scope
from projections.checks.finding import Finding, Severity, Words
from projections.checks.ground import Ground
from projections.checks.settings import CONFIGURED
from projections.event import Event
from projections.hits import Bias
from projections.shown import Figure, Shown, figure

Checks = Sequence[type[Check]]
_ORDER = (Severity.FAILURE, Severity.WARNING, Severity.INFO)


class CheckResult(Shown):
    """What came of one check. `lack`: what it could not judge, and why; `judged`: whether it judged anything."""

    code: Public[str]
    title: Public[dict[str, str]]
    needs: Public[dict[str, str]]
    judged: Public[bool]
    lack: Public[dict[str, str] | None]
    failures: Public[Figure]
    warnings: Public[Figure]
    infos: Public[Figure]


class Verdict(Shown):
    """CERTIFIED: nothing was found within the scope. QUALIFIED: with warnings, or unable to see enough. FAILED.

    `policy` is the version of the settings in force at the end. What drills did wrong stands in `drills` and counts
    for nothing.
    """

    verdict: Public[Literal["certified", "qualified", "failed"]]
    scope: Public[Scope]
    policy: Public[str]
    failures: Public[Figure]
    warnings: Public[Figure]
    infos: Public[Figure]
    checks: Public[tuple[CheckResult, ...]]
    findings: Public[tuple[Finding, ...]]
    statistics: Public[dict[str, Bias]]
    drills: Public[tuple[Finding, ...]]


class Judgement:
    """A verdict in the making. Takes the events in the order of the log, whoever reads them and from where.

    They are those of the incident with what is linked to it (`with_linked`), or of the whole ledger, and in any case
    those of `context_types` from anywhere in it. Each is taken once, however often it is linked.
    """

    def __init__(self, ground: Ground, checks: Checks = CHECKS) -> None:
        """Begin before the first event."""
        self._ground, self._needed = ground, context_types(checks)
        self._covered, self._period = Coverage(), _Period(ground)
        self._real = _Bench([check(ground) for check in checks])
        self._drilled = _Bench([check(ground) for check in checks if not check.of_drills])
        self._played: set[int] = set()
        self._seen: set[int] = set()

    def take(self, event: Event) -> None:
        """Take the next event."""
        if self._again(event):
            return
        if event.type == CONFIGURED and not event.exercise:
            self._ground.settings = self._ground.settings.after(event)
        self._period.take(event)
        if event.exercise:
            self._real.take(event, of_drills=True)
            self._drilled.take(event)
            self._played.add(event.index)
            return
        self._real.take(event)
        if event.type in coverage.TYPES:
            self._covered.take(event)
        if event.type in self._needed:
            self._drilled.take(event)

    def verdict(self) -> Verdict:
        """Return the verdict on what was taken. `ground.integrity` has to be known by now, if it is to be."""
        found = self._period.within(self._drilled.findings())
        # What a drill's checks find in context alone, those of reality have found too.
        drills = [finding for finding in found if not self._played.isdisjoint(finding.indexes)]
        return _verdict(self._ground, self._real, drills, self._covered, self._period)

    def _again(self, event: Event) -> bool:
        """Tell whether an event was taken before: linked ones may come by themselves too, or be linked twice."""
        if event.linked_by is not None and (self._ground.incident is None or event.index in self._seen):
            return True
        if event.linked_by is not None or event.type in self._needed:
            self._seen.add(event.index)
        return False


def judge(events: Iterable[Event], ground: Ground, checks: Checks = CHECKS) -> Verdict:
    """Return the verdict on `events`, all at hand."""
    judgement = Judgement(ground, checks)
    for event in events:
        judgement.take(event)
    return judgement.verdict()


def context_types(checks: Checks = CHECKS) -> frozenset[str]:
    """Return the types of which a verdict needs all events, wherever in the ledger they happened."""
    return frozenset({CONFIGURED}).union(coverage.CONTEXT, *(check.context for check in checks))


class _Bench:
    """Checks that judge the same events."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = checks
        self._takers: dict[str, list[Check]] = {}

    def take(self, event: Event, *, of_drills: bool = False) -> None:
        """Let all checks take the event that want it; `of_drills`: those alone that want what drills did as well."""
        takers = self._takers.get(event.type)
        if takers is None:
            wanted = [check for check in self.checks if check.types is None or event.type in check.types]
            takers = self._takers.setdefault(event.type, wanted)
        for check in takers:
            if check.of_drills or not of_drills:
                check.take(event)

    def findings(self) -> Iterator[Finding]:
        """Yield what the checks found, the gravest first, then by check and place."""
        found = [finding for check in self.checks for finding in check.findings()]
        yield from sorted(found, key=lambda each: (_ORDER.index(each.severity), int(each.code[1:]), each.indexes))


class _Period:
    """Where in the log the period begins and ends: `accepted_at` never decreases along it."""

    def __init__(self, ground: Ground) -> None:
        self._since, self._until = ground.since, ground.until
        self._first: int | None = 0 if ground.since is None else None
        self._end: int | None = None

    def take(self, event: Event) -> None:
        if event.linked_by is not None:
            return
        if self._first is None and self._since is not None and event.accepted >= self._since:
            self._first = event.index
        if self._end is None and self._until is not None and event.accepted >= self._until:
            self._end = event.index

    def within(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings with evidence in the period, and those that have none."""
        for finding in findings:
            if not finding.indexes or any(map(self._holds, finding.indexes)):
                yield finding

    def _holds(self, index: int) -> bool:
        return self._first is not None and self._first <= index and (self._end is None or index < self._end)


def _verdict(ground: Ground, real: _Bench, drills: list[Finding], covered: Coverage, period: _Period) -> Verdict:
    findings = list(period.within(real.findings()))
    lacks = [lack for check in real.checks if (lack := check.lack()) is not None]
    blind = any(check.essential and check.lack() is not None for check in real.checks)
    failures, warnings, infos = (_of(findings, severity) for severity in _ORDER)
    return Verdict(
        verdict="failed" if failures.value else "qualified" if warnings.value or blind else "certified",
        scope=covered.scope(_subject(ground), lacks),
        policy=ground.settings.version,
        failures=failures,
        warnings=warnings,
        infos=infos,
        checks=tuple(_result(check, findings) for check in real.checks),
        findings=tuple(findings),
        statistics={name: bias for check in real.checks for name, bias in check.statistics().items()},
        drills=tuple(drills),
    )


def _result(check: Check, findings: Sequence[Finding]) -> CheckResult:
    own, lack = [finding for finding in findings if finding.code == check.code], check.lack()
    failures, warnings, infos = (_of(own, severity) for severity in _ORDER)
    return CheckResult(
        code=check.code,
        title=check.title.by_language,
        needs=check.needs.by_language,
        judged=check.judged() or bool(own),
        lack=None if lack is None else lack.by_language,
        failures=failures,
        warnings=warnings,
        infos=infos,
    )


def _of(findings: Sequence[Finding], severity: Severity) -> Figure:
    """Return how many findings are so severe, with all events that show them."""
    some = [finding for finding in findings if finding.severity is severity]
    return figure(len(some), sorted({index for finding in some for index in finding.indexes}))


def _subject(ground: Ground) -> Words:
    if ground.incident is not None:
        return Words(f"the incident {ground.incident}", f"l’incident {ground.incident}")
    if ground.since is None and ground.until is None:
        return Words("the whole ledger", "tout le registre")
    return Words(f"the ledger {_days(ground, 'from', 'until')}", f"le registre {_days(ground, 'du', 'au')}")


def _days(ground: Ground, from_: str, until: str) -> str:
    bounds = ((from_, ground.since), (until, ground.until))
    return " ".join(f"{word} {time:%Y-%m-%d %H:%M} UTC" for word, time in bounds if time is not None)
