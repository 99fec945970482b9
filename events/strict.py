"""Strict JSON: one meaning for one text, or a refusal that names the place.

Refused besides syntax errors: duplicate keys, NaN and infinities, numbers beyond ±(2^53-1) or not finite as a double,
lone surrogates, U+0000, nesting deeper than `MAX_DEPTH`. I-JSON (RFC 7493) is the model.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from events.faults import Fault, Malformed, pointer

JsonValue = None | bool | int | float | str | list[Any] | dict[str, Any]
JsonObject = dict[str, Any]

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
_DOUBTFUL_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class _Unfit(Exception):
    """The fast path met something strict JSON excludes; the slow path will say where."""


def parse(raw: bytes) -> JsonValue:
    """Parse `raw` strictly.

    Raises `Malformed` naming the place of every fault (or line and column of a syntax error).
    """
    try:
        text = raw.decode("utf-8")
        value: JsonValue = _FAST.decode(text)
    except UnicodeDecodeError as error:
        raise Malformed([Fault("", f"not UTF-8 at byte {error.start}")]) from None
    except (_Unfit, RecursionError):
        _explain(raw)
    except json.JSONDecodeError as error:
        raise Malformed([Fault("", f"{error.msg} at line {error.lineno}, column {error.colno}")]) from None
    # Only an escape brings in U+0000 or half a surrogate pair, and only that many brackets a deep nesting: nearly all
    # texts have neither and are spared the walk.
    if _DOUBTFUL_ESCAPE.search(raw) or (raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _too_deep(value)):
        _refuse_faults(value)
    return value


def parse_object(raw: bytes) -> JsonObject:
    """Parse `raw` strictly as a JSON object. Raises `Malformed`."""
    value = parse(raw)
    if not isinstance(value, dict):
        raise Malformed([Fault("", "expected a JSON object")])
    return value


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unfit
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or not -MAX_INTEGER <= (number := int(digits)) <= MAX_INTEGER:  # noqa: PLR2004 - digits of 2^53
        raise _Unfit
    return number


def _double(digits: str) -> float:
    number = float(digits)
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise _Unfit
    return number


def _constant(_name: str) -> NoReturn:
    raise _Unfit


_FAST = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_double, parse_constant=_constant, strict=True
)


def _too_deep(value: JsonValue) -> bool:
    """Tell whether anything lies deeper than `MAX_DEPTH`, looking at objects and lists only, level by level."""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        items = (item for each in level for item in (each.values() if type(each) is dict else each))
        level = [item for item in items if type(item) is dict or type(item) is list]
        if not level:
            return False
    return True


class _Pairs(list[tuple[str, Any]]):
    """An object with its duplicate keys still in it."""


class _Number(str):
    """The digits of a number, uninterpreted."""

    __slots__ = ()


_SLOW = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_Number)


def _explain(raw: bytes) -> NoReturn:
    """Parse again, keeping what the fast path drops, and raise `Malformed` with every place."""
    try:
        _refuse_faults(_SLOW.decode(raw.decode("utf-8")))
    except RecursionError:
        raise Malformed([Fault("", f"nested deeper than {MAX_DEPTH}")]) from None
    except json.JSONDecodeError as error:
        raise Malformed([Fault("", f"{error.msg} at line {error.lineno}, column {error.colno}")]) from None
    raise Malformed([Fault("", "not strict JSON")])


def _refuse_faults(value: JsonValue) -> None:
    faults = list(_faults(value, ()))
    if faults:
        raise Malformed(faults)


def _faults(value: JsonValue, path: tuple[object, ...]) -> Iterator[Fault]:
    if len(path) >= MAX_DEPTH and isinstance(value, dict | list):
        yield Fault(pointer(*path), f"nested deeper than {MAX_DEPTH}")
        return
    if isinstance(value, _Number):
        yield from _number_faults(value, path)
    elif isinstance(value, str):
        yield from _string_faults(value, path)
    elif isinstance(value, _Pairs):
        yield from _object_faults(value, path)
    elif isinstance(value, dict):
        yield from _object_faults(list(value.items()), path)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _faults(item, (*path, position))


def _object_faults(pairs: list[tuple[str, Any]], path: tuple[object, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key, item in pairs:
        if key in seen:
            yield Fault(_safe_pointer((*path, key)), "this key stands twice in its object")
        seen.add(key)
        yield from _string_faults(key, (*path, key))
        yield from _faults(item, (*path, key))


def _string_faults(text: str, path: tuple[object, ...]) -> Iterator[Fault]:
    if "\x00" in text:
        yield Fault(_safe_pointer(path), "U+0000 is not allowed")
    if any("\ud800" <= char <= "\udfff" for char in text):
        yield Fault(_safe_pointer(path), "a lone surrogate is not a character")


def _number_faults(digits: str, path: tuple[object, ...]) -> Iterator[Fault]:
    if digits.lstrip("-") in {"NaN", "Infinity"}:
        yield Fault(_safe_pointer(path), "NaN and infinities are not JSON")
    elif not math.isfinite(float(digits)) or abs(float(digits)) > MAX_INTEGER:
        yield Fault(_safe_pointer(path), "a number beyond ±(2^53-1) loses digits; write it as a string")


def _safe_pointer(path: tuple[object, ...]) -> str:
    """Return a pointer that can be written as UTF-8 even where a key holds what is being refused."""
    return pointer(*path).encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
