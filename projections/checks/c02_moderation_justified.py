"""C2: whether every measure says who took it, why, and under which policy then in force, and lost no content."""

from collections.abc import Iterator
from datetime import datetime

from projections.checks.c02_rules import (
    CITED,
    CONTENT_UNKNOWN,
    CONTENT_UNREADABLE,
    EXPIRED,
    NO_ACTOR,
    NO_POLICY,
    NO_REASON,
    NO_STATEMENT,
    OPINION_ONLY,
    RULES,
)
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Words
from projections.checks.ground import Ground
from projections.checks.policies import Policies
from projections.checks.tombstones import DESTROYED, Tombstones
from projections.event import Event
from projections.measures import MEASURES_AND_ENDS
from projections.register import ENDS, is_end

_OF_COMMENTS = frozenset({"comment.hidden", "comment.removed"})


class Justified(Check):
    """Each measure by itself: its reasons, its policy, what it left of the content, and its end."""

    code = "C2"
    title = Words("Every measure is justified", "Chaque mesure est justifiée")
    needs = Words("The measures and the versions of the policies.", "Les mesures et les versions des règles.")
    rules = RULES
    types = MEASURES_AND_ENDS | {"comment.received", "policy.published", DESTROYED}
    context = frozenset({"policy.published", DESTROYED})

    def __init__(self, ground: Ground) -> None:
        """Begin without measures."""
        super().__init__(ground)
        self._policies, self._tombstones = Policies(), Tombstones()
        self._faults: dict[tuple[int, str], tuple[Rule, Event]] = {}
        self._measures: dict[int, Event] = {}
        self._ending: dict[tuple[str, str | None], list[int]] = {}
        self._expires: dict[int, datetime] = {}
        self._texts: dict[str, tuple[int, bool]] = {}

    def take(self, event: Event) -> None:
        """Judge a measure as it stands by itself; remember what its content and its policy depend on."""
        if event.type == "comment.received":
            name = event.text("external_id")
            if name is not None:
                self._texts.setdefault(name, (event.index, "text" in event.openings))
        elif event.type == "policy.published":
            self._policies.take(event)
        elif event.type == DESTROYED:
            self._tombstones.take(event)
        elif event.index not in self._measures:
            self._measures[event.index] = event
            for rule in self._broken(event):
                self._faults[event.index, rule.name] = rule, event
            self._follow(event)

    def findings(self) -> Iterator[Finding]:
        """Yield what measures lack, what they cite wrongly, what became of their contents, what has not ended."""
        for rule, event in self._faults.values():
            if not self._erased(rule, event):
                yield self._of(rule, event)
        for event in self._measures.values():
            ref = event.text("policy_ref") or ""
            cited = self._policies.cited(ref, event) if ref.strip() else None
            if cited is not None and (wrong := CITED.get(cited.standing)) is not None:
                yield self._of(wrong, event, *([] if cited.by is None else [cited.by]))
            if event.type in _OF_COMMENTS:
                yield from self._content(event)
        for index, end in self._expires.items():
            if end <= self.ground.at:
                yield self._of(EXPIRED, self._measures[index])

    def lack(self) -> Words | None:
        """Say so where measures cite policies that the ledger doesn't hold, or nobody may read the contents."""
        refs = ((event, event.text("policy_ref")) for event in self._measures.values())
        unknown = sum(ref is not None and self._policies.cited(ref, e).standing == "unknown_policy" for e, ref in refs)
        if not unknown:
            return None
        return Words(
            f"{unknown} measures cite policies that the ledger doesn’t hold: whether they were in force can’t be told.",
            f"{unknown} mesures citent des règles absentes du registre : nul ne peut dire si elles étaient en vigueur.",
        )

    def judged(self) -> bool:
        """Return that all else was judged."""
        return True

    def _broken(self, event: Event) -> Iterator[Rule]:
        if event.actor is None:
            yield NO_ACTOR
        code, words = event.text("reason_code"), event.text("reason_text") or event.text("reason")
        by_code = event.type.startswith("comment.") and event.type != "comment.labelled"
        if not (words or "").strip() or (by_code and not (code or "").strip()):
            yield NO_REASON
        if not (event.text("policy_ref") or "").strip():
            yield NO_POLICY
        if not is_end(event.type) and code is not None and _plain(code) in map(_plain, self._opinions()):
            yield OPINION_ONLY
        if event.type == "comment.removed" and not isinstance(event.value("statement_of_reasons"), dict):
            yield NO_STATEMENT

    def _opinions(self) -> tuple[str, ...]:
        return self.ground.settings.opinion_codes

    def _follow(self, event: Event) -> None:
        """Note when a measure ends, by its own word or by what ends it."""
        target = event.text("target")
        if event.type in ENDS:
            for index in self._ending.pop((ENDS[event.type], target), ()):
                self._expires.pop(index, None)
        elif event.type in {*_OF_COMMENTS, "thread.locked"} and (until := event.time_said("expires_at")) is not None:
            self._expires[event.index] = until
            self._ending.setdefault((event.type, target), []).append(event.index)

    def _content(self, event: Event) -> Iterator[Finding]:
        index, readable = self._texts.get(event.text("target") or "", (None, False))
        if index is None:
            yield self._of(CONTENT_UNKNOWN, event)
        elif not readable and self._some_are_open() and self._tombstones.by(index, "text") is None:
            yield self._of(CONTENT_UNREADABLE, event, index)

    def _some_are_open(self) -> bool:
        """Tell whether who judges may read comments at all: what is withheld from them is not gone."""
        return any(readable for _, readable in self._texts.values())

    def _erased(self, rule: Rule, event: Event) -> bool:
        fields = {"no_actor": ("actor",), "no_reason": ("reason_code", "reason_text", "reason")}.get(rule.name, ())
        return any(self._tombstones.by(event.index, field) is not None for field in fields)

    def _of(self, rule: Rule, event: Event, *more: int) -> Finding:
        return self.found(rule, [event.index, *more], event.object, type=event.type)


def _plain(code: str) -> str:
    return code.lower().replace("-", "_").replace(".", "_")
