"""Problems (RFC 9457): what the service answers when it does not do what was asked. One table maps errors to them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import web

from events.faults import Fault, Malformed, Refused
from ledger.core.errors import TileError
from ledger.reconciling.importing import Lagging, Moved, OutOfOrder
from ledger.sequencer.errors import (
    CommitUnknown,
    IdConflict,
    Impossible,
    NotStorable,
    QueueFull,
    SeqConflict,
    SequenceRepeated,
    SigningStopped,
    TooManyGaps,
)
from ledger.store.ports import StoreUnavailable

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:ledgerd:problem:"
MAX_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name (the last part of its type URI), HTTP status and title."""

    name: str
    status: int
    title: str
    retry_after: int | None = None


class Problem(Exception):
    """An answer that is a problem. `members` are the extension members of its kind."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        """Keep what the answer will say."""
        super().__init__(detail)
        self.kind, self.detail, self.faults, self.members = kind, detail, faults, members
        self.headers = dict(headers or {})

    def document(self, request_id: str) -> dict[str, Any]:
        """Return the problem details object."""
        document: dict[str, Any] = {
            "type": PREFIX + self.kind.name,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": f"urn:ledgerd:request:{request_id}",
        }
        if self.faults:
            document["errors"] = [fault._asdict() for fault in self.faults[:MAX_FAULTS]]
        return document | self.members

    def response(self, request_id: str) -> web.Response:
        """Return the answer."""
        headers = self.headers
        if self.kind.retry_after is not None:
            headers = {"Retry-After": str(self.kind.retry_after), **headers}
        body = json.dumps(self.document(request_id), ensure_ascii=False).encode()
        return web.Response(status=self.kind.status, body=body, content_type=MEDIA_TYPE, headers=headers)


MALFORMED = Kind("malformed", 400, "The body is not strict JSON")
BAD_REQUEST = Kind("bad-request", 400, "The request is not understood")
UNAUTHENTICATED = Kind("unauthenticated", 401, "A valid token is needed")
FORBIDDEN = Kind("forbidden", 403, "The token does not allow this")
SOURCE_FORBIDDEN = Kind("source-forbidden", 403, "The token may not speak for this source")
NOT_FOUND = Kind("not-found", 404, "There is nothing here")
METHOD = Kind("method-not-allowed", 405, "This resource does not do that")
ID_CONFLICT = Kind("id-conflict", 409, "The source gave this id to another event")
SEQUENCE_REPEATED = Kind("sequence-repeated", 409, "The source used this sequence number before")
TOO_MANY_GAPS = Kind("too-many-gaps", 409, "The source's numbering has too many gaps")
IMPOSSIBLE = Kind("impossible", 409, "The event can't be true after what stands in the ledger")
SECOND_PERSON = Kind("second-person", 409, "Another person must decide")
OTHER_SUBJECT = Kind("other-subject", 409, "The request is about another subject")
DECIDED = Kind("decided", 409, "It was decided otherwise")
HELD = Kind("held", 409, "A legal hold forbids it")
SEQ_CONFLICT = Kind("incident-moved", 412, "The incident has moved on")
TOO_LARGE = Kind("too-large", 413, "The body is too large")
UNSUPPORTED = Kind("unsupported-media-type", 415, "This format is not accepted")
INVALID = Kind("invalid-event", 422, "The event does not fit the vocabulary")
NOT_STORABLE = Kind("not-storable", 422, "The database refuses this event")
INVALID_SNAPSHOT = Kind("invalid-snapshot", 422, "The snapshot does not fit its format")
OUT_OF_ORDER = Kind("snapshot-out-of-order", 409, "A later snapshot of the account is here already")
INTERNAL = Kind("internal", 500, "The service failed")
OVERLOADED = Kind("overloaded", 503, "Too much waits already", retry_after=1)
UNAVAILABLE = Kind("unavailable", 503, "The database does not answer", retry_after=2)
STOPPED = Kind("signing-stopped", 503, "The ledger does not sign", retry_after=300)
LAGGING = Kind("projection-lagging", 503, "The projections have not come that far", retry_after=1)

Translate = Callable[[Any], Problem]

_SAME_EVENT_AGAIN = "Post the same event again: it lands once."

_TABLE: Mapping[type[Exception], Translate] = MappingProxyType(
    {
        Malformed: lambda error: Problem(MALFORMED, str(error), error.faults),
        Refused: lambda error: Problem(INVALID, str(error), error.faults),
        IdConflict: lambda error: Problem(
            ID_CONFLICT, f"The first event under this id stands at index {error.index}.", index=error.index
        ),
        SequenceRepeated: lambda error: Problem(
            SEQUENCE_REPEATED,
            f"Sequence {error.sequence} was used before; the last is {error.last}.",
            [Fault("/sequence", "used before")],
            last=error.last,
        ),
        TooManyGaps: lambda error: Problem(TOO_MANY_GAPS, f"{error.gaps} gaps are open; fill some first."),
        Impossible: lambda error: Problem(
            IMPOSSIBLE,
            f"{error}. Nothing was recorded; where the event that is missed comes late, post it first.",
            error.faults,
        ),
        SeqConflict: lambda error: Problem(
            SEQ_CONFLICT,
            f"The incident is at {error.actual}, not at {error.expected}.",
            headers={"ETag": f'"{error.actual}"'},
            expected=error.expected,
            actual=error.actual,
        ),
        QueueFull: lambda _error: Problem(OVERLOADED, f"Too many events wait. {_SAME_EVENT_AGAIN}"),
        CommitUnknown: lambda _error: Problem(
            UNAVAILABLE, f"Whether the event was appended is unknown. {_SAME_EVENT_AGAIN}"
        ),
        OutOfOrder: lambda _error: Problem(
            OUT_OF_ORDER, "Snapshots of an account are sent in the order in which they were taken."
        ),
        Moved: lambda _error: Problem(OVERLOADED, "Another snapshot of the account came in meanwhile; send it again."),
        Lagging: lambda _error: Problem(LAGGING, "The projections lag behind the log; send the snapshot again."),
        StoreUnavailable: lambda _error: Problem(UNAVAILABLE, "The database does not answer for now."),
        SigningStopped: lambda _error: Problem(
            STOPPED, "The ledger met a contradiction and only answers reads; see /readyz."
        ),
        TileError: lambda _error: not_found("whole tree here: parts of it are missing from the database"),
        web.RequestPayloadError: lambda _error: Problem(
            BAD_REQUEST, "The body is not what Content-Encoding or Transfer-Encoding says."
        ),
        NotStorable: lambda _error: Problem(NOT_STORABLE, "The database refuses this event; nothing of it was stored."),
    }
)


def problem_of(error: Exception) -> Problem | None:
    """Return the problem that an error is, None for one that nobody foresaw."""
    if isinstance(error, Problem):
        return error
    translate = _TABLE.get(type(error))
    return translate(error) if translate else None


def not_found(what: str) -> Problem:
    """Return the problem that `what` does not exist."""
    return Problem(NOT_FOUND, f"There is no {what}.")


def bad_parameter(name: str, detail: str) -> Problem:
    """Return the problem that a query parameter is wrong."""
    return Problem(BAD_REQUEST, f"{name}: {detail}", [Fault(f"?{name}", detail)])
