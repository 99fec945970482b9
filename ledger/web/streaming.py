"""NDJSON in, NDJSON out: any number of events in constant memory, each appended or refused by itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from aiohttp import web

from events.envelope import MAX_EVENT_BYTES
from ledger.sequencer.draft import Accepted, Draft, Outcome, Unit
from ledger.web.answers import accepted_document, line_document, problem_line, wants_minimal
from ledger.web.cloudevents import NDJSON_TYPE, read_line
from ledger.web.context import LEDGER, REQUEST_ID
from ledger.web.intake import take_in
from ledger.web.problems import BAD_REQUEST, Problem, problem_of

_CHUNK_LINES, _CHUNK_BYTES = 500, 1 << 20
_UNREAD_BYTES = 32 << 10
_PIECE_BYTES = 16 << 10


class Line(NamedTuple):
    """A line of a stream: its number from 1, and its bytes without the line feed."""

    number: int
    content: bytes


async def stream_events(request: web.Request) -> web.StreamResponse:
    """Append the events of an NDJSON stream; answer one line for each line that isn't blank, in order."""
    if "If-Match" in request.headers or "If-None-Match" in request.headers:
        raise Problem(BAD_REQUEST, "A version can't be expected of a stream: its events are appended one by one.")
    response = web.StreamResponse(headers={"Content-Type": NDJSON_TYPE})
    await response.prepare(request)
    minimal = wants_minimal(request)
    with SpooledTemporaryFile(max_size=1 << 20) as unread:
        async for lines in lines_of(request):
            for answer in await _append(request, lines, minimal=minimal):
                await _write(request, response, unread, answer)
        unread.seek(0)
        while piece := unread.read(_PIECE_BYTES):
            await response.write(piece)
    await response.write_eof()
    return response


async def _append(request: web.Request, lines: Sequence[Line], *, minimal: bool) -> list[bytes]:
    pending: list[tuple[Line, Draft, asyncio.Future[list[Outcome]]] | bytes] = []
    for line in lines:
        try:
            draft = take_in(request, read_line(line.content))
            pending.append((line, draft, request[LEDGER].sequencer.enqueue(Unit([draft]))))
        except Exception as error:  # noqa: BLE001 - every foreseen error is a problem of this line; the others are re-raised
            pending.append(_problem(request, line, error))
    return [item if isinstance(item, bytes) else await _answer(request, *item, minimal=minimal) for item in pending]


async def _answer(
    request: web.Request, line: Line, draft: Draft, answer: "asyncio.Future[list[Outcome]]", *, minimal: bool
) -> bytes:
    try:
        outcome = (await answer)[0]
        document = await accepted_document(request[LEDGER], draft, outcome, minimal=minimal)
    except Exception as error:  # noqa: BLE001 - as above
        return _problem(request, line, error)
    return line_document(line.number, 201 if isinstance(outcome, Accepted) else 200, document)


def _problem(request: web.Request, line: Line, error: Exception) -> bytes:
    problem: Problem | None = problem_of(error)
    if problem is None:
        raise error
    return problem_line(line.number, problem.kind.status, problem.document(request[REQUEST_ID]))


async def lines_of(request: web.Request) -> AsyncIterator[list[Line]]:
    """Yield the lines that have arrived, so many at a time.

    Split at line feeds only: a lone carriage return is content.
    """
    lines: list[Line] = []
    number = size = 0
    rest = b""
    skipping = False
    async for data in request.content.iter_any():
        *whole, rest = (rest + data).split(b"\n")
        for content in whole:
            number += 1
            if content.strip() and not skipping:
                lines.append(Line(number, content))
                size += len(content)
            skipping = False
            if len(lines) >= _CHUNK_LINES or size >= _CHUNK_BYTES:
                yield lines
                lines, size = [], 0
        if len(rest) > MAX_EVENT_BYTES:
            # Too long to be an event: its beginning is enough to refuse it, the rest need not be kept.
            if not skipping:
                lines.append(Line(number + 1, rest))
            rest, skipping = b"", True
        if lines:
            yield lines
            lines, size = [], 0
    if rest.strip() and not skipping:
        yield [Line(number + 1, rest)]


async def _write(
    request: web.Request, response: web.StreamResponse, unread: "SpooledTemporaryFile[bytes]", answer: bytes
) -> None:
    """Write an answer if the client reads, else keep it: one that sends all before it reads must not stall."""
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the client went away")
    if unread.tell() or transport.get_write_buffer_size() > _UNREAD_BYTES:
        unread.write(answer)
        return
    await response.write(answer)
