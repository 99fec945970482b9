"""Who is calling, and what they may see."""

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from events.visibility import Visibility
from ledger.store.tokens import Role, Token
from ledger.web.context import TOKENS
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
    """Return the caller's token, which has one of `roles`. Raises `Problem` 401 or 403."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise _unauthenticated("Send a token: Authorization: Bearer ldg_…")
    token = await request.app[TOKENS].authenticate(ledger, text.strip())
    if token is None:
        raise _unauthenticated("The token is unknown to this ledger, expired or revoked.")
    if not token.roles & roles:
        raise Problem(FORBIDDEN, f"This needs one of the roles {', '.join(sorted(roles))}.")
    return token


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
