"""An actor has two forms that say the same: an object, and one line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from events.actor import Actor, ActorField

PARTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters=";="), min_size=1, max_size=128
)
KINDS = st.sampled_from(["person", "service", "rule", "platform", "author"])
ACTORS = st.builds(Actor, kind=KINDS, id=PARTS, role=st.none() | PARTS, on_behalf_of=st.none() | PARTS)


class Said(BaseModel):
    by: ActorField


@given(ACTORS)
def test_the_line_is_read_back(actor: Actor) -> None:
    assert Actor.parse(str(actor)) == actor
    assert str(Actor.parse(str(actor))) == str(actor)


@given(ACTORS)
def test_a_field_takes_either_form(actor: Actor) -> None:
    assert Said.model_validate({"by": str(actor)}) == Said.model_validate({"by": actor.model_dump()})


def test_all_parts_have_their_place() -> None:
    assert Actor.parse("person:ana;role=community_manager;on_behalf_of=acme") == Actor(
        kind="person", id="ana", role="community_manager", on_behalf_of="acme"
    )
    assert Actor.parse("service:urn:bot:7") == Actor(kind="service", id="urn:bot:7")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ana",
        "person:",
        "robot:ana",
        "Person:ana",
        "person:ana bell",
        "person:ana\n",
        "person:ana;role=",
        "person:ana;",
        "person:ana;rôle=x",
        "person:ana;on_behalf_of=acme;role=x",
        "person:ana;role=x;role=y",
        "person:a=b",
        "person:" + "a" * 129,
        "person:ana\u00a0x",
        "person:ana\x7f",
    ],
)
def test_any_other_line_is_refused_with_the_form(line: str) -> None:
    with pytest.raises(ValueError, match="kind:id"):
        Actor.parse(line)


@pytest.mark.parametrize(
    "actor",
    [
        {"kind": "person"},
        {"kind": "robot", "id": "ana"},
        {"kind": "person", "id": ""},
        {"kind": "person", "id": "a;b"},
        {"kind": "person", "id": "ana", "team": "x"},
        {"kind": "person", "id": "ana\n"},
        ["person", "ana"],
        5,
        None,
    ],
)
def test_any_other_object_is_refused(actor: Any) -> None:
    with pytest.raises(ValidationError):
        Said.model_validate({"by": actor})
