"""Seals are what anyone computes from the format alone: SHA-256( salt ‖ name ‖ 0x00 ‖ RFC 8785(value) )."""

import base64
import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from events.seal import SALT_SIZE, Opening, decode_bytes, encode_bytes, seal_fields
from tests.events.json_values import OBJECTS, TEXTS, VALUES

SALTS = st.binary(min_size=SALT_SIZE, max_size=SALT_SIZE)


def unpadded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def computed(salt: bytes, name: str, value: Any) -> str:
    return unpadded(hashlib.sha256(salt + name.encode() + b"\x00" + rfc8785.dumps(value)).digest())


def random_for(fields: dict[str, Any]) -> bytes:
    return hashlib.shake_128(repr(sorted(fields)).encode()).digest(SALT_SIZE * len(fields))


@given(OBJECTS)
def test_every_seal_opens_by_the_format_alone(fields: dict[str, Any]) -> None:
    sealed = seal_fields(fields, random_for(fields))
    seals, openings = json.loads(sealed.seals), json.loads(sealed.openings)
    assert seals.keys() == openings.keys() == fields.keys()
    for name, opening in openings.items():
        salt = base64.urlsafe_b64decode(opening["salt"] + "==")
        assert len(salt) == SALT_SIZE
        assert opening["value"] == fields[name]
        assert seals[name] == computed(salt, name, fields[name])


@given(OBJECTS)
def test_seals_and_openings_are_canonical(fields: dict[str, Any]) -> None:
    sealed = seal_fields(fields, random_for(fields))
    assert sealed.seals == rfc8785.dumps(json.loads(sealed.seals))
    assert sealed.openings == rfc8785.dumps(json.loads(sealed.openings))


@given(OBJECTS)
def test_each_field_has_a_salt_of_its_own_and_all_randomness_is_used(fields: dict[str, Any]) -> None:
    random = random_for(fields)
    openings = json.loads(seal_fields(fields, random).openings)
    salts = sorted(decode_bytes(opening["salt"]) for opening in openings.values())
    assert salts == sorted(random[at : at + SALT_SIZE] for at in range(0, len(random), SALT_SIZE))


@given(SALTS, TEXTS, VALUES)
def test_an_opening_makes_the_seal_that_the_format_defines(salt: bytes, name: str, value: Any) -> None:
    assert Opening(salt, value).seal(name) == computed(salt, name, value)


@given(SALTS, TEXTS, TEXTS)
def test_an_opening_is_bound_to_its_field_its_salt_and_its_value(salt: bytes, name: str, value: str) -> None:
    seal = Opening(salt, value).seal(name)
    assert seal not in {
        Opening(salt, value + "x").seal(name),
        Opening(salt, value).seal(name + "x"),
        Opening(bytes([salt[0] ^ 1]) + salt[1:], value).seal(name),
        Opening(salt, [value]).seal(name),
    }


@given(OBJECTS)
def test_the_digest_of_the_content_knows_neither_salts_nor_the_order_of_fields(fields: dict[str, Any]) -> None:
    one = seal_fields(fields, bytes(SALT_SIZE * len(fields)))
    other = seal_fields(dict(reversed(fields.items())), random_for(fields))
    assert one.content == other.content


@given(OBJECTS, OBJECTS)
def test_the_digest_of_the_content_tells_other_fields_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = rfc8785.dumps(one) == rfc8785.dumps(other)
    digests = {seal_fields(fields, random_for(fields)).content for fields in (one, other)}
    assert (len(digests) == 1) is same


@given(st.binary(max_size=40))
def test_base64url_is_read_back(value: bytes) -> None:
    assert encode_bytes(value) == unpadded(value)
    assert decode_bytes(encode_bytes(value)) == value


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q Q", "+/8", "QQ\n", "é", "QUJD!"])
def test_any_other_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|padding|ascii|ASCII"):
        decode_bytes(text)
