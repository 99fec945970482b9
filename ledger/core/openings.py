"""What a reader is shown of an entry's sealed fields, and whether it is what was sealed. Pure.

Each field is opened, withheld, erased by an entry that says so, or missing; `docs/format.md` tells them apart.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from events.faults import Fault, Refused, pointer
from events.seal import SALT_SIZE, Opening, decode_bytes
from events.strict import JsonValue


@dataclass(frozen=True, slots=True)
class Shown:
    """The openings a reader got, by field, and the fields they were told are withheld from them.

    `erased`: those they were told were erased by law, with the index of the entry that is said to tell of it.
    """

    openings: Mapping[str, Opening]
    withheld: frozenset[str]
    erased: Mapping[str, int] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Return every field that anything is said of."""
        return {*self.openings, *self.withheld, *self.erased}


def parse_shown(openings: JsonValue, withheld: JsonValue, erased: JsonValue = None) -> Shown:
    """Read the members `openings`, `withheld` and `erased` of an event's document; the last may be absent.

    Raises `Refused` naming the place.
    """
    if not isinstance(openings, dict):
        raise Refused([Fault("/openings", "expected a JSON object")])
    if not isinstance(withheld, list) or not all(isinstance(name, str) for name in withheld):
        raise Refused([Fault("/withheld", "expected a list of names")])
    shown = {name: _opening(name, each) for name, each in openings.items()}
    return Shown(shown, frozenset(withheld), {} if erased is None else _erased(erased))


def field_faults(seals: Mapping[str, str], shown: Shown) -> Iterator[str]:
    """Yield what is wrong with the fields: opened falsely, missing without a word, or never sealed."""
    for name, seal in seals.items():
        opening = shown.openings.get(name)
        if opening is not None and name in shown.withheld:
            yield f"the field {name} is opened and said to be withheld"
        elif opening is not None and opening.seal(name) != seal:
            yield f"the field {name} is not what was sealed"
        elif name in shown.erased:
            if opening is not None or name in shown.withheld:
                yield f"the field {name} is said to be erased by entry {shown.erased[name]}, and yet it is there"
        elif opening is None and name not in shown.withheld:
            yield f"the field {name} is missing: neither opened nor withheld, and no erasure is on record"
    for name in sorted(shown.names - seals.keys()):
        yield f"the field {name} is shown, but the entry seals no such field"


def _erased(document: JsonValue) -> dict[str, int]:
    if not isinstance(document, dict):
        raise Refused([Fault("/erased", "expected a JSON object")])
    marks: dict[str, int] = {}
    for name, index in document.items():
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise Refused([Fault(pointer("erased", name), "expected the index of an entry")])
        marks[name] = index
    return marks


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
