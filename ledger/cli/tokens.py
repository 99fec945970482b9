"""`ledgerd token create`, `list` and `revoke`."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.failure import Failure

if TYPE_CHECKING:
    import asyncpg

    from ledger.store.tokens import Token

_ROLES = ("poster", "reader", "auditor", "admin")
Ledger = Annotated[str, typer.Option("--ledger", help="The ledger that the token opens.")]
AnyLedger = Annotated[str | None, typer.Option("--ledger", help="Only this ledger; else all.")]
Roles = Annotated[list[str], typer.Option("--role", help=f"{', '.join(_ROLES)}; may be repeated.")]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Source it may post for (a prefix ends in *); else any. May be repeated."),
]
Label = Annotated[str, typer.Option(help="Whose it is and what for; shown in the list.")]
Days = Annotated[float | None, typer.Option(help="Valid for so many days; else until it is revoked.")]


def create_token(ledger: Ledger, role: Roles, source: Sources = None, label: Label = "", days: Days = None) -> None:
    """Make a token and print it, this once: only its hash is kept.

    For instance:

        ledgerd token create --ledger acme --role poster --source urn:connector:x:acme --label "X connector"

        ledgerd token create --ledger acme --role auditor --days 30
    """
    if unknown := set(role) - set(_ROLES):
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))}: the roles are {', '.join(_ROLES)}", param_hint="--role"
        )
    if days is not None and days <= 0:
        raise typer.BadParameter("give a number above 0", param_hint="--days")
    from ledger.cli.database import on_database

    lifetime = timedelta(days=days) if days is not None else None
    work = partial(_create, ledger=ledger, roles=role, sources=source or [], label=label, lifetime=lifetime)
    typer.echo(on_database(work))


def list_tokens(ledger: AnyLedger = None) -> None:
    """List tokens, revoked and expired ones too, never their secrets.

    For instance:

        ledgerd token list --ledger acme
    """
    from ledger.cli.database import on_database
    from ledger.cli.table import print_table

    rows = [_cells(name, token) for name, token in on_database(partial(_list, only=ledger))]
    print_table(("id", "ledger", "roles", "sources", "label", "created", "expires", "state"), rows)


def revoke_token(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As in the list.")], ledger: AnyLedger = None
) -> None:
    """Revoke a token. Running services refuse it at once.

    For instance:

        ledgerd token revoke 0123456789abcdef
    """
    from ledger.cli.database import on_database

    name = on_database(partial(_revoke, only=ledger, token_id=token_id))
    typer.echo(f"revoked {token_id} of ledger {name}")


async def _create(
    pool: "asyncpg.Pool", *, ledger: str, roles: list[str], sources: list[str], label: str, lifetime: timedelta | None
) -> str:
    from ledger.app import utc_now
    from ledger.store.tokens import Role, Tokens

    (name,) = await _names(pool, ledger)
    return await Tokens(pool, utc_now).create(name, map(Role, roles), sources, label, lifetime)


async def _list(pool: "asyncpg.Pool", *, only: str | None) -> "list[tuple[str, Token]]":
    from ledger.app import utc_now
    from ledger.store.tokens import Tokens

    tokens = Tokens(pool, utc_now)
    return [(name, token) for name in await _names(pool, only) for token in await tokens.all(name)]


async def _revoke(pool: "asyncpg.Pool", *, only: str | None, token_id: str) -> str:
    from ledger.app import utc_now
    from ledger.store.listener import CHANNEL
    from ledger.store.tokens import Tokens

    tokens = Tokens(pool, utc_now)
    for name in await _names(pool, only):
        if await tokens.revoke(name, token_id):
            # What a service has read of a token it believes for a moment; this makes it forget now.
            await pool.execute("SELECT pg_notify($1, $2)", CHANNEL, f"token {name} {token_id}")
            return name
    raise Failure(f"no token {token_id} that still holds; `ledgerd token list` shows them")


async def _names(pool: "asyncpg.Pool", only: str | None) -> list[str]:
    """Return the names of all ledgers, or `only`, if it is one."""
    from ledger.store.ledgers import all_ledgers

    names = [row.name for row in await all_ledgers(pool)]
    if only is not None and only not in names:
        raise Failure(f"there is no ledger {only}; `ledgerd ledger list` shows them")
    return [only] if only is not None else names


def _cells(ledger: str, token: "Token") -> tuple[str, ...]:
    state = "revoked" if token.revoked_at else "holds" if token.holds(datetime.now(UTC)) else "expired"
    expires = _day(token.expires_at) if token.expires_at else "never"
    roles, sources = ", ".join(sorted(token.roles)), ", ".join(token.sources) or "any"
    return token.id, ledger, roles, sources, token.label, _day(token.created_at), expires, state


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}Z"
