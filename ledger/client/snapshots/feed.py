"""A Statuspage's Atom or RSS feed: an entry an incident, its updates as HTML, newest first, each with its minute."""

import html
import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree as ET

from events.faults import Fault, Refused
from events.strict import JsonObject
from ledger.client.snapshots.moments import spell

_ROOTS = (b"<feed", b"<rss")
_UPDATE = re.compile(
    r"<p>\s*<small>(.*?)</small>\s*(?:<br\s*/?>)?\s*(?:<strong>(.*?)</strong>\s*-?\s*)?(.*?)</p>(?=\s*(?:<p>\s*<small>|$))",
    re.DOTALL,
)
_MINUTE = re.compile(
    r"(?P<month>[A-Z][a-z]{2})\w*\s+(?P<day>\d{1,2}),\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)\s+(?P<zone>[A-Z]{3,4})"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ZONES = {"UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6}
_ZONES |= {"CST": -6, "PST": -8, "PDT": -7, "JST": 9, "AEST": 10, "AEDT": 11}
_HALF_A_YEAR = timedelta(days=183)


def looks_like_feed(start: bytes) -> bool:
    """Tell whether a file's beginning is that of a feed."""
    return start.lstrip()[:1] == b"<" and any(root in start for root in _ROOTS)


def feed_document(content: bytes) -> JsonObject:
    """Return a feed as a document with its entries. Raises `Refused`."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused([Fault("", "a feed has no document type of its own")])
    try:
        root = ET.fromstring(content)  # noqa: S314 - without a document type there is nothing to expand
    except ET.ParseError as error:
        raise Refused([Fault("", f"not XML: {error}")]) from None
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    entries = [_entry(each) for each in root.iter() if each.tag in {"entry", "item"}]
    return {"page": _page(root if root.tag == "feed" else root.find("channel") or root), "entries": entries}


def updates_in(text: str, began: datetime) -> list[JsonObject]:
    """Return the updates that an entry's HTML tells, oldest first, none where it has another form.

    The minute names no year: it is the one nearest to when the incident began. It also is what names the update, with
    a number where a minute has several.
    """
    found: list[JsonObject] = []
    seen: Counter[datetime] = Counter()
    for minute, status, body in reversed(_UPDATE.findall(text)):
        at = _moment(re.sub(r"<[^>]*>", "", minute), began)
        if at is None:
            return []
        seen[at] += 1
        name = spell(at) if seen[at] == 1 else f"{spell(at)} {seen[at]}"
        found.append({"name": name, "status": html.unescape(status), "body": body, "display_at": spell(at)})
    return found


def _moment(text: str, began: datetime) -> datetime | None:
    found = _MINUTE.search(" ".join(text.split()))
    if found is None or found["month"] not in _MONTHS or found["zone"] not in _ZONES:
        return None
    zone = timezone(timedelta(hours=_ZONES[found["zone"]]))
    month, (day, hour, minute) = _MONTHS.index(found["month"]) + 1, map(int, found.group("day", "hour", "minute"))
    for year in (began.year - 1, began.year, began.year + 1):
        try:
            at = datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
        if abs(at - began) < _HALF_A_YEAR:
            return at
    return None


def _entry(element: ET.Element) -> JsonObject:
    name = _told(element, "id", "guid") or ""
    found = {
        "id": name.rpartition("/")[2] or None,
        "name": _told(element, "title"),
        "created_at": _told(element, "published", "pubDate"),
        "content": _told(element, "content", "description", "summary"),
    }
    return {key: value for key, value in found.items() if value is not None}


def _page(channel: ET.Element) -> JsonObject:
    links = [
        each.get("href") or each.text for each in channel.findall("link") if each.get("rel") in {None, "alternate"}
    ]
    return {"name": _told(channel, "title"), "url": next(iter(links), None)}


def _told(element: ET.Element, *names: str) -> str | None:
    return next((each.text.strip() for name in names if (each := element.find(name)) is not None and each.text), None)
