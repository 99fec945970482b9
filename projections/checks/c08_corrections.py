"""C8: whether everything of ours that changed outside was declared in time, as it now reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from projections.checks.c08_rules import (
    AUTHOR_BEFORE_CONTRADICTS,
    BEFORE_CONTRADICTS,
    LATE,
    NOT_YET,
    REDATED,
    REPLY_CHANGED,
    RETITLED,
    RULES,
    UPDATE_CHANGED,
)
from projections.checks.check import Check
from projections.checks.finding import Finding, Rule, Told, Words
from projections.checks.ground import Ground
from projections.checks.texts import Hashes, hashes, said, seen
from projections.event import Event
from projections.update_history import text_hash

_CHANGES: dict[str, Rule] = {
    "update.observed_changed": UPDATE_CHANGED,
    "reply.observed_changed": REPLY_CHANGED,
    "update.observed_redated": REDATED,
    "incident.observed_retitled": RETITLED,
}
_DECLARE = frozenset(
    {"update.corrected", "update.withdrawn", "reply.edited", "reply.withdrawn", "incident.title_changed"}
)
_ORIGINS = frozenset({"comment.received", "reply.posted"})
_PUBLISHED = frozenset({"reply.posted", "update.published", "update.observed", "incident.opened"})
_BEFORE = {
    "reply.edited": ("before_sha256", BEFORE_CONTRADICTS),
    "reply.withdrawn": ("before_sha256", BEFORE_CONTRADICTS),
    "comment.edited_by_author": ("before_sha", AUTHOR_BEFORE_CONTRADICTS),
}


@dataclass(slots=True)
class _Change:
    """A change that was seen: what it now reads, and the declaration of it, by its index and when it was recorded."""

    rule: Rule
    index: int
    at: datetime
    subject: str | None
    reads: Hashes
    facts: dict[str, Told]
    declared: tuple[int, datetime] | None = None


class Corrections(Check):
    """Changes seen outside against declarations of the same object, and declared texts against those on record."""

    code = "C8"
    title = Words("Every change is declared", "Chaque modification est déclarée")
    needs = Words(
        "Snapshots of what we published, corrections and edits.",
        "Des instantanés de ce que nous avons publié, les correctifs et modifications.",
    )
    rules = RULES
    types = frozenset({*_CHANGES, *_DECLARE, *_ORIGINS, *_PUBLISHED, *_BEFORE, "snapshot.imported"})
    context = frozenset({"snapshot.imported"})

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing seen."""
        super().__init__(ground)
        self._changes: dict[str, list[_Change]] = {}
        self._declared: dict[str, list[tuple[Hashes | None, int, datetime]]] = {}
        self._texts: dict[str, tuple[int, str]] = {}
        self._published: dict[str, int] = {}
        self._contradictions: dict[int, tuple[Rule, Event, int]] = {}
        self._taken: set[int] = set()
        self._looked = False

    def take(self, event: Event) -> None:
        """Note what was seen, what was declared, and what each content reads."""
        if event.index in self._taken:
            return
        self._taken.add(event.index)
        if event.type == "snapshot.imported":
            self._looked = True
        elif event.type in _CHANGES:
            self._looked = True
            self._change(event)
        else:
            if event.type in _PUBLISHED:
                self._published.setdefault(_name(event), event.index)
            if event.type in _DECLARE:
                self._declare(event)
            if event.type in _ORIGINS or event.type in _BEFORE:
                self._reads(event)

    def findings(self) -> Iterator[Finding]:
        """Yield the changes, declared in time or not, and the declarations that contradict the record."""
        for name, changes in self._changes.items():
            published = self._published.get(name)
            for change in changes:
                yield self._judged(change, [] if published is None else [published])
        for rule, event, before in self._contradictions.values():
            yield self.found(rule, [event.index, before], event.object, type=event.type)

    def lack(self) -> Words | None:
        """Say so where nobody looked at what we published."""
        if self._looked:
            return None
        return Words(
            "Without a snapshot nobody can tell whether what we published was changed.",
            "Sans instantané, nul ne peut dire si nos publications ont été modifiées.",
        )

    def judged(self) -> bool:
        """Return that declarations were held against the record in any case."""
        return True

    def _change(self, event: Event) -> None:
        name, at = _name(event), event.time_said("seen_at") or event.moment
        title = event.text("to") if event.type == "incident.observed_retitled" else None
        reads = seen(event) if title is None else hashes(title)
        facts: dict[str, Told] = {}
        if event.type == "update.observed_redated":
            facts = {"before": _clock(event, "to"), "after": _clock(event, "from")}
        change = _Change(_CHANGES[event.type], event.index, at, event.object, reads, facts)
        self._changes.setdefault(name, []).append(change)
        for told, index, when in self._declared.get(name, ()):
            if told is not None and change.rule is not REDATED:
                _match(change, told, index, when)

    def _declare(self, event: Event) -> None:
        """Hold a declaration against what was seen: a withdrawal says that nothing of it holds any more."""
        name = _name(event)
        title = event.text("to") if event.type == "incident.title_changed" else None
        texts = said(event) if title is None else [hashes(title)]
        told: Hashes | None = frozenset().union(*texts) if texts else None
        self._declared.setdefault(name, []).append((told, event.index, event.accepted))
        for change in self._changes.get(name, ()):
            _match(change, told, event.index, event.accepted)

    def _reads(self, event: Event) -> None:
        """Hold the text that a declaration says stood before against those that the ledger holds."""
        name = event.text("external_id")
        if name is None:
            return
        field, rule = _BEFORE.get(event.type, ("", BEFORE_CONTRADICTS))
        before, known = event.text(field), self._texts.get(name)
        if before is not None and known is not None and before != known[1]:
            self._contradictions[event.index] = rule, event, known[0]
        words = event.text("text" if event.type in _ORIGINS else "after")
        if words is not None:
            self._texts[name] = event.index, text_hash(words)
        elif event.type == "comment.edited_by_author":
            self._texts.pop(name, None)  # its words are not told or not open: nothing is known of what stands now

    def _judged(self, change: _Change, published: Sequence[int]) -> Finding:
        allowed = self.ground.settings.correct_within_hours
        if change.declared is None:
            waited = self.ground.at - change.at
            if waited <= timedelta(hours=allowed):
                hours = _hours(waited)
                return self.found(NOT_YET, [change.index, *published], change.subject, hours=hours, allowed=allowed)
            return self.found(change.rule, [change.index, *published], change.subject, None, **change.facts)
        index, when = change.declared
        if when - change.at > timedelta(hours=allowed):
            hours, indexes = _hours(when - change.at), [change.index, *published, index]
            return self.found(LATE, indexes, change.subject, hours=hours, allowed=allowed)
        return self.found(change.rule, [change.index, *published, index], change.subject, index, **change.facts)


def _match(change: _Change, told: Hashes | None, index: int, when: datetime) -> None:
    """Note the first declaration that says what was seen, or that nothing of the object holds any more."""
    says_so = told is None or not change.reads.isdisjoint(told) or change.rule is REDATED
    if change.declared is None and says_so:
        change.declared = index, when


def _name(event: Event) -> str:
    if event.type.startswith("incident."):
        return f"incident|{event.incident}"
    return event.object or ""


def _hours(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 3600))


def _clock(event: Event, field: str) -> str:
    at = event.time_said(field)
    return "?" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
