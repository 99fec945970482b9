"""/public/…: the transparency pages, for anyone. Nothing above what events call public reaches them.

A page is rendered once for all who ask within a moment, and known by a tag of its bytes: a crisis brings readers.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

import orjson
from aiohttp import web

from events.entry import render_instant
from events.strict import JsonObject
from events.visibility import Visibility
from ledger.pages.languages import Language, preferred
from ledger.pages.public.document import VIEWS, is_public, public_document
from ledger.pages.public.feeds import atom, json_feed, statuspage
from ledger.pages.public.links import index_links, service_links
from ledger.pages.public.page import render_index, render_page
from ledger.web import queries
from ledger.web.context import CLOCK, LEDGER, SETTINGS
from ledger.web.html.choice import HTML, encoded, varied
from ledger.web.html.evidence import CACHED, get_evidence
from ledger.web.html.page import Page, hardened
from ledger.web.incidents import incident_row
from ledger.web.operation import ANYONE, Handler
from ledger.web.overview import overview_of_all, overview_row
from ledger.web.paging import page
from ledger.web.problems import bad_parameter, not_found
from ledger.web.tagged import entity_tag, unchanged
from ledger.web.views import answer_of
from projections.shown import disclosed
from projections.view import AnyView, Moment
from projections.views import VIEWS as ALL_VIEWS

FRESH_SECONDS = 2.0
"""For how long an answer is given again without looking whether the log has grown."""
KEPT_SECONDS = 30.0
"""For how long one is given again where the log has not grown: clocks run on."""
_KEPT = 300
_VIEWS: dict[str, AnyView] = {view.name: view for view in ALL_VIEWS if view.name in VIEWS}

Render = Callable[[web.Request], Awaitable[bytes]]


@dataclass(slots=True)
class _Kept:
    """An answer as it was rendered last. Whoever renders it holds the lock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    made: float = 0.0
    size: int = -1
    body: bytes = b""
    compressed: bytes = b""
    tag: str = ""

    def holds(self, size: int) -> bool:
        age = monotonic() - self.made
        return bool(self.tag) and (age < FRESH_SECONDS or (self.size == size and age < KEPT_SECONDS))


class PublicShelf:
    """The answers that were asked for last: at most 300."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()

    async def get(self, key: tuple[str, ...], size: int, request: web.Request, render: Render) -> _Kept:
        """Return the answer of a key, rendered now unless the one that is kept still holds. What fails isn't kept."""
        kept = self._kept.setdefault(key, _Kept())
        self._kept.move_to_end(key)
        try:
            async with kept.lock:
                if not kept.holds(size):
                    body = await render(request)
                    kept.body, kept.compressed, kept.tag = body, gzip.compress(body, 6, mtime=0), entity_tag(body)
                    kept.made, kept.size = monotonic(), size
        except BaseException:
            if not kept.tag:
                self._kept.pop(key, None)
            raise
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept


PUBLIC = web.AppKey("PUBLIC", PublicShelf)


def _resource(media_type: str, render: Render, *, languages: bool = False) -> Handler:
    """Return the handler of something public, which is rendered by `render` and kept."""

    async def get_public(request: web.Request) -> web.StreamResponse:
        queries.expect_only(request, ("lang",) if languages else ())
        ledger, language = request[LEDGER], _language(request) if languages else Language.EN
        key = (request.path, language.value)
        kept = await request.app[PUBLIC].get(key, ledger.folded.value, request, render)
        headers = {"ETag": kept.tag, "Cache-Control": CACHED}
        if not languages:
            headers["Access-Control-Allow-Origin"] = "*"
        answer = unchanged(request, kept.tag)
        if answer is None:
            body, encoding = encoded(request, kept.body, kept.compressed)
            headers |= encoding
            answer = web.Response(body=body, content_type=media_type, charset="utf-8")
        answer.headers.update(headers)
        if languages:
            answer.headers.update({**hardened(request), "Content-Language": language.value})
        return varied(answer, "Accept-Encoding", *(["Accept-Language"] if languages else []))

    return get_public


async def _document(request: web.Request) -> JsonObject:
    """Return the public document of the incident that the path names. Raises `Problem` 404 where it has none."""
    ledger, answers, moment = request[LEDGER], {}, Moment("", 0, request.app[CLOCK]())
    for name, view in _VIEWS.items():
        answers[name], moment = await answer_of(request, view, view.query())
        if name == "overview" and not is_public(answers[name].phase):
            raise not_found("public incident of this name")
    head = await ledger.reads.checkpoint()
    about = {
        "ledger": ledger.row.name,
        "url": f"{request.app[SETTINGS].base_url}/ledgers/{ledger.row.name}",
        "origin": ledger.row.origin,
        "vkey": ledger.row.vkey,
        "checkpoint": head.note.decode(),
        "incident": moment.incident,
        "size": moment.size,
        "at": render_instant(moment.at),
    }
    return public_document(about, answers)


async def _page(request: web.Request) -> bytes:
    document = await _document(request)
    return render_page(document, _language(request), service_links(document["ledger"], document["incident"])).encode()


async def _index(request: web.Request) -> bytes:
    items, _more, _at = await overview_of_all(request)
    incidents = [disclosed(item, Visibility.PUBLIC) for item in items if is_public(item.phase)]
    name = request[LEDGER].row.name
    return render_index(name, incidents, _language(request), index_links(name)).encode()


async def get_public_index(request: web.Request) -> web.StreamResponse:
    """List a ledger's public incidents: a page for people, or pages of JSON for programs with `?format=json`."""
    if "format" not in request.query:
        return await _get_index_page(request)
    queries.expect_only(request, ("format", "start"))
    if request.query["format"] != "json":
        raise bad_parameter("format", "expected json")
    items, more, _at = await overview_of_all(request)
    listed = [orjson.dumps(disclosed(item, Visibility.PUBLIC)) for item in items if is_public(item.phase)]
    answer = page(request, listed, more)
    answer.headers.update({"Cache-Control": CACHED, "Access-Control-Allow-Origin": "*"})
    return answer


async def _json_document(request: web.Request) -> bytes:
    return orjson.dumps(await _document(request), option=orjson.OPT_NON_STR_KEYS)


def _feed(render: Callable[[JsonObject, str], bytes]) -> Render:
    async def rendered(request: web.Request) -> bytes:
        return render(await _document(request), request.app[SETTINGS].base_url)

    return rendered


async def get_public_evidence(request: web.Request) -> web.StreamResponse:
    """Stream what a browser checks the page with, of an incident that has one."""
    ledger, incident = request[LEDGER], request.match_info["incident"]
    await incident_row(ledger, incident)
    if not is_public((await overview_row(ledger, incident)).phase):
        raise not_found("public incident of this name")
    return await get_evidence(request)


def _language(request: web.Request) -> Language:
    named = request.query.get("lang")
    if named is None:
        return preferred(request.headers.get("Accept-Language", ""))
    if named not in set(Language):
        raise bad_parameter("lang", f"expected one of {', '.join(Language)}")
    return Language(named)


def _guarded(handler: Handler) -> Handler:
    """Answer only where the operator has the public pages on."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not request.app[SETTINGS].public_pages:
            raise not_found("public page")
        return await handler(request)

    return guarded


_get_index_page = _resource(HTML, _index, languages=True)
_INCIDENT = "/public/{ledger}/{incident}"
PAGES = tuple(
    Page(path, _guarded(handler), ANYONE)
    for path, handler in {
        "/public/{ledger}": get_public_index,
        _INCIDENT: _resource(HTML, _page, languages=True),
        f"{_INCIDENT}/document.json": _resource("application/json", _json_document),
        f"{_INCIDENT}/feed.atom": _resource("application/atom+xml", _feed(atom)),
        f"{_INCIDENT}/feed.json": _resource("application/feed+json", _feed(json_feed)),
        f"{_INCIDENT}/status.json": _resource("application/json", _feed(statuspage)),
        f"{_INCIDENT}/evidence.ndjson": get_public_evidence,
    }.items()
)
