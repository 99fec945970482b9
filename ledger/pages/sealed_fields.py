"""The fields of one event as a page shows them: each opened, withheld, erased or missing, and whether its seal fits."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from events.seal import SALT_SIZE, Opening, decode_bytes
from events.strict import JsonObject, JsonValue
from events.visibility import Visibility
from events.vocabulary import visibility_of

State = Literal["opened", "withheld", "erased", "missing", "unsealed"]
_ENVELOPE = ("id", "time", "actor")


class SealedField(NamedTuple):
    """A field: `value` and `salt` where it is opened, `erased_by` the entry that tells of its erasure.

    `fits`: whether SHA-256 over salt, name and value makes the seal; None where there is nothing to hash.
    """

    name: str
    level: str
    seal: str | None
    state: State
    value: JsonValue = None
    salt: str = ""
    fits: bool | None = None
    erased_by: int | None = None

    @property
    def written(self) -> str:
        """Return the value as it is read: texts as they are, each on a line, all else as JSON."""
        if isinstance(self.value, list) and all(isinstance(each, str) for each in self.value):
            return "\n".join(self.value)
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False, indent=1)


def sealed_fields(document: Mapping[str, Any]) -> Iterator[SealedField]:
    """Yield the fields of an event's document, as programs get it: those that it shows first, by name."""
    entry, openings = document["entry"], document["openings"]
    withheld, erased = document["withheld"], document.get("erased", {})
    seals = entry["seals"]
    for name in [*seals, *(each for each in (*openings, *withheld, *erased) if each not in seals)]:
        level = Visibility(visibility_of(entry["type"], name)).name.lower()
        common = SealedField(name, level, seals.get(name), "missing")
        if name in openings:
            yield _opened(common, openings[name])
        elif name in withheld:
            yield common._replace(state="withheld")
        elif name in erased:
            yield common._replace(state="erased", erased_by=erased[name])
        else:
            yield common


def cloud_event(document: Mapping[str, Any]) -> JsonObject:
    """Return the event as it was posted (CloudEvents 1.0.2, structured), as far as the document's reader may see it.

    Which of the fields were extension attributes isn't kept: they stand in `data`.
    """
    entry, fields = document["entry"], {name: each["value"] for name, each in document["openings"].items()}
    event: JsonObject = {"specversion": "1.0", "type": entry["type"], "source": entry["source"]["id"]}
    if "seq" in entry["source"]:
        event["sequence"] = str(entry["source"]["seq"])
    if "incident" in entry:
        event["subject"] = entry["incident"]["id"]
    event.update({name: fields.pop(name) for name in _ENVELOPE if name in fields})
    return {**event, "datacontenttype": "application/json", "data": fields}


def _opened(field: SealedField, opening: Mapping[str, Any]) -> SealedField:
    salt, value = opening["salt"], opening["value"]
    try:
        bytes_ = decode_bytes(salt)
        fits = len(bytes_) == SALT_SIZE and Opening(bytes_, value).seal(field.name) == field.seal
    except (TypeError, ValueError):
        fits = False
    state: State = "opened" if field.seal is not None else "unsealed"
    return field._replace(state=state, value=value, salt=salt, fits=fits)
