"""A page: its address, who may see it, its handler; and how what it shows becomes an answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from ledger.pages.languages import Language
from ledger.pages.rendering import render
from ledger.store.tokens import Role, Token
from ledger.web.context import CALLER, SETTINGS
from ledger.web.html.choice import HTML, language_of, varied, wants_page
from ledger.web.operation import READERS, Handler, Operation, enter
from ledger.web.problems import UNAUTHENTICATED, Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere."""
_HARDENED: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_LONG = 1 << 14
_YEAR = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one address. `roles`: who may see it; empty: anyone, signed in or not.

    Where an `Operation` has the same path, who asks for HTML gets the page, everyone else its answer.
    """

    path: str
    handler: Handler
    roles: frozenset[Role] = READERS
    method: str = "GET"

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Find the ledger and the reader, then the page; who isn't signed in is shown where to."""
        name = request.match_info.get("ledger")
        if name is not None:
            try:
                await enter(request, self.roles)
            except Problem as problem:
                if problem.kind is not UNAUTHENTICATED or self.method != "GET":
                    raise
                asked = urlencode({"next": request.path_qs})
                return varied(see_other(f"/ledgers/{quote(name)}/sign-in?{asked}"), "Accept", "Cookie")
        return varied(await self.handler(request), "Accept", "Accept-Language", "Cookie")


def routes(operations: Sequence[Operation], pages: Iterable[Page]) -> list[web.RouteDef]:
    """Return all routes: of the operations, of the pages, and of the addresses that are both."""
    by_place = {(page.method, page.path): page for page in pages}
    found = [_route(operation, by_place.pop((operation.method, operation.path), None)) for operation in operations]
    return [*(web.route(page.method, page.path, page.show) for page in by_place.values()), *found]


def _route(operation: Operation, page: Page | None) -> web.RouteDef:
    answer = operation.bound()
    if page is None:
        return web.route(operation.method, operation.path, answer)

    async def either(request: web.Request) -> web.StreamResponse:
        return await page.show(request) if wants_page(request) else await answer(request)

    return web.route(operation.method, operation.path, either)


def shown(
    request: web.Request, template: str, context: Mapping[str, object] | None = None, status: int = 200
) -> web.Response:
    """Return a page from its template, for this reader and in their language; it is kept by nobody."""
    language = language_of(request)
    text = render(template, language, viewer=viewer(request), address=request.path_qs, **(context or {}))
    return document(request, text, language, {"Cache-Control": "no-store"}, status)


def document(
    request: web.Request, text: str, language: Language, headers: Mapping[str, str], status: int = 200
) -> web.Response:
    """Return a page's text as an answer that lets a browser run and load only what is ours."""
    response = web.Response(
        text=text,
        status=status,
        content_type=HTML,
        headers={**hardened(request), **headers, "Content-Language": language.value},
    )
    if len(text) > _LONG:
        response.enable_compression()
    return response


def hardened(request: web.Request) -> Mapping[str, str]:
    """Return the headers of every page."""
    secure = {"Strict-Transport-Security": _YEAR} if request.app[SETTINGS].secure else {}
    return {**_HARDENED, **secure}


def see_other(path: str) -> web.Response:
    """Lead on to another page of this service (RFC 9110 §15.4.4)."""
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page: the ledger it is about, and their label and roles where they are signed in."""

    ledger: str | None
    label: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Tell whether the viewer is known."""
        return bool(self.roles)

    @property
    def audits(self) -> bool:
        """Tell whether the viewer is shown what is personal."""
        return Role.AUDITOR.value in self.roles


def viewer(request: web.Request) -> Viewer:
    """Return who looks, as pages speak of them."""
    caller: Token | None = request.get(CALLER)
    name = request.match_info.get("ledger")
    if caller is None:
        return Viewer(name)
    return Viewer(name, caller.label, tuple(sorted(role.value for role in caller.roles)))
