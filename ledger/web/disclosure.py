"""Events as a reader may see them: the entry whole, of the openings those at or below the reader's level.

The bytes that are stored are passed on; only where something is withheld are the openings taken apart.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from events.visibility import Visibility
from events.vocabulary import visibility_of
from ledger.core.merkle import leaf_hash
from ledger.store.reads import StoredEvent

_TYPE, _AFTER_TYPE = b'"type":"', b'","v":1}'


Openings = Mapping[str, Mapping[str, Any]]


def event_document(event: StoredEvent, level: Visibility, more: bytes = b"", openings: Openings | None = None) -> bytes:
    """Return the JSON of an event: `index`, `leaf_hash`, `entry`, `openings`, names `withheld`; then `more` members.

    Where anything of it was erased there is a member `erased`. `openings`: those of the event, where the caller has
    parsed them. A sealed field that is neither opened, withheld nor erased here is missing, and that is for the
    reader's verifier to see.
    """
    shown, withheld = disclose(event, level, openings)
    return b'{"index":%d,"leaf_hash":"%b","entry":%b,"openings":%b,"withheld":%b%b%b}' % (
        event.index,
        leaf_hash(event.entry).hex().encode(),
        event.entry,
        shown,
        withheld,
        erased_member(event),
        more,
    )


def erased_member(event: StoredEvent) -> bytes:
    """Return the member `erased` of an event's document with a comma before it; nothing where nothing was erased."""
    marks = erased_marks(event)
    return b',"erased":' + orjson.dumps(marks) if marks else b""


def erased_marks(event: StoredEvent) -> dict[str, int]:
    """Return which entry tells of the erasure of each field; nothing where stored bytes were changed."""
    if event.erased is None:
        return {}
    try:
        marks = orjson.loads(event.erased)
    except ValueError:
        return {}
    return {name: at for name, at in marks.items() if type(at) is int} if isinstance(marks, dict) else {}


def disclose(event: StoredEvent, level: Visibility, openings: Openings | None = None) -> tuple[bytes, bytes]:
    """Return the openings that `level` sees, and the names of those it doesn't, both as JSON."""
    if event.openings is None:
        return b"{}", b"[]"
    if level >= Visibility.PERSONAL:
        return event.openings, b"[]"
    try:
        parsed = orjson.loads(event.openings) if openings is None else openings
        names = seen(event_type(event.entry), tuple(parsed), level)
    except ValueError:  # stored bytes were changed: what can't be read is missing
        return b"{}", b"[]"
    shown = {name: parsed[name] for name in names}
    return orjson.dumps(shown), orjson.dumps([name for name in parsed if name not in shown])


def erased_names(event: StoredEvent) -> str:
    """Return what was erased of an event as a cell of a table: `author@57 text@57`."""
    return " ".join(f"{name}@{tombstone}" for name, tombstone in erased_marks(event).items())


@lru_cache(maxsize=4096)
def seen(type_name: str, names: Sequence[str], level: Visibility) -> Sequence[str]:
    """Return those of an event's fields that `level` sees."""
    return tuple(name for name in names if visibility_of(type_name, name) <= level)


def event_type(entry: bytes) -> str:
    """Return an entry's type without parsing it: it is canonical, so the type stands before the last member."""
    return entry[entry.rindex(_TYPE) + len(_TYPE) : -len(_AFTER_TYPE)].decode()
