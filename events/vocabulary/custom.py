"""Types of the poster's own: `custom.<name>` with a free JSON object."""

import re
from functools import lru_cache

from pydantic import ConfigDict

from events.visibility import Visibility
from events.vocabulary.payload import Payload, Practice

_NAME = re.compile(r"custom\.[a-z0-9][a-z0-9_.-]{0,63}")


class Custom(Payload):
    """Anything the vocabulary has no word for. Nothing is known about its fields, so all are treated as personal."""

    model_config = ConfigDict(extra="allow")

    practice = (Practice.P6,)
    actor_visibility = Visibility.PERSONAL


@lru_cache(maxsize=1024)
def custom_payload(name: str) -> type[Custom] | None:
    """Return the payload of a `custom.<name>` type, or None where `name` isn't one."""
    return Custom if _NAME.fullmatch(name) else None
