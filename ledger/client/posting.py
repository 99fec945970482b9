"""Post lines until each has its answer: one request a segment, resumed at the first line without an answer.

An event lands once however often it is posted, so that after any break the unanswered lines are posted again.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.faults import Fault
from events.strict import JsonObject
from ledger.client.connection import Connection
from ledger.client.failures import ClientError, Unreachable

TRIES = 8
_LONGEST_WAIT = 30.0
_STOPPED = "urn:ledgerd:problem:signing-stopped"
_CREATED, _UNAVAILABLE = 201, 503


@dataclass(frozen=True, slots=True)
class Line:
    """An event to post, as JSON bytes, and where it stands in the file."""

    number: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a line: appended, already there, or refused with faults."""

    line: int
    appended: bool
    faults: tuple[Fault, ...] = ()


Hear = Callable[[Answer], None]


async def deliver(connection: Connection, lines: Sequence[Line], hear: Hear) -> None:
    """Post `lines` in order and pass on the answer to each, once.

    Raises `Unreachable` after several tries without progress, `Denied`; what was answered until then is in the ledger.
    """
    tries = 0
    while True:
        waiting, trouble = await _post(connection, lines, hear)
        if not waiting:
            return
        tries = tries + 1 if len(waiting) == len(lines) else 1
        if tries == TRIES:
            raise trouble or Unreachable("the service is overloaded")
        await wait_before(tries, trouble)
        lines = waiting


async def wait_before(tries: int, trouble: Unreachable | None) -> None:
    """Wait before another try, the longer the more there were, and as long as the service asks."""
    await asyncio.sleep(min(_LONGEST_WAIT, max(0.25 * 2**tries, trouble.retry_after or 0 if trouble else 0)))


async def _post(connection: Connection, lines: Sequence[Line], hear: Hear) -> tuple[Sequence[Line], Unreachable | None]:
    """Post once; return the lines that must be posted again, and why if the connection broke."""
    again: list[Line] = []
    answered = 0
    try:
        async for answer in connection.post_lines("events", [line.content for line in lines]):
            line = lines[answered]
            answered += 1
            if answer["status"] == _UNAVAILABLE:
                _refuse_if_stopped(answer["problem"])
                again.append(line)
            else:
                hear(_answer(line.number, answer))
    except Unreachable as trouble:
        return [*again, *lines[answered:]], trouble
    return [*again, *lines[answered:]], None


def _answer(line: int, answer: JsonObject) -> Answer:
    if "problem" not in answer:
        return Answer(line, appended=answer["status"] == _CREATED)
    problem = answer["problem"]
    faults = tuple(Fault(each["pointer"], each["detail"]) for each in problem.get("errors", ()))
    return Answer(line, appended=False, faults=faults or (Fault("", problem["detail"]),))


def _refuse_if_stopped(problem: JsonObject) -> None:
    if problem["type"] == _STOPPED:
        raise ClientError(problem["detail"])


def render(document: JsonObject) -> bytes:
    """Return an event document as one line of JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
