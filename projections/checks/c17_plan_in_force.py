"""C17, plan and policy in force: the plan acted on was the one in force then, and no rule was bent in mid-crisis."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from projections.checks.c17_rules import (
    EDITED,
    LAG_LOOSENED,
    NO_TEXT,
    PLAN_LOOSENED,
    REWRITTEN,
    SETTINGS_LOOSENED,
    SUPERSEDED,
    UNKNOWN,
)
from projections.checks.check import Check
from projections.checks.finding import Facts, Finding, Words
from projections.checks.ground import Ground
from projections.checks.loosening import binding, loosened_plan, loosened_settings
from projections.checks.open_incidents import OpenIncidents
from projections.checks.settings import CONFIGURED, DEFAULT, Settings
from projections.checks.wording import told_span
from projections.event import Event

PLANS = frozenset({"plan.published", "plan.revised"})
POLICY = "policy.published"


@dataclass(frozen=True, slots=True)
class _Version:
    index: int
    version: str | None
    body: str | None


@dataclass(slots=True)
class _Document:
    """A plan or a policy: its versions as first published, the latest, and what that demands."""

    first: dict[str | None, _Version] = field(default_factory=dict)
    latest: _Version | None = None
    demands: dict[str, dict[str, Any]] = field(default_factory=dict)


class PlanInForce(Check):
    """Follows versions of plans, policies and settings through the times when incidents are open."""

    code = "C17"
    title = Words("The rules in force were followed, not bent", "Les règles en vigueur ont été suivies, pas infléchies")
    needs = Words("Plans, policies and settings as versions.", "Les versions des plans, des règles et des réglages.")
    rules = (NO_TEXT, UNKNOWN, SUPERSEDED, REWRITTEN, EDITED, PLAN_LOOSENED, LAG_LOOSENED, SETTINGS_LOOSENED)
    context = PLANS | {POLICY, CONFIGURED}

    def __init__(self, ground: Ground) -> None:
        """Begin before the first event."""
        super().__init__(ground)
        self._plans: dict[str | None, _Document] = {}
        self._policies: dict[str | None, _Document] = {}
        self._open = OpenIncidents()
        self._in_use: set[tuple[str | None, str | None]] = set()
        self._settings: Settings = DEFAULT
        self._lags: dict[str, tuple[timedelta, int]] = {}
        self._textless: dict[str | None, int] = {}
        self._found: list[Finding] = []

    def take(self, event: Event) -> None:
        """Take a version, a use of a plan, the course of an incident; of all else, how late it was."""
        if event.type in PLANS:
            self._found += self._planned(event)
        elif event.type == POLICY:
            self._found += [*self._published(event, self._policies, "policy"), *self._edited(event)]
        elif event.type == CONFIGURED:
            self._found += self._configured(event)
        elif event.type == "plan.activated":
            self._in_use.add((event.incident, event.text("plan_id")))
            self._found += self._activated(event)
        elif event.type == "plan.deactivated":
            self._in_use.discard((event.incident, event.text("plan_id")))
        else:
            self._open.take(event)
            self._lag(event)

    def findings(self) -> Iterator[Finding]:
        """Yield each version acted on that was not in force, and each change in mid-crisis."""
        yield from self._found
        for plan, index in self._textless.items():
            document = self._plans.get(plan)
            settled = document.latest.index if document is not None and document.latest is not None else None
            if settled is None:
                yield self.found(NO_TEXT, [index], f"plan|{plan}")
            else:
                yield self.found(UNKNOWN, [index, settled], f"plan|{plan}")

    def _activated(self, event: Event) -> Iterator[Finding]:
        plan, version = event.text("plan_id"), event.text("version")
        document = self._plans.get(plan)
        if document is None or document.latest is None:
            self._textless.setdefault(plan, event.index)
        elif version not in document.first:
            yield self.found(UNKNOWN, [event.index, document.latest.index], f"plan|{plan}")
        elif version != document.latest.version:
            indexes = [event.index, document.latest.index, document.first[version].index]
            yield self.found(SUPERSEDED, indexes, f"plan|{plan}")

    def _planned(self, event: Event) -> Iterator[Finding]:
        plan, demands = event.text("plan_id"), binding(event)
        before = self._plans.get(plan)
        weaker = [] if before is None else list(loosened_plan(before.demands, demands))
        previous = None if before is None else before.latest
        yield from self._published(event, self._plans, "plan_id")
        self._plans[plan].demands = demands
        used = sorted(
            incident or "" for incident, name in self._in_use if name == plan and incident in self._open.since
        )
        if used and weaker and previous is not None:
            opened = [self._open.since[incident] for incident in used]
            yield self.found(PLAN_LOOSENED, [event.index, previous.index, *opened], f"plan|{plan}", count=len(weaker))
        else:
            yield from self._edited(event)

    def _published(self, event: Event, documents: dict[str | None, _Document], named: str) -> Iterator[Finding]:
        document = documents.setdefault(event.text(named), _Document())
        version = _Version(event.index, event.text("version"), event.text("body_sha256"))
        first = document.first.setdefault(version.version, version)
        document.latest = version
        if first.body != version.body:
            yield self.found(REWRITTEN, [event.index, first.index], event.object)

    def _edited(self, event: Event) -> Iterator[Finding]:
        if self._open.since:
            yield self.found(EDITED, [event.index, *self._open.since.values()], event.object)

    def _configured(self, event: Event) -> Iterator[Finding]:
        before, after = self._settings, self._settings.after(event)
        self._settings = after
        if not self._open.since:
            return
        opened = [*self._open.since.values()]
        raised = list(self._raised(before, after))
        for type_, lag, index in raised:
            told: Facts = {"type": type_, "allowed": told_span(after.allowed_lag(type_)), "lag": told_span(lag)}
            yield self.found(LAG_LOOSENED, [event.index, index, *opened], **told)
        names = sorted(loosened_settings(before, after))
        if names:
            yield self.found(SETTINGS_LOOSENED, [event.index, *opened], names=", ".join(names))
        if not raised and not names:
            yield from self._edited(event)

    def _raised(self, before: Settings, after: Settings) -> Iterator[tuple[str, timedelta, int]]:
        """Yield the types whose allowed lag was raised after events had exceeded it."""
        for type_, (lag, index) in sorted(self._lags.items()):
            allowed = before.allowed_lag(type_)
            if lag > allowed and after.allowed_lag(type_) > allowed:
                yield type_, allowed, index

    def _lag(self, event: Event) -> None:
        """Keep the longest lag of each type in what is judged."""
        time = event.time
        if time is None or not self.ground.judges(event):
            return
        lag = event.accepted - time
        longest = self._lags.get(event.type)
        if longest is None or lag > longest[0]:
            self._lags[event.type] = (lag, event.index)
