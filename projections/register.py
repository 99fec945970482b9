"""The register of measures: which of them stand, what ended the others, and whether a machine took them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from events.times import read_time
from events.visibility import Internal, Public
from projections.comments import ContentRow
from projections.instants import instant, micros
from projections.measures import Appeal, MeasureRow
from projections.shown import Shown

ENDS: Mapping[str, str] = MappingProxyType(
    {"comment.unhidden": "comment.hidden", "comment.restored": "comment.removed", "thread.unlocked": "thread.locked"}
)
"""Types that end the measures of another type on the same target."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A measure of the register, and the event that ended it, as (its index, its time): None where nothing did."""

    index: int
    measure: MeasureRow
    ended: tuple[int, int] | None


def register(rows: Mapping[str, MeasureRow]) -> list[Entry]:
    """Return all measures and ends, drills and reports aside, in the order of the log.

    An end, by the log's order as everywhere, ends all measures of its type that stand on its target. What ends a
    measure against an author can't be told: who it was is personal.
    """
    standing: dict[tuple[str, str | None], list[int]] = {}
    entries: list[Entry] = []
    for key, row in rows.items():
        if row.type is None or row.type == "report.received" or row.exercise:
            continue
        index = int(key)
        if (begun := ENDS.get(row.type)) is not None:
            for place in standing.pop((begun, row.target), ()):
                entries[place] = replace(entries[place], ended=(index, row.at or 0))
        else:
            standing.setdefault((row.type, row.target), []).append(len(entries))
        entries.append(Entry(index, row, None))
    return entries


def automatic(measure: MeasureRow) -> bool:
    """Tell whether no person decided: a rule says that it was its own, or a rule or service acted."""
    return measure.rule is not None or (measure.actor is not None and measure.actor.startswith(("rule:", "service:")))


def has_reason(measure: MeasureRow) -> bool:
    """Tell whether the public can read why: a reason's code or words, and the clause of a policy."""
    return measure.policy_ref is not None and (measure.reason_code is not None or measure.reason is not None)


def is_end(type_: str | None) -> bool:
    """Tell whether a type ends measures and is none itself."""
    return type_ in ENDS or type_ == "author.unblocked"


class AppealPart(Shown):
    """An appeal against a measure, with the decision on it."""

    received: Public[int | None]
    decided: Public[int | None]
    outcome: Public[str | None]
    by: Internal[str | None]
    reason: Public[str | None]


class Measure(Shown):
    """One measure or its end. The words of a reason against an author, and who that was, are nowhere."""

    index: Public[int]
    type: Public[str]
    at: Public[datetime]
    recorded_at: Public[datetime]
    platform: Public[str | None]
    reason_code: Public[str | None]
    reason: Public[str | None]
    policy_ref: Public[str | None]
    scope: Public[str | None]
    expires_at: Public[str | None]
    label: Public[str | None]
    notice_sent: Public[bool | None]
    appeal_url: Public[str | None]
    automatic: Internal[bool]
    rule: Public[str | None]
    ended_by: Public[int | None]
    ended_at: Public[datetime | None]
    stands: Public[bool | None]
    appeals: Internal[tuple[AppealPart, ...]]
    actor: Internal[str | None]
    target: Internal[str | None]
    content_at: Internal[datetime | None]
    content_language: Internal[str | None]
    replies_taken_along: Internal[int]
    statement_of_reasons: Internal[dict[str, object] | None]


def shown_measure(entry: Entry, content: ContentRow | None, at: datetime) -> Measure:
    """Return a measure on a content, as it stands `at` a time."""
    measure, ended = entry.measure, entry.ended
    told = {name: getattr(measure, name) for name in Measure.model_fields if name in MeasureRow.model_fields}
    return Measure.model_construct(
        **told
        | {
            "index": entry.index,
            "at": instant(measure.at or 0),
            "recorded_at": instant(measure.recorded or 0),
            "content_at": None if content is None or content.at is None else instant(content.at),
            "content_language": None if content is None else content.lang,
            "automatic": automatic(measure),
            "ended_by": ended[0] if ended else None,
            "ended_at": instant(ended[1]) if ended else None,
            "stands": _stands(entry, at),
            "appeals": _appeals(measure),
            "replies_taken_along": len(set(measure.cascade)),
            "statement_of_reasons": measure.statement,
        }
    )


def _stands(entry: Entry, at: datetime) -> bool | None:
    """Tell whether the measure stands; None for what ends one, and for authors, whose blocks end unseen."""
    type_, expires = entry.measure.type or "", entry.measure.expires_at
    if is_end(type_) or type_.startswith("author."):
        return None
    return entry.ended is None and (expires is None or micros(read_time(expires)) > micros(at))


def _appeals(measure: MeasureRow) -> tuple[AppealPart, ...]:
    received: dict[str, Appeal] = {said.appeal: said for said in reversed(measure.appeals)}
    decided: dict[str, Appeal] = {said.appeal: said for said in measure.decisions}
    return tuple(
        AppealPart(
            received=received[name].event if name in received else None,
            decided=decided[name].event if name in decided else None,
            outcome=decided[name].outcome if name in decided else None,
            by=decided[name].by if name in decided else None,
            reason=decided[name].reason if name in decided else None,
        )
        for name in dict.fromkeys((*reversed(received), *decided))
    )
