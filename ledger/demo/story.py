"""The sample crisis: what happened, in seconds from its beginning, until it is told as events of a certain day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from events.strict import JsonObject, parse_object

Line = JsonObject
"""An event without its time: `at` are seconds from the beginning.

In its data `{"at": s}` stands for a time, `{"id_of": id}` for the index that the event of that id got.
"""


@cache
def read_story() -> Sequence[Line]:
    """Return the lines in the order in which they are told; each refers only to lines before it."""
    return [parse_object(line) for line in files("ledger.demo").joinpath("crisis.ndjson").read_bytes().splitlines()]


def beginning(end: datetime) -> datetime:
    """Return when the story began if it has just ended."""
    return end - timedelta(seconds=max(_seconds(line["at"]) for line in read_story()))


def tell(line: Line, begun: datetime, indexes: Mapping[str, int]) -> JsonObject:
    """Return the event document of a line. Raises `KeyError` where a line that it refers to has no index yet."""
    document = {name: _told(value, begun, indexes) for name, value in line.items() if name != "at"}
    return {"specversion": "1.0", "time": _time(begun, line["at"]), **document}


def scenes(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Split the lines into runs that can be told at once: a line that needs the index of another begins a new run."""
    first = 0
    for number, line in enumerate(lines):
        if number > first and _refers(line):
            yield lines[first:number]
            first = number
    yield lines[first:]


def _told(value: object, begun: datetime, indexes: Mapping[str, int]) -> object:
    match value:
        case {"id_of": str(event_id), **rest} if not rest:
            return indexes[event_id]
        case {"at": int() | float() as seconds, **rest} if not rest:
            return _time(begun, seconds)
        case dict():
            return {name: _told(item, begun, indexes) for name, item in value.items()}
        case list():
            return [_told(item, begun, indexes) for item in value]
    return value


def _refers(value: object) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (isinstance(value, dict) and set(value) == {"id_of"}) or any(map(_refers, items))


def _time(begun: datetime, seconds: object) -> str:
    return (begun + timedelta(seconds=_seconds(seconds))).isoformat()


def _seconds(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"seconds expected, not {type(value).__name__}")
    return float(value)
