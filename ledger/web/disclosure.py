"""Events as a reader may see them: the entry whole, of the openings those at or below the reader's level.

The bytes that are stored are passed on; only where something is withheld are the openings taken apart.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from events.visibility import Visibility
from events.vocabulary import visibility_of
from ledger.core.merkle import leaf_hash
from ledger.store.reads import StoredEvent

_TYPE, _AFTER_TYPE = b'"type":"', b'","v":1}'


def event_document(event: StoredEvent, level: Visibility, more: bytes = b"") -> bytes:
    """Return the JSON of an event: `index`, `leaf_hash`, `entry`, `openings`, names `withheld`; then `more` members.

    A sealed field that is neither opened nor withheld here is missing, and that is for the reader's verifier to see.
    """
    openings, withheld = disclose(event, level)
    return b'{"index":%d,"leaf_hash":"%b","entry":%b,"openings":%b,"withheld":%b%b}' % (
        event.index,
        leaf_hash(event.entry).hex().encode(),
        event.entry,
        openings,
        withheld,
        more,
    )


def disclose(event: StoredEvent, level: Visibility) -> tuple[bytes, bytes]:
    """Return the openings that `level` sees, and the names of those it doesn't, both as JSON."""
    if event.openings is None:
        return b"{}", b"[]"
    if level >= Visibility.PERSONAL:
        return event.openings, b"[]"
    try:
        shown, withheld = split(event_type(event.entry), orjson.loads(event.openings), level)
    except ValueError:  # stored bytes were changed: what can't be read is missing
        return b"{}", b"[]"
    return orjson.dumps(shown), orjson.dumps(withheld)


def split(type_name: str, openings: Mapping[str, Any], level: Visibility) -> tuple[dict[str, Any], list[str]]:
    """Split openings into what `level` sees and the names of the rest."""
    shown = {name: opening for name, opening in openings.items() if visibility_of(type_name, name) <= level}
    return shown, [name for name in openings if name not in shown]


def event_type(entry: bytes) -> str:
    """Return an entry's type without parsing it: it is canonical, so the type stands before the last member."""
    return entry[entry.rindex(_TYPE) + len(_TYPE) : -len(_AFTER_TYPE)].decode()
