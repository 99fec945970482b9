"""A route with all that is said of it: the router, the access check and the OpenAPI document read the same record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ledger.store.tokens import Role
from ledger.web.access import authenticate
from ledger.web.context import CALLER, LEDGER, LEDGERS
from ledger.web.problems import Kind, not_found

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Schema = Mapping[str, Any]

ANYONE: frozenset[Role] = frozenset()
READERS = frozenset(Role)
POSTERS = frozenset({Role.POSTER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route, in the path, query or header."""

    name: str
    where: str
    description: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer: what it means, and its body by media type."""

    description: str
    content: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `roles`: who may call it; empty: anyone, without a token."""

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    answers: Mapping[int, Answer]
    roles: frozenset[Role] = ANYONE
    parameters: Sequence[Parameter] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    problems: Sequence[Kind] = ()

    def bound(self) -> Handler:
        """Return the handler that finds the ledger and the caller before the operation's own runs."""
        if "{ledger}" not in self.path:
            return self.handler
        handler, roles = self.handler, self.roles

        async def bound(request: web.Request) -> web.StreamResponse:
            await enter(request, roles)
            return await handler(request)

        return bound


async def enter(request: web.Request, roles: frozenset[Role]) -> None:
    """Find the ledger that the path names, and a caller with one of `roles`, if any. Raises `Problem` 401, 403, 404."""
    if any("\x00" in part for part in request.match_info.values()):
        raise not_found("name that holds U+0000")
    name = request.match_info["ledger"]
    ledger = await request.app[LEDGERS].get(name)
    if roles:
        # Asked before saying whether the ledger exists: that is not for strangers to learn by trying names.
        request[CALLER] = await authenticate(request, name, roles)
    if ledger is None:
        raise not_found("ledger of this name")
    request[LEDGER] = ledger
