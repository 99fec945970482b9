"""Upcasting: an event of an old payload reads as the newest one, whatever of it is still open."""

import ast
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from events import upcasting
from events.upcasting import UPCASTERS, Fields, Upcaster, upcast, upcast_openings
from events.vocabulary import VOCABULARY, payload_of
from tests.events.vocabulary_examples import EXAMPLES


def outlet_becomes_an_object(fields: Fields) -> Fields:
    if "outlet" not in fields:
        return fields
    return {**fields, "outlet": {"name": fields["outlet"]}}


def due_is_named_like_everywhere(fields: Fields) -> Fields:
    return {"due" if name == "answer_due" else name: value for name, value in fields.items()}


OLDER = MappingProxyType(
    {
        "press.inquiry_received": Upcaster("press.inquiry_received.v2", outlet_becomes_an_object),
        "press.inquiry_received.v2": Upcaster("press.inquiry_received.v3", due_is_named_like_everywhere),
    }
)
ACCEPTED: dict[str, Any] = {"time": "2026-11-20T18:00:00Z", **EXAMPLES["press.inquiry_received"]}


def test_a_payload_accepted_years_ago_reads_as_the_newest_one() -> None:
    newest, fields = upcast("press.inquiry_received", ACCEPTED, OLDER)
    assert newest == "press.inquiry_received.v3"
    assert fields == {"time": ACCEPTED["time"], "outlet": {"name": "Le Courrier"}, "due": ACCEPTED["answer_due"]}


def test_a_payload_in_between_takes_only_the_steps_that_are_left() -> None:
    newest, fields = upcast("press.inquiry_received.v2", {"outlet": {"name": "A"}, "answer_due": "B"}, OLDER)
    assert (newest, fields) == ("press.inquiry_received.v3", {"outlet": {"name": "A"}, "due": "B"})


def test_what_was_erased_from_an_old_payload_stays_absent() -> None:
    assert upcast("press.inquiry_received", {"answer_due": "B"}, OLDER)[1] == {"due": "B"}


def test_the_accepted_fields_are_left_as_they_were() -> None:
    before = dict(ACCEPTED)
    upcast("press.inquiry_received", ACCEPTED, OLDER)
    assert before == ACCEPTED


def test_openings_of_an_old_payload_lose_the_salts_that_no_longer_open_anything() -> None:
    openings = {name: {"salt": "c2FsdA", "value": value} for name, value in ACCEPTED.items()}
    newest, read = upcast_openings("press.inquiry_received", openings, OLDER)
    assert newest == "press.inquiry_received.v3"
    assert read["outlet"] == {"value": {"name": "Le Courrier"}}


def test_openings_of_a_payload_that_never_changed_are_passed_on_themselves() -> None:
    openings = {"text": {"salt": "c2FsdA", "value": "hello"}}
    assert upcast_openings("comment.received", openings, OLDER)[1] is openings
    assert upcast("comment.received", ACCEPTED)[1] is ACCEPTED


@pytest.mark.parametrize("older", [*OLDER, *UPCASTERS])
def test_every_chain_of_steps_ends(older: str) -> None:
    steps = {**OLDER, **UPCASTERS}
    seen = [older]
    while seen[-1] in steps:
        seen.append(steps[seen[-1]].newer)
        assert len(set(seen)) == len(seen), seen


def test_both_ends_of_every_step_are_types_of_the_vocabulary() -> None:
    for older, step in UPCASTERS.items():
        assert payload_of(older).type == older
        assert payload_of(step.newer).type == step.newer
    versioned = {name for name in VOCABULARY if name.rpartition(".v")[2].isdigit()}
    assert versioned == {step.newer for step in UPCASTERS.values()}


def test_reading_what_is_posted_does_not_know_of_upcasting() -> None:
    package = Path(upcasting.__file__).parent
    for module in [package / "envelope.py", package / "seal.py", package / "entry.py"]:
        imported = {node.module for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.ImportFrom)}
        assert "events.upcasting" not in imported, module.name
