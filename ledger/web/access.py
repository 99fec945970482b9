"""Who is calling, and what they may see."""

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from events.visibility import Visibility
from ledger.store.tokens import Role, Token
from ledger.web.context import SESSIONS, SETTINGS, TOKENS
from ledger.web.problems import FORBIDDEN, UNAUTHENTICATED, Problem

SEES: Mapping[Role, Visibility] = MappingProxyType(
    {
        Role.POSTER: Visibility.PUBLIC,
        Role.READER: Visibility.INTERNAL,
        Role.ADMIN: Visibility.INTERNAL,
        Role.AUDITOR: Visibility.PERSONAL,
    }
)
"""Up to which level the holder of a role sees fields."""
_LONGEST_NAME = 256


async def authenticate(request: web.Request, ledger: str, roles: frozenset[Role]) -> Token:
    """Return the caller's token, which has one of `roles`. Raises `Problem` 401 or 403.

    Who is signed in to the pages may read with the session's cookie; whatever changes something needs the token itself.
    """
    token = await _bearer(request, ledger) or await _signed_in(request, ledger)
    if token is None:
        raise _unauthenticated("Send a token: Authorization: Bearer ldg_…")
    if not token.roles & roles:
        raise Problem(FORBIDDEN, f"This needs one of the roles {', '.join(sorted(roles))}.")
    return token


def session_cookie(request: web.Request, ledger: str) -> str:
    """Return the name of the cookie that holds a session of `ledger`.

    Where browsers come by TLS, the prefix keeps other hosts and plain HTTP from setting it (RFC 6265bis §4.1.3.2).
    """
    return f"{'__Host-' if request.app[SETTINGS].secure else ''}ledgerd-{ledger}"


async def _bearer(request: web.Request, ledger: str) -> Token | None:
    """Return the token in the header, None where there is none. Raises `Problem` 401 for one that doesn't hold."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        return None
    token = await request.app[TOKENS].authenticate(ledger, text.strip())
    if token is None:
        raise _unauthenticated("The token is unknown to this ledger, expired or revoked.")
    return token


async def _signed_in(request: web.Request, ledger: str) -> Token | None:
    secret = request.cookies.get(session_cookie(request, ledger)) if request.method in {"GET", "HEAD"} else None
    return await request.app[SESSIONS].holder(ledger, secret) if secret else None


def sees(token: Token) -> Visibility:
    """Return up to which level a token's holder sees fields."""
    return max(SEES[role] for role in token.roles)


def caller_name(token: Token) -> str:
    """Return how records name a token's holder: `token:<id> <label>`, never the secret.

    The label is the organisation's own word for the holder; what can't be printed of it is left out.
    """
    label = "".join(filter(str.isprintable, token.label)).strip()
    return f"token:{token.id} {label}".rstrip()[:_LONGEST_NAME]


def _unauthenticated(detail: str) -> Problem:
    return Problem(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": 'Bearer realm="ledger"'})
