"""Documents as others publish them: JSON with one meaning but of any size of numbers, or a feed."""

import json
from typing import Any

from events.faults import Fault, Refused
from events.strict import JsonObject, JsonValue
from ledger.client.snapshots.feed import feed_document, looks_like_feed

_START = 4096


def parse_page(content: bytes) -> JsonValue:
    """Parse a page, be it JSON or a feed. Raises `Refused`."""
    return feed_document(content) if looks_like_feed(content[:_START]) else parse_loosely(content)


def parse_loosely(raw: bytes | str) -> JsonValue:
    """Parse a page's JSON, whose numbers may be of any size. Raises `Refused`; so does a key that stands twice."""
    try:
        value: JsonValue = json.loads(raw, object_pairs_hook=_once)
    except Refused:
        raise
    except RecursionError:
        raise Refused([Fault("", "nested too deep")]) from None
    except json.JSONDecodeError as error:
        raise Refused([Fault("", f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")]) from None
    except UnicodeDecodeError as error:
        raise Refused([Fault("", f"not UTF-8 at byte {error.start}")]) from None
    except ValueError as error:
        raise Refused([Fault("", f"not JSON: {error}")]) from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused([Fault("", "an object has a key twice")])
    return found
