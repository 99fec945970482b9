"""Which ledger a client command works on: the options that all of them share."""

from typing import Annotated

import typer

Ledger = Annotated[str, typer.Option("--ledger", help="The ledger's name.")]
Url = Annotated[str, typer.Option("--url", envvar="LEDGERD_URL", help="The service.")]
Token = Annotated[
    str | None, typer.Option("--token", envvar="LEDGERD_TOKEN", help="The token; better in the environment than here.")
]


def ledger_url(url: str, ledger: str) -> str:
    """Return the URL of a ledger of the service at `url`, which may be that of the ledger already."""
    base = url.rstrip("/")
    return base if base.endswith(f"/ledgers/{ledger}") else f"{base}/ledgers/{ledger}"
