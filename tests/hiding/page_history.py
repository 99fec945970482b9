"""Histories of public status pages, made up: what editors of such pages do, and what only looks like it.

The counts that a replay must come to are taken from the finished snapshots, by their own few lines, not by our code.
"""

import html
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

Document = dict[str, Any]
_BEGUN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_WORDS = ("we", "are", "looking", "into", "delays", "of", "<b>some</b>", "runs", "&amp;", "pages", "soon")
_DEEDS = ("update", "update", "rewrite", "rewrite back", "title", "resolve", "markup", "milliseconds", "redate", "drop")


class Counts(NamedTuple):
    """What a replay finds: texts that changed, titles that changed, updates gone, updates at another time."""

    rewritten: int
    retitled: int
    gone: int
    redated: int


@dataclass
class Page:
    """A page whose editors are at work."""

    chance: random.Random
    now: datetime
    incidents: list[Document]

    def edit(self) -> None:
        """Do one thing that editors do."""
        open_ = [each for each in self.incidents if each["status"] != "resolved"]
        if not open_ or self.chance.random() < 0.2:
            self._open()
            return
        incident = self.chance.choice(open_)
        self._do(self.chance.choice(_DEEDS), incident, self.chance.choice(incident["incident_updates"]))

    def _do(self, deed: str, incident: Document, update: Document) -> None:
        match deed:
            case "update":
                self._update(incident)
            case "rewrite":
                update["before"], update["body"] = update["body"], self._text()
            case "rewrite back" if "before" in update:
                update["before"], update["body"] = update["body"], update["before"]
            case "title":
                incident["name"] = self._text()[:60]
            case "resolve":
                incident["status"] = "resolved"
            case "markup":
                update["body"] = "<p>" + update["body"].replace(" ", "\n  ") + "</p>"
            case "redate":
                update["display_at"] = _at(self.now - timedelta(minutes=self.chance.randint(1, 500)))
            case "milliseconds":
                update["display_at"] = update["display_at"].split(".")[0].removesuffix("Z") + "Z"
            case "drop" if len(incident["incident_updates"]) > 1:
                incident["incident_updates"].remove(update)

    def summary(self) -> Document:
        """The page as `summary.json` shows it: what isn't resolved."""
        shown = [each for each in self.incidents if each["status"] != "resolved"]
        document = {"page": {"name": "Acme", "url": "https://status.acme.example"}, "incidents": shown}
        copy: Document = json.loads(json.dumps({"snapshot_at": self.now.isoformat(), **document}))
        for incident in copy["incidents"]:
            for update in incident["incident_updates"]:
                update.pop("before", None)
        return copy

    def _open(self) -> None:
        incident = {
            "id": f"i{len(self.incidents):04d}",
            "name": self._text()[:60],
            "status": "investigating",
            "impact": "minor",
            "created_at": _at(self.now),
            "incident_updates": [],
        }
        self.incidents.append(incident)
        self._update(incident)

    def _update(self, incident: Document) -> None:
        update = {
            "id": f"{incident['id']}u{len(incident['incident_updates'])}-{self.chance.randint(0, 10**6)}",
            "status": "investigating",
            "body": self._text(),
            "created_at": _at(self.now),
            "display_at": _at(self.now),
        }
        incident["incident_updates"].insert(0, update)

    def _text(self) -> str:
        return " ".join(self.chance.choices(_WORDS, k=12)) + f" {self.chance.randint(0, 10**6)}."


def history(seed: int, snapshots: int) -> list[Document]:
    """Return what a page showed over time, an hour or so between two looks, several edits between them."""
    page = Page(random.Random(seed), _BEGUN, [])  # noqa: S311 - a made-up page
    looks = []
    for _ in range(snapshots):
        for _ in range(page.chance.randint(0, 3)):
            page.edit()
        page.now += timedelta(minutes=page.chance.randint(20, 120))
        looks.append(page.summary())
    return looks


def counts(looks: list[Document], *, in_a_row: int) -> Counts:
    """Return what must be found. An update is gone when its incident was shown without it `in_a_row` times running."""
    bodies: dict[str, str] = {}
    titles: dict[str, str] = {}
    times: dict[str, str] = {}
    absent: dict[str, int] = {}
    found = {"rewritten": 0, "retitled": 0, "redated": 0, "gone": 0}
    for look in looks:
        for incident in look["incidents"]:
            name = " ".join(incident["name"].split())
            found["retitled"] += titles.setdefault(incident["id"], name) != name
            titles[incident["id"]] = name
            here = {update["id"] for update in incident["incident_updates"]}
            for update in incident["incident_updates"]:
                identity, body = update["id"], _plain(update["body"])
                found["rewritten"] += bodies.setdefault(identity, body) != body
                at = update["display_at"][:19]
                found["redated"] += times.setdefault(identity, at) != at
                bodies[identity], times[identity], absent[identity] = body, at, 0
            for identity in _of_incident(bodies, incident["id"]) - here:
                absent[identity] += 1
                found["gone"] += absent[identity] == in_a_row
    return Counts(**found)


def _of_incident(bodies: dict[str, str], incident: str) -> set[str]:
    return {identity for identity in bodies if identity.startswith(f"{incident}u")}


def _plain(body: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000 or 123:03d}Z"


def lines(looks: list[Document]) -> Iterator[bytes]:
    """Yield the history as NDJSON."""
    yield from (json.dumps(look).encode() + b"\n" for look in looks)
