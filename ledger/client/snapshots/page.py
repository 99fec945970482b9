"""What a public page showed, whatever its format: incidents with their updates, made into the items of a snapshot."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from events.faults import Fault
from events.strict import JsonObject
from events.times import EPOCH
from ledger.client.snapshots.moments import spell
from ledger.client.snapshots.snapshot import Asked, Placed, Snapshot, Unreadable, assemble

PLATFORM = "web"


class Update(NamedTuple):
    """An update as shown. `changed_at`: when the page says that it was last edited."""

    id: str
    text: str
    shown_at: datetime
    status: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as shown, with the updates under it."""

    id: str
    title: str
    created_at: datetime | None = None
    updates: tuple[Update, ...] = ()


@dataclass(slots=True)
class Page:
    """All that a page showed. `history`: it lists its latest incidents whether or not they are over, none left out."""

    incidents: list[Incident] = field(default_factory=list)
    name: str | None = None
    url: str | None = None
    history: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def host(self) -> str | None:
        """Return the host that the page is known by."""
        return urlsplit(self.url).hostname if self.url else None


def page_snapshot(page: Page, said: JsonObject, asked: Asked, line: int) -> Snapshot:
    """Return the snapshot of a page. Raises `Unreadable`. `said`: what is known of the capture.

    A history is complete from its oldest incident's creation on. What lists the unresolved is partial: an incident that
    is no longer there says nothing, and an update can be missing only where its incident is still shown.
    """
    items = list(_items(_unique(page.incidents, line), line))
    header: JsonObject = {"platform": PLATFORM, "kind": "page"}
    if account := page.host or page.name:
        header["account"] = account
    if page.url is not None:
        header["url"] = page.url
    begins = [incident.created_at for incident in page.incidents if incident.created_at is not None]
    if page.history and len(begins) == len(page.incidents):
        header["completeness"] = "complete"
    began = min(begins, default=None)
    return assemble(lambda: iter(items), header | said, asked, line=line, begins=began, notes=page.notes)


def _unique(incidents: Iterable[Incident], line: int) -> list[Incident]:
    """Return each incident once, with all its updates: a page may list one among the unresolved and the scheduled."""
    titles: dict[str, str] = {}
    updates: dict[str, list[Update]] = {}
    for incident in incidents:
        titles.setdefault(incident.id, incident.title)
        updates.setdefault(incident.id, []).extend(incident.updates)
    once = [Incident(id_, title, None, _latest(updates[id_], line)) for id_, title in titles.items()]
    ids = [update.id for incident in once for update in incident.updates]
    if len(ids) != len(set(ids)):
        raise Unreadable([(line, Fault("", "an update stands under two incidents; which it belongs to is open"))])
    return once


def _latest(updates: Iterable[Update], line: int) -> tuple[Update, ...]:
    """Return each update once, oldest first. Raises `Unreadable` where one says two things and none is the later."""
    found: dict[str, Update] = {}
    for update in updates:
        known = found.get(update.id, update)
        differ = (known.text, known.shown_at) != (update.text, update.shown_at)
        if differ and (None in {known.changed_at, update.changed_at} or known.changed_at == update.changed_at):
            raise Unreadable([(line, Fault("", "an update stands here twice with different words or times"))])
        found[update.id] = max(known, update, key=lambda each: each.changed_at or EPOCH)
    return tuple(sorted(found.values(), key=_place))


def _place(update: Update) -> tuple[float, str]:
    return (update.shown_at.timestamp(), update.id)


def _items(incidents: Iterable[Incident], line: int) -> Iterator[Placed]:
    for incident in incidents:
        yield Placed(line, {"kind": "incident", "external_id": incident.id, "title": incident.title})
        for update in incident.updates:
            item: JsonObject = {"kind": "update", "external_id": update.id, "incident": incident.id}
            item |= {"title": incident.title, "text": update.text, "shown_at": spell(update.shown_at)}
            if update.status is not None:
                item["status"] = update.status
            yield Placed(line, item)
