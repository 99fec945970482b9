"""An entry has one spelling: what is rendered is parsed back, and nothing else is parsed."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events.entry import MAX_ENTRY_BYTES, Entry, EntryDraft, IncidentLink, parse_entry, parse_instant, render_instant
from events.faults import Refused
from events.seal import encode_bytes
from tests.events.json_values import TEXTS

INSTANT = "2026-11-22T14:00:00.123456Z"
SEAL = "A" * 43
LEAF = "0f" * 32
EXAMPLE: dict[str, Any] = {
    "accepted_at": INSTANT,
    "incident": {"id": "paris-outage", "prev": LEAF, "seq": 17},
    "seals": {"id": SEAL, "text": SEAL},
    "source": {"id": "urn:connector:x:acme", "seq": 42},
    "type": "comment.received",
    "v": 1,
}
RAW = rfc8785.dumps(EXAMPLE)

POSITIVE = st.integers(1, 2**53 - 1)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
LINKS = st.builds(IncidentLink, TEXTS, st.just(1), st.none()) | st.builds(
    IncidentLink, TEXTS, st.integers(2, 2**53 - 1), HASHES
)
INSTANTS = st.datetimes(timezones=st.just(UTC))
SEALS = st.dictionaries(TEXTS, st.binary(min_size=32, max_size=32).map(encode_bytes), max_size=4)
ENTRIES = st.builds(Entry, INSTANTS, st.none() | LINKS, SEALS, TEXTS, st.none() | POSITIVE, TEXTS)


def render(entry: Entry) -> bytes:
    link = entry.incident
    draft = EntryDraft(
        entry.type, entry.source, link.id if link else None, entry.source_seq, rfc8785.dumps(dict(entry.seals))
    )
    place = (link.seq, link.prev) if link else ()
    return draft.render(render_instant(entry.accepted_at), *place)


def as_object(entry: Entry) -> dict[str, Any]:
    link = entry.incident
    return {
        "accepted_at": entry.accepted_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        **({"incident": {"id": link.id, "prev": link.prev, "seq": link.seq}} if link else {}),
        "seals": dict(entry.seals),
        "source": {"id": entry.source, **({} if entry.source_seq is None else {"seq": entry.source_seq})},
        "type": entry.type,
        "v": 1,
    }


@given(ENTRIES)
def test_an_entry_is_the_canonical_form_of_the_object_it_states(entry: Entry) -> None:
    assert render(entry) == rfc8785.dumps(as_object(entry))


@given(ENTRIES)
def test_what_is_rendered_is_parsed_back_and_rendered_again(entry: Entry) -> None:
    raw = render(entry)
    assert parse_entry(raw) == entry
    assert render(parse_entry(raw)) == raw


def test_the_example_is_read_as_what_it_says() -> None:
    assert parse_entry(RAW) == Entry(
        datetime(2026, 11, 22, 14, 0, 0, 123456, tzinfo=UTC),
        IncidentLink("paris-outage", 17, LEAF),
        EXAMPLE["seals"],
        "urn:connector:x:acme",
        42,
        "comment.received",
    )


def test_no_byte_can_be_changed_without_refusal_or_another_meaning() -> None:
    original = parse_entry(RAW)
    for position, byte in enumerate(RAW):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("0"), ord(" "), ord('"')} - {byte}:
            changed = RAW[:position] + bytes([other]) + RAW[position + 1 :]
            try:
                parsed = parse_entry(changed)
            except Refused:
                continue
            assert parsed != original
            assert render(parsed) == changed


@pytest.mark.parametrize("position", range(len(RAW)))
def test_an_entry_cut_off_or_with_a_byte_taken_out_is_refused_or_another(position: int) -> None:
    with pytest.raises(Refused):
        parse_entry(RAW[:position])
    try:
        parsed = parse_entry(RAW[:position] + RAW[position + 1 :])
    except Refused:
        return
    assert parsed != parse_entry(RAW)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(EXAMPLE).encode(),
        RAW + b"\n",
        b" " + RAW,
        RAW.replace(b'"v":1', b'"v":1.0'),
        RAW.replace(b'"v":1', b'"v":1,"v":1'),
        RAW.replace(b'"seq":17', b'"seq":17e0'),
        RAW.replace(b"paris", b"p\\u0061ris"),
        RAW.replace(b"urn:", b"urn\\/"),
        b'{"v":1,' + RAW[1:].replace(b',"v":1', b""),
    ],
)
def test_another_spelling_of_the_same_entry_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        parse_entry(raw)


def changed(path: str, value: Any) -> dict[str, Any]:
    document = json.loads(RAW)
    *steps, last = path.split("/")
    place = document
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return document  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("v", True),
        ("v", "1"),
        ("v", ...),
        ("extra", 1),
        ("type", 5),
        ("type", None),
        ("type", ...),
        ("accepted_at", "2026-11-22T14:00:00Z"),
        ("accepted_at", "2026-11-22T14:00:00.123456+00:00"),
        ("accepted_at", "2026-11-22t14:00:00.123456z"),
        ("accepted_at", "2026-13-22T14:00:00.123456Z"),
        ("accepted_at", "2026-11-22T24:00:00.000000Z"),
        ("accepted_at", "٢٠٢٦-11-22T14:00:00.123456Z"),
        ("accepted_at", 5),
        ("accepted_at", ...),
        ("seals", []),
        ("seals", "x"),
        ("seals", None),
        ("seals", ...),
        ("seals/id", None),
        ("seals/id", "A" * 42),
        ("seals/id", "A" * 44),
        ("seals/id", "A" * 42 + "="),
        ("seals/id", "A" * 42 + "+"),
        ("seals/id", "A" * 42 + "B"),
        ("source", "urn:x"),
        ("source", []),
        ("source", None),
        ("source", ...),
        ("source/id", 5),
        ("source/id", ...),
        ("source/extra", 1),
        ("source/seq", 0),
        ("source/seq", -1),
        ("source/seq", 1.5),
        ("source/seq", "42"),
        ("source/seq", True),
        ("source/seq", None),
        ("incident", None),
        ("incident", []),
        ("incident", "paris"),
        ("incident", {}),
        ("incident/id", 5),
        ("incident/id", ...),
        ("incident/extra", 1),
        ("incident/seq", 0),
        ("incident/seq", 1),
        ("incident/seq", "17"),
        ("incident/seq", ...),
        ("incident/prev", None),
        ("incident/prev", 5),
        ("incident/prev", "0F" * 32),
        ("incident/prev", "0f" * 31),
        ("incident/prev", ...),
    ],
)
def test_a_canonical_object_that_is_no_entry_is_refused(path: str, value: Any) -> None:
    with pytest.raises(Refused):
        parse_entry(rfc8785.dumps(changed(path, value)))


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'"entry"', b"{}"])
def test_what_is_not_even_an_object_of_the_kind_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        parse_entry(raw)


def test_an_entry_is_at_most_as_long_as_two_bytes_can_count() -> None:
    spare = MAX_ENTRY_BYTES - len(rfc8785.dumps(changed("type", "")))
    parse_entry(rfc8785.dumps(changed("type", "t" * spare)))
    with pytest.raises(Refused, match="65535"):
        parse_entry(rfc8785.dumps(changed("type", "t" * (spare + 1))))


@given(ENTRIES)
def test_no_place_in_the_log_makes_an_entry_longer_than_its_limit(entry: Entry) -> None:
    link = entry.incident
    draft = EntryDraft(
        entry.type, entry.source, link.id if link else None, entry.source_seq, rfc8785.dumps(dict(entry.seals))
    )
    assert len(render(entry)) <= draft.size_limit()


@given(INSTANTS)
def test_an_instant_is_read_back_and_sorts_as_text_as_it_does_in_time(instant: datetime) -> None:
    text = render_instant(instant)
    assert len(text) == len(INSTANT)
    assert parse_instant(text) == instant
    later = min(instant, datetime(9999, 1, 1, tzinfo=UTC)) + timedelta(microseconds=1)
    assert later <= instant or render_instant(later) > text


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    assert render_instant(datetime(2026, 11, 22, 15, tzinfo=paris)) == "2026-11-22T14:00:00.000000Z"
