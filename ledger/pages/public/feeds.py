"""The updates as feeds: Atom (RFC 4287), JSON Feed 1.1, and the shape of Statuspage's interface."""

import json
from urllib.parse import quote
from xml.etree import ElementTree as ET

from events.strict import JsonObject
from ledger.pages.public.document import public_updates

ATOM = "http://www.w3.org/2005/Atom"
_INDICATORS = {"minor": "minor", "major": "major", "critical": "critical"}
_OVER = frozenset({"resolved", "closed", "merged"})


def address_of(document: JsonObject, base_url: str) -> str:
    """Return the page's address, which feeds need whole."""
    return f"{base_url}/public/{quote(document['ledger'], '')}/{quote(document['incident'], '')}"


def atom(document: JsonObject, base_url: str) -> bytes:
    """Return the updates as an Atom feed, the newest first; a corrected or withdrawn one says so."""
    address, title = address_of(document, base_url), _title(document)
    feed = ET.Element("feed", {"xmlns": ATOM})
    _element(feed, "id", f"tag:{document['origin']},{document['incident']}")
    _element(feed, "title", title)
    _element(feed, "updated", _updated(document))
    ET.SubElement(feed, "link", {"rel": "alternate", "href": address})
    ET.SubElement(feed, "link", {"rel": "self", "href": f"{address}/feed.atom"})
    author = ET.SubElement(feed, "author")
    _element(author, "name", document["ledger"])
    for item in _items(document):
        entry = ET.SubElement(feed, "entry")
        _element(entry, "id", f"tag:{document['origin']},{item['id']}")
        _element(entry, "title", item["title"])
        _element(entry, "published", item["published"])
        _element(entry, "updated", item["updated"])
        ET.SubElement(entry, "link", {"rel": "alternate", "href": f"{address}#{item['id']}"})
        content = _element(entry, "content", item["text"])
        content.set("type", "text")
        if item["lang"]:
            content.set("xml:lang", item["lang"])
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(document: JsonObject, base_url: str) -> bytes:
    """Return the updates as a JSON Feed (jsonfeed.org, version 1.1)."""
    address = address_of(document, base_url)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(document),
        "home_page_url": address,
        "feed_url": f"{address}/feed.json",
        "items": [
            {
                "id": f"{address}#{item['id']}",
                "url": f"{address}#{item['id']}",
                "title": item["title"],
                "content_text": item["text"],
                "date_published": item["published"],
                "date_modified": item["updated"],
                **({"language": item["lang"]} if item["lang"] else {}),
            }
            for item in _items(document)
        ],
    }
    return _json(feed)


def statuspage(document: JsonObject, base_url: str) -> bytes:
    """Return the incident as `summary.json` of Statuspage has it, for what reads that."""
    overview, address = document["overview"], address_of(document, base_url)
    over = overview["phase"] in _OVER
    impact = _INDICATORS.get(overview["severity"], "minor")
    updates = [
        {
            "id": item["id"],
            "incident_id": document["incident"],
            "status": item["status"] or "investigating",
            "body": item["text"],
            "created_at": item["published"],
            "updated_at": item["updated"],
            "display_at": item["published"],
        }
        for item in _items(document)
    ]
    incident = {
        "id": document["incident"],
        "name": _title(document),
        "status": "resolved" if over else updates[0]["status"] if updates else "investigating",
        "impact": impact,
        "created_at": updates[-1]["created_at"] if updates else document["at"],
        "updated_at": _updated(document),
        "resolved_at": overview["phase_since"] if over else None,
        "shortlink": address,
        "incident_updates": updates,
    }
    page = {
        "id": document["ledger"],
        "name": document["ledger"],
        "url": address,
        "time_zone": "Etc/UTC",
        "updated_at": _updated(document),
    }
    status = {"indicator": "none" if over else impact, "description": overview["phase"]}
    return _json(
        {"page": page, "status": status, "components": [], "incidents": [incident], "scheduled_maintenances": []}
    )


def _items(document: JsonObject) -> list[JsonObject]:
    """Return the updates as feeds tell them: the words that stand now, the time of the first and of the last word."""
    found = []
    for update in public_updates(document):
        newest, withdrawn = update["versions"][0], update["withdrawals"]
        text = "\n\n".join([newest["text"], *(f"[{each['reason']}]" for each in withdrawn)])
        found.append(
            {
                "id": f"entry-{update['first']['event']}",
                "title": update["update_id"],
                "text": text,
                "lang": newest["lang"],
                "status": newest["status"],
                "published": update["first"]["at"],
                "updated": max([newest["at"], *(each["at"] for each in withdrawn)]),
            }
        )
    return found


def _title(document: JsonObject) -> str:
    title: str = document["overview"]["title"] or document["incident"]
    return title


def _updated(document: JsonObject) -> str:
    latest: str = max((item["updated"] for item in _items(document)), default=document["at"])
    return latest


def _element(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")  # XML has no others
    return element


def _json(document: JsonObject) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
