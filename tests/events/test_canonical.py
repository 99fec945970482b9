"""The canonical form is that of RFC 8785, whichever encoder makes it."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from events.canonical import canonical, canonical_order
from tests.events.json_values import CHARACTERS, OBJECTS, TEXTS, VALUES

ASCII_KEYS = st.text(st.characters(codec="ascii", exclude_characters="\x00"), max_size=6)


@settings(max_examples=500)
@given(VALUES)
def test_every_value_has_the_form_that_another_implementation_gives_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.dictionaries(ASCII_KEYS, st.integers(-9, 9) | st.text(CHARACTERS, max_size=9) | st.booleans(), max_size=8))
def test_the_fast_encoder_agrees_where_it_is_taken(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(OBJECTS)
def test_the_order_of_members_as_posted_changes_nothing(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(st.lists(TEXTS, unique=True, max_size=8))
def test_the_order_of_names_is_that_of_their_utf_16_units(names: list[str]) -> None:
    assert rfc8785.dumps(dict.fromkeys(sorted(names, key=canonical_order))) == canonical(dict.fromkeys(names))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (1.0, b"1"),
        (-0.0, b"0"),
        (1e-7, b"1e-7"),
        (4.50, b"4.5"),
        (333333333.33333329, b"333333333.3333333"),
        (1e21 / 1e6, b"1000000000000000"),
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ('\x08\x0c\n\r\t\x0b\x1f\x7f"\\/', b'"\\b\\f\\n\\r\\t\\u000b\\u001f\x7f\\"\\\\/"'),
        ({"\ufb33": 1, "😀": 2, "€": 3}, '{"€":3,"😀":2,"\ufb33":1}'.encode()),
    ],
)
def test_forms_that_rfc_8785_prescribes(value: Any, form: bytes) -> None:
    assert canonical(value) == form
