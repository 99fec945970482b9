"""Strict JSON: one meaning for one text, or a refusal that names every place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.canonical import canonical
from events.faults import Malformed, Refused, pointer
from events.strict import MAX_DEPTH, parse, parse_object
from tests.events.json_values import OBJECTS, TEXTS, VALUES


def refusal(raw: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse(raw)
    return caught.value


def places(raw: bytes) -> list[str]:
    return [fault.pointer for fault in refusal(raw).faults]


@given(VALUES)
def test_what_is_rendered_is_parsed_back(value: Any) -> None:
    assert parse(canonical(value)) == value
    assert parse(json.dumps(value, indent=1).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(VALUES)
def test_what_is_parsed_is_rendered_back_to_the_same_canonical_bytes(value: Any) -> None:
    raw = canonical(value)
    assert canonical(parse(raw)) == raw


@given(st.binary(max_size=40))
def test_any_bytes_are_parsed_or_refused_with_a_reason(raw: bytes) -> None:
    try:
        value = parse(raw)
    except Malformed as refused:
        reasons = [fault.detail for fault in refused.faults]
    else:
        reasons = ["none: it was parsed"]
        assert value == json.loads(raw.decode())
    assert all(reasons)
    assert reasons


@given(st.text('[]{}",:01-e.\\u0nlatrufseNI \ud800', max_size=30))
def test_what_is_parsed_means_what_everyone_reads(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    try:
        value = parse(raw)
    except Malformed:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a":1,"a":1}', "/a"),
        ('{"data":{"b":[{"text":"x","n":1,"text":"y"}]}}', "/data/b/0/text"),
        ('{"a":1,"\\u0061":2}', "/a"),
        ('[{"a/b~":1,"a/b~":2}]', "/0/a~1b~0"),
        ('{"":1,"":2}', "/"),
        ('{"x":NaN}', "/x"),
        ('{"x":[0,Infinity]}', "/x/1"),
        ("-Infinity", ""),
        ('{"x":1e400}', "/x"),
        ('{"x":9007199254740992}', "/x"),
        ('{"x":-9007199254740992}', "/x"),
        ('{"x":9007199254740992.0}', "/x"),
        ('{"x":9e15,"y":9.1e15}', "/y"),
        ('{"x":' + "1" * 5000 + "}", "/x"),
        ('{"x":"\\ud800"}', "/x"),
        ('{"x":"a\\udc00b"}', "/x"),
        ('{"x":"\\ude00\\ud83d"}', "/x"),
        ('{"x":["\\u0000"]}', "/x/0"),
        ('{"a\\u0000":1}', "/a?"),
        ('{"\\ud800":1}', "/?"),
    ],
)
def test_what_strict_json_excludes_is_refused_at_its_place(text: str, place: str) -> None:
    assert places(text.encode()) == [place]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[1,]",
        b"{'a':1}",
        b"01",
        b"+1",
        b".5",
        b"1.",
        b"nul",
        b'{"a":1}x',
        b"\xef\xbb\xbf{}",
        b'"\x00"',
        b'"a\nb"',
        b'"\\x"',
        b"1 2",
        "２".encode(),
    ],
)
def test_a_syntax_error_is_refused_with_line_and_column(raw: bytes) -> None:
    assert "line 1, column" in refusal(raw).faults[0].detail


@pytest.mark.parametrize("raw", [b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\x80"', '"é"'.encode("latin-1")])
def test_bytes_that_are_not_utf_8_are_refused_with_their_position(raw: bytes) -> None:
    assert refusal(raw).faults[0].detail == "not UTF-8 at byte 1"


def test_every_fault_is_named_in_the_order_of_the_text() -> None:
    raw = b'{"a":NaN,"b":{"c":1,"c":2},"d":["\\ud800",1e999],"e":"fine"}'
    assert places(raw) == ["/a", "/b/c", "/d/0", "/d/1"]


@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"x":', "}"), ('[0,"[[",', ",0]")])
@pytest.mark.parametrize(("inmost", "depth"), [("1", 0), ('"\\u0041"', 0), ("[]", 1), ('{"":0}', 1)])
def test_objects_and_arrays_nest_as_deep_as_the_limit_says_and_no_deeper(
    before: str, after: str, inmost: str, depth: int
) -> None:
    levels = MAX_DEPTH - depth
    parse((before * levels + inmost + after * levels).encode())
    too_deep = before * (levels + 1) + inmost + after * (levels + 1)
    assert f"deeper than {MAX_DEPTH}" in refusal(too_deep.encode()).faults[0].detail


def test_a_nesting_that_no_parser_survives_is_refused_like_any_other() -> None:
    assert "deeper" in refusal(b"[" * 500_000 + b"]" * 500_000).faults[0].detail
    assert "deeper" in refusal(b'{"a":' * 200_000 + b"1" + b"}" * 200_000).faults[0].detail


def test_the_largest_numbers_that_a_double_holds_exactly_are_kept() -> None:
    assert parse(b"[9007199254740991,-9007199254740991]") == [2**53 - 1, 1 - 2**53]


def test_escapes_of_whole_characters_are_characters() -> None:
    assert parse(b'"\\ud83d\\ude00\\u00e9\\/"') == "😀é/"


@given(OBJECTS, TEXTS)
def test_a_key_that_stands_twice_is_refused_wherever_it_stands(found: dict[str, Any], key: str) -> None:
    members = [*found.items(), (key, 1), (key, 2)]
    text = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in members)
    assert pointer("o", key) in places(f'{{"o":{{{text}}}}}'.encode())


def test_a_refusal_never_quotes_the_value() -> None:
    assert "geheim" not in str(refusal(b'{"a":"geheim","a":"geheim\\u0000"}'))


@pytest.mark.parametrize("raw", [b"[]", b'"a"', b"1", b"null"])
def test_an_object_is_asked_for_and_nothing_else_accepted(raw: bytes) -> None:
    with pytest.raises(Malformed, match="JSON object"):
        parse_object(raw)


def test_a_refusal_moves_below_a_prefix_whole() -> None:
    moved = refusal(b'{"a":NaN,"b":NaN}').under("/events/17")
    assert [fault.pointer for fault in moved.faults] == ["/events/17/a", "/events/17/b"]
    assert isinstance(moved, Refused)
