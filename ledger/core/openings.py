"""What a reader is shown of an entry's sealed fields, and whether it is what was sealed. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.faults import Fault, Refused, pointer
from events.seal import SALT_SIZE, Opening, decode_bytes
from events.strict import JsonValue


@dataclass(frozen=True, slots=True)
class Shown:
    """The openings a reader got, by field, and the fields they were told are withheld from them."""

    openings: Mapping[str, Opening]
    withheld: frozenset[str]


def parse_shown(openings: JsonValue, withheld: JsonValue) -> Shown:
    """Read the members `openings` and `withheld` of an event's document. Raises `Refused` naming the place."""
    if not isinstance(openings, dict):
        raise Refused([Fault("/openings", "expected a JSON object")])
    if not isinstance(withheld, list) or not all(isinstance(name, str) for name in withheld):
        raise Refused([Fault("/withheld", "expected a list of names")])
    return Shown({name: _opening(name, each) for name, each in openings.items()}, frozenset(withheld))


def field_faults(seals: Mapping[str, str], shown: Shown) -> Iterator[str]:
    """Yield what is wrong with the fields: opened falsely, missing without a word, or never sealed."""
    for name, seal in seals.items():
        opening = shown.openings.get(name)
        if opening is not None and name in shown.withheld:
            yield f"the field {name} is opened and said to be withheld"
        elif opening is not None:
            if opening.seal(name) != seal:
                yield f"the field {name} is not what was sealed"
        elif name not in shown.withheld:
            yield f"the field {name} is missing: neither opened nor withheld, and no erasure is on record"
    for name in sorted((shown.openings.keys() | shown.withheld) - seals.keys()):
        yield f"the field {name} is shown, but the entry seals no such field"


def _opening(name: str, document: JsonValue) -> Opening:
    place = pointer("openings", name)
    if not isinstance(document, dict) or document.keys() != {"salt", "value"}:
        raise Refused([Fault(place, "an opening has a salt and a value, nothing else")])
    try:
        salt = decode_bytes(document["salt"])
    except (TypeError, ValueError):
        salt = b""
    if len(salt) != SALT_SIZE:
        raise Refused([Fault(place + "/salt", f"a salt is {SALT_SIZE} bytes in base64url")])
    return Opening(salt, document["value"])
