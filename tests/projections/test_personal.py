"""No row of any projection holds anything personal, and none needs it: what may be erased is not needed to fold."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given

from events.visibility import Visibility
from events.vocabulary import VOCABULARY, visibility_of
from ledger.runner.folding import Place, replay
from projections import PROJECTIONS
from projections.event import Event
from tests.events.vocabulary_examples import EXAMPLES
from tests.projections.histories import Step, events_of, histories, lay
from tests.projections.written import written

MARKER = "Zqvonne-4711"


def is_gone(type_: str, field: str) -> bool:
    """Whether an erasure may take a field: all that is personal, and the event's id."""
    return field == "id" or visibility_of(type_, field) is Visibility.PERSONAL


def all_fields(type_: str) -> dict[str, Any]:
    """An example of a type, each personal field of it holding the marker, whether it must be given or not."""
    personal = {name for name, level in VOCABULARY[type_].visibility.items() if level is Visibility.PERSONAL}
    actor = {"actor": f"author:{MARKER}"} if visibility_of(type_, "actor") is Visibility.PERSONAL else {}
    return {**EXAMPLES[type_], **dict.fromkeys(personal, MARKER), **actor, "id": MARKER}


def rows_of(events: list[Event]) -> dict[Place, str]:
    return {
        Place(projection.name, projection.version, key): row
        for projection in PROJECTIONS
        for key, row in replay(projection, events).items()
    }


def test_no_row_holds_a_personal_value() -> None:
    log = written([(name, "paris", place / 60, all_fields(name)) for place, name in enumerate(EXAMPLES)])
    rows = rows_of(log)
    assert {place.projection for place in rows} >= {"timeline", "marks", "comments", "measures", "erasures"}
    assert [place for place, row in rows.items() if MARKER in json.dumps([place.key, row])] == []


@given(histories)
def test_what_may_be_erased_is_not_needed_to_fold(history: list[Step]) -> None:
    events = events_of(lay(history))
    erased = [
        replace(event, openings={name: o for name, o in event.openings.items() if not is_gone(event.type, name)})
        for event in events
    ]
    assert rows_of(erased) == rows_of(events)


def test_every_type_folds_alike_without_what_may_be_erased() -> None:
    log = written([(name, "paris", place / 60, all_fields(name)) for place, name in enumerate(EXAMPLES)])
    erased = [
        replace(event, openings={name: o for name, o in event.openings.items() if not is_gone(event.type, name)})
        for event in log
    ]
    assert rows_of(erased) == rows_of(log)
