"""The audit trail: who did what, when it happened and when it was recorded, on whose behalf; a line an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from events.actor import Actor
from events.canonical import canonical
from events.visibility import Public
from projections.event import Event
from projections.lateness import lateness
from projections.marks import Mark
from projections.shown import Shown


class AuditActor(Shown):
    """Who acted, in which role and on whose behalf."""

    kind: Public[str]
    id: Public[str]
    role: Public[str | None]
    on_behalf_of: Public[str | None]


class AuditObject(Shown):
    """What an event is about. `id` is a name, or an index for an event."""

    kind: Public[str]
    id: Public[str]


class AuditMark(Shown):
    """Something that an event at `index` says of this one or of what it brought in."""

    type: Public[str]
    index: Public[int]


class AuditLine(Shown):
    """One event. It is made of what the reader may see of it: `withheld` names the fields that they may not.

    `erased` names those that were erased by law, each with the index of the entry that tells of it.
    `time` is its source's claim, `accepted_at` the ledger's fact; `late_seconds`: recorded later than is allowed, below
    0 ahead of its time.
    """

    index: Public[int]
    incident: Public[str | None]
    seq: Public[int | None]
    type: Public[str]
    object: Public[AuditObject | None]
    actor: Public[AuditActor | None]
    source: Public[str]
    time: Public[str | None]
    accepted_at: Public[str]
    late_seconds: Public[float | None]
    marks: Public[tuple[AuditMark, ...]]
    withheld: Public[tuple[str, ...]]
    erased: Public[dict[str, int]]


def audit_line(
    event: Event,
    marks: Sequence[Mark] = (),
    withheld: Sequence[str] = (),
    erased: Mapping[str, int] = MappingProxyType({}),
) -> AuditLine:
    """Return the line of an event whose openings are those that its reader may see."""
    late, about = lateness(event), event.object
    kind, _, identity = (about or "").partition("|")
    return AuditLine(
        index=event.index,
        incident=event.incident,
        seq=event.seq,
        type=event.type,
        object=AuditObject(kind=kind, id=identity) if about else None,
        actor=_shown(event.actor),
        source=event.source,
        time=event.text("time"),
        accepted_at=event.accepted_at,
        late_seconds=late.seconds if late else None,
        marks=tuple(AuditMark(type=type_, index=index) for type_, index in marks),
        withheld=tuple(withheld),
        erased=dict(erased),
    )


def _shown(actor: Actor | None) -> AuditActor | None:
    if actor is None:
        return None
    return AuditActor(kind=actor.kind, id=actor.id, role=actor.role, on_behalf_of=actor.on_behalf_of)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for; None asks nothing. What a reader may not see matches nothing.

    `actor`: an id, with or without its kind before a colon; `object`: `<kind>|<id>`; `type`: a type, or a family of
    them as `comment.*`; `since` and `until` (not included): by the source's claim, as far as it is known.
    """

    actor: str | None = None
    role: str | None = None
    on_behalf_of: str | None = None
    object: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def family(self) -> str | None:
        """Return what the types of the family that is asked for begin with."""
        return self.type[:-1] if self.type is not None and self.type.endswith(".*") else None

    def matches(self, event: Event) -> bool:
        """Tell whether an event, as far as its reader may see it, is wanted."""
        if self.family is not None and not event.type.startswith(self.family):
            return False
        if self.type is not None and self.family is None and event.type != self.type:
            return False
        if self.object is not None and event.object != self.object:
            return False
        return self._acted(event.actor) and self._timely(event)

    def _acted(self, actor: Actor | None) -> bool:
        if self.actor is None and self.role is None and self.on_behalf_of is None:
            return True
        return (
            actor is not None
            and self.actor in {None, actor.id, f"{actor.kind}:{actor.id}"}
            and self.role in {None, actor.role}
            and self.on_behalf_of in {None, actor.on_behalf_of}
        )

    def _timely(self, event: Event) -> bool:
        if self.since is None and self.until is None:
            return True
        moment = event.moment
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)

    @property
    def needle(self) -> bytes | None:
        """Return bytes that stand in the stored openings of every event that matches: they are canonical JSON."""
        actor = self.actor
        if actor is not None and ":" in actor:
            actor = actor.partition(":")[2]
        about = self.object.partition("|")[2] if self.object else None
        spelt = [canonical(text)[1:-1] for text in (actor, self.role, self.on_behalf_of, about) if text]
        return max(spelt, key=len, default=None)
