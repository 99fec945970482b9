"""Events of every type on their way into a log: an example of the vocabulary with what a test changes in it."""

import itertools
from typing import Any

from events.claims import Fact
from events.envelope import read_event
from ledger.core.edge import Edge
from ledger.core.merkle import EMPTY_ROOT
from ledger.sequencer.draft import Draft, Unit, draft_event
from ledger.sequencer.placement import Placement, claimed, needs, place
from ledger.sequencer.tip import Tip
from tests.events.vocabulary_examples import EXAMPLES
from tests.sequencer.drafts import NOW, record

_ids = itertools.count()
AT = "2026-11-22T14:00:00.000000Z"


def event(type_: str, actor: object = "person:ana", subject: str = "paris", **data: Any) -> Draft:
    """An event of its own id, valid by the vocabulary. A field given as `...` is left out."""
    told = {name: value for name, value in (EXAMPLES.get(type_, {}) | data).items() if value is not ...}
    envelope = {"specversion": "1.0", "id": f"e-{next(_ids)}", "source": "urn:desk", "time": NOW.isoformat()}
    who = {} if actor is None else {"actor": actor}
    return draft_event(read_event(envelope | who | {"type": type_, "subject": subject, "data": told}))


def laid(units: list[Unit]) -> Placement:
    """Units placed in an empty log, in one commit."""
    incidents, sources = needs(units)
    facts: dict[bytes, Fact | None] = dict.fromkeys(key for claims in claimed(units) for key in claims.states())
    tip = Tip(Edge.empty(), EMPTY_ROOT, AT, dict.fromkeys(incidents), dict.fromkeys(sources), facts)
    return place(units, tip, AT, {}, record)
