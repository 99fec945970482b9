"""Statuspage's public JSON: `summary.json`, `incidents.json`, and what others publish or keep in their shape.

Pages differ, and those who keep their history wrap it: what is optional may be missing or null, names have synonyms,
the page may lie within another document. What can't be told apart from one snapshot to the next is left out and said.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from events.faults import Refused
from events.strict import JsonObject, JsonValue
from ledger.client.snapshots.documents import parse_page
from ledger.client.snapshots.feed import updates_in
from ledger.client.snapshots.moments import read_moment, spell
from ledger.client.snapshots.page import Incident, Page, Update

_LISTS = re.compile(r"(\w+_)?(incidents|maintenances|outages)(_\w+)?|scheduled_events|entries")
_UPDATES = ("incident_updates", "updates", "messages", "timeline")
_ID = ("id", "incident_id", "update_id", "uid", "guid", "code", "shortlink", "permalink", "url")
_TITLE = ("name", "title")
_TEXT = ("body", "message", "text", "content", "description", "body_html", "html", "markdown")
_SHOWN = ("display_at", "displayed_at", "published_at", "posted_at", "created_at", "timestamp", "date", "time", "at")
_BEGAN = ("created_at", "started_at", "began_at", "start_time", "date", "timestamp", "published_at", "published")
_STATUS = ("status", "state")
_OVER = frozenset({"resolved", "postmortem", "completed"})
_LIVE = frozenset({"components", "status", "page_status", "component_groups", "scheduled_maintenances"})
_WRAPPED = frozenset(
    {
        "body",
        "content",
        "contents",
        "data",
        "json",
        "payload",
        "raw",
        "response",
        "summary",
        "text",
        "feed",
        "atom",
        "rss",
        "xml",
    }
)
_DEPTH = 4
_UNTITLED = "(untitled)"
_LONGEST = 256


def read_statuspage(document: JsonValue) -> Page | None:
    """Return what a page showed, None where the document holds no list of incidents. Raises `Refused`.

    A list alone, as the management interface answers, is read as one of incidents.
    """
    if isinstance(document, list):
        document = {"incidents": document}
    holders = list(_holders(document, _DEPTH))
    if not holders:
        return None
    page = Page()
    for holder in holders:
        _identify(page, holder)
        for name, incidents in _lists(holder):
            page.incidents += _incidents(incidents, name, page.notes)
    page.history = len(holders) == 1 and _is_history(holders[0])
    return page


def _holders(document: JsonValue, depth: int) -> Iterator[JsonObject]:
    """Yield the objects that list incidents, however they are wrapped."""
    if not isinstance(document, dict) or depth == 0:
        return
    if any(_lists(document)):
        yield document
    listed = {name for name, _ in _lists(document)}
    for name, value in document.items():
        if name not in listed and name != "components":
            yield from _holders(_unwrapped(name, value), depth - 1)


def _unwrapped(name: str, value: JsonValue) -> JsonValue:
    if name in _WRAPPED and isinstance(value, str) and value.lstrip()[:1] in {"{", "<"}:
        try:
            return parse_page(value.encode("utf-8", "replace"))
        except Refused:
            return None
    return value


def _lists(holder: JsonObject) -> Iterator[tuple[str, list[JsonValue]]]:
    for name, value in holder.items():
        if not _LISTS.fullmatch(name):
            continue
        if isinstance(value, list):
            yield name, value
        elif isinstance(value, dict) and _is_by_id(value):
            yield name, [{"id": key, **each} for key, each in value.items()]


def _is_by_id(value: JsonObject) -> bool:
    """Tell an object that has incidents by their ids from a document around a list of them."""
    return bool(value) and all(isinstance(each, dict) for each in value.values()) and not any(_lists(value))


def _is_history(holder: JsonObject) -> bool:
    """Tell `incidents.json` from `summary.json`, `unresolved.json` and what was cut out of one.

    A page that lists what is over, and nothing of its present state, lists the latest incidents whatever their state.
    """
    if not isinstance(holder.get("page"), dict) or _LIVE & holder.keys():
        return False
    incidents = holder.get("incidents")
    over = (_text(each, _STATUS) in _OVER for each in incidents or () if isinstance(each, dict))
    return isinstance(incidents, list) and any(over)


def _identify(page: Page, holder: JsonObject) -> None:
    told = holder.get("page")
    if isinstance(told, dict):
        page.name = page.name or _label(told.get("name"))
        url = told.get("url")
        if isinstance(url, str) and re.fullmatch(r"https?://[^\s<>\"]{1,2000}", url):
            page.url = page.url or url


def _incidents(documents: list[JsonValue], name: str, notes: list[str]) -> Iterator[Incident]:
    for place, document in enumerate(documents):
        incident = _incident(document, f"{name}/{place}", notes) if isinstance(document, dict) else None
        if incident is not None:
            yield incident
        else:
            notes.append(f"{name}/{place} left out: it has nothing that names it from one snapshot to the next")


def _incident(document: JsonObject, place: str, notes: list[str]) -> Incident | None:
    began = _moment(document, _BEGAN)
    id_ = _first_label(document, _ID) or (began and f"at {spell(began)}")
    if not id_:
        return None
    updates = []
    for number, each in enumerate(_updates(document, id_, place, notes)):
        update = _update(each, id_, began) if isinstance(each, dict) else None
        if update is not None:
            updates.append(update)
        else:
            notes.append(f"{place}/updates/{number} left out: nothing says when it was shown")
    return Incident(id_, _first_label(document, _TITLE) or _UNTITLED, began, tuple(updates))


def _updates(incident: JsonObject, id_: str, place: str, notes: list[str]) -> list[JsonValue]:
    """Return the updates of an incident, which a feed tells within one text."""
    listed = next((value for name in _UPDATES if isinstance(value := incident.get(name), list)), None)
    text, began = _text(incident, ("content", "description", "summary")), _moment(incident, _BEGAN)
    if listed is not None or text is None:
        return listed or []
    told = [] if began is None else updates_in(text, began)
    if not told and text.strip():
        notes.append(f"{place}: its updates can't be told apart and are left out")
    return [{"id": f"{id_} {each['name']}", **each} for each in told]


def _update(document: JsonObject, incident: str, began: datetime | None) -> Update | None:
    """Return an update; one without an id is known by its incident and the time of its creation.

    One with an id and without a time was shown, as far as the page tells, since its incident began.
    """
    shown = _moment(document, _SHOWN)
    id_ = _first_label(document, _ID)
    if shown is None and (shown := began if id_ else None) is None:
        return None
    created = _moment(document, ("created_at",)) or shown
    id_ = id_ or _cut(f"{incident} {spell(created.replace(microsecond=0))}")
    text = next((value for name in _TEXT if isinstance(value := document.get(name), str)), "")
    changed = read_moment(document.get("updated_at"))
    return Update(id_, _speakable(text), shown, _label(_text(document, _STATUS)), changed)


def _moment(document: JsonObject, names: tuple[str, ...]) -> datetime | None:
    return next((moment for name in names if (moment := read_moment(document.get(name))) is not None), None)


def _text(document: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := document.get(name), str)), None)


def _first_label(document: JsonObject, names: tuple[str, ...]) -> str | None:
    return next((label for name in names if (label := _label(document.get(name)))), None)


def _label(value: JsonValue) -> str | None:
    """Return a name or id in one line, None where there is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", _speakable(str(value))).split())
    return _cut(line) or None


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _speakable(text: str) -> str:
    """Return a text with U+FFFD for what no text may hold: halves of surrogate pairs, and U+0000."""
    return re.sub("[\ud800-\udfff\0]", "\ufffd", text)
