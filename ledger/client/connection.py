"""One ledger over HTTP: what it serves, as bytes, and its errors as sentences."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import ClientError as HttpError
from aiohttp import ClientResponse, ClientSession, ClientTimeout

from events.faults import Fault, Refused
from events.strict import JsonObject, parse_object
from ledger.client.failures import ClientError, Denied, Rejected, Unreachable

NDJSON = "application/x-ndjson"
_TIMEOUT = ClientTimeout(total=None, sock_connect=10, sock_read=120)
_PATIENT = ClientTimeout(total=None, sock_connect=10, sock_read=600)
"""For what the service reads whole before its first byte."""
_TRIES = 4
_PORTION = 1 << 16
_OF_CONTENT = frozenset({400, 409, 413, 422})


class Connection:
    """A ledger at its URL `http://…/ledgers/NAME`, with or without a token. Open it with `async with`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """Name the ledger. Raises `ClientError` for a URL that can't be a ledger's."""
        parts = urlsplit(url.rstrip("/"))
        if parts.scheme not in {"http", "https"} or not parts.netloc or "/ledgers/" not in parts.path:
            raise ClientError(f"{url} is not the URL of a ledger; one looks like http://127.0.0.1:8080/ledgers/demo")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path}"
        self.has_token = bool(token)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=_TIMEOUT, headers=self._headers, read_bufsize=1 << 18)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def facts(self) -> JsonObject:
        """Return the ledger's name, origin, vkey and size. Raises `ClientError` where there is no such ledger."""
        body = await self.get("", tries=1)
        if body is None:
            raise Denied(f"there is no ledger at {self.url}")
        try:
            facts = parse_object(body)
        except Refused as refused:
            raise ClientError(f"{self.url} is not a ledger: {refused}") from None
        if not all(isinstance(facts.get(name), str) for name in ("name", "origin", "vkey")):
            raise ClientError(f"{self.url} is not a ledger: it names no origin or key")
        return facts

    async def get(self, path: str, tries: int = _TRIES) -> bytes | None:
        """Return what is at a path below the ledger, None for 404. Tries again while nobody answers."""
        for attempt in range(tries):
            try:
                async with self._answer("GET", path) as response:
                    return None if response is None else await response.read()
            except Unreachable:
                if attempt == tries - 1:
                    raise
                await asyncio.sleep(0.2 * 4**attempt)
        raise AssertionError

    async def document(self, method: str, path: str, query: Mapping[str, str]) -> JsonObject:
        """Return the JSON object that a request is answered with. Raises `Denied` where there is nothing."""
        async with self._answer(method, path, params=dict(query)) as response:
            if response is None:
                raise Denied(f"there is no {path} at {self.url}")
            document: JsonObject = await response.json()
            return document

    async def lines(self, path: str, query: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Yield the lines of an NDJSON answer. Raises `Unreachable` where it breaks off: ask again from there."""
        async with self._answer("GET", path, params=dict(query), headers={"Accept": NDJSON}) as response:
            if response is None:
                raise Denied(f"there is no {path} at {self.url}")
            async for line in split_lines(response.content.iter_any()):
                yield line

    async def parts(self, path: str, query: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Yield an answer of any length as it comes. Raises `Unreachable` where it breaks off before its end."""
        async with self._answer("GET", path, params=dict(query), timeout=_PATIENT) as response:
            if response is None:
                raise Denied(f"there is no {path} of this at {self.url}")
            async for part in response.content.iter_any():
                yield part

    async def post_lines(self, path: str, lines: Iterable[bytes]) -> AsyncIterator[JsonObject]:
        """Post NDJSON and yield the answer to each line as it arrives; where the connection breaks, `Unreachable`."""
        headers = {"Content-Type": NDJSON, "Prefer": "return=minimal"}
        async with self._answer("POST", path, data=b"\n".join(lines), headers=headers) as response:
            if response is None:
                raise Denied(f"there is no ledger at {self.url}")
            async for line in split_lines(response.content.iter_any()):
                yield json.loads(line)

    async def post_document(self, path: str, lines: Iterable[bytes]) -> tuple[int, JsonObject]:
        """Post one document in NDJSON, as its lines come; return the status and the answer. Raises `Rejected`."""
        headers = {"Content-Type": NDJSON}
        async with self._answer("POST", path, data=_portions(lines), headers=headers) as response:
            if response is None:
                raise Denied(f"there is no {path} at {self.url}")
            return response.status, parse_object(await response.read())

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        path: str,
        **options: Any,  # noqa: ANN401 - aiohttp's own options
    ) -> AsyncIterator[ClientResponse | None]:
        """Yield a successful answer, None for 404. Raises `Unreachable`, `Denied`."""
        url = f"{self.url}/{path}" if path else self.url
        try:
            async with self._session.request(method, url, **options) as response:
                if response.status == 404:  # noqa: PLR2004 - Not Found
                    yield None
                    return
                await _check(response)
                yield response
        except (HttpError, OSError, TimeoutError) as error:
            raise Unreachable(f"{self.url} doesn't answer ({str(error) or type(error).__name__})") from error


async def split_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield lines without their newline, however long; a last one without newline too. Blank ones are left out."""
    rest: list[bytes] = []
    async for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for each in others:
            if line := b"".join(rest):
                yield line
            rest = [each]
    if line := b"".join(rest):
        yield line


async def _portions(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield lines joined to what is worth sending at once."""
    portion: list[bytes] = []
    size = 0
    for line in lines:
        portion += (line, b"\n")
        size += len(line)
        if size >= _PORTION:
            yield b"".join(portion)
            portion, size = [], 0
    yield b"".join(portion)


async def _check(response: ClientResponse) -> None:
    if response.ok:
        return
    body = await response.read()
    sentence = _sentence(body) or f"{response.status} {response.reason}"
    if response.status in _OF_CONTENT:
        raise Rejected(f"the service refuses ({response.status}): {sentence}", _faults(body))
    if response.status in {502, 503, 504}:
        after = response.headers.get("Retry-After", "")
        raise Unreachable(f"the service can't: {sentence}", float(after) if after.isdigit() else None)
    if response.status == 401:  # noqa: PLR2004 - Unauthorized
        raise Denied(f"{sentence} Give one with --token or LEDGERD_TOKEN.")
    raise Denied(f"the service refuses ({response.status}): {sentence}")


def _faults(body: bytes) -> list[Fault]:
    """Return the faults that a problem document lists."""
    try:
        return [Fault(each["pointer"], each["detail"]) for each in parse_object(body).get("errors", ())]
    except (Refused, KeyError, TypeError):
        return []


def _sentence(body: bytes) -> str | None:
    """Return what a problem document (RFC 9457) says."""
    try:
        return str(parse_object(body)["detail"])
    except (Refused, KeyError):
        return None
