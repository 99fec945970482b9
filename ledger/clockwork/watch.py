"""What the clockwork asks at every tick: whether there is anything to put on record."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ledger.sequencer.draft import Draft
from ledger.store.reads import Reads


class Watch(Protocol):
    """Something that is looked at as time passes."""

    async def look(self, now: datetime) -> Sequence[Draft]:
        """Return the events of the service's own that are due by `now`.

        The projections have folded everything that was in the log at `now`. Whoever looks, and however often, must
        come to the same ids and contents: they make an event that two processes append one event. Those appended
        before need not be left out, but cost an attempt. Raises `StoreUnavailable`.
        """


Watching = Callable[[str, Reads], Watch]
"""Begins a watch over one ledger: (its name, its reads)."""
