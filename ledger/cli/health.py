"""`ledgerd health`."""

import json
from typing import Annotated, Any

import typer

from ledger.cli.failure import Failure

_SECONDS = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - where a service that listens everywhere is asked


def health(
    url: Annotated[
        str | None, typer.Argument(envvar="LEDGERD_URL", help="The service; else from LEDGERD_HOST and LEDGERD_PORT.")
    ] = None,
) -> None:
    """Ask a service whether it accepts events; exit code 0 if it does, 1 with the reasons if not.

    For instance:

        ledgerd health

        ledgerd health https://ledger.example.com
    """
    document = _readiness((url or _own_url()).rstrip("/") + "/readyz")
    if document.get("ready") is not True:
        raise Failure("not ready: " + "; ".join(f"{name}: {why}" for name, why in document.get("reasons", {}).items()))
    typer.echo("ready")


def _own_url() -> str:
    from ledger.cli.configuration import read_settings

    settings = read_settings()
    host = _EVERYWHERE.get(settings.host, f"[{settings.host}]" if ":" in settings.host else settings.host)
    return f"http://{host}:{settings.port}"


def _readiness(url: str) -> dict[str, Any]:
    """Return the document of /readyz, whose status may be 503. Asks directly, past any proxy."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import ProxyHandler, build_opener

    if not url.startswith(("http://", "https://")):
        raise Failure(f"{url} is no http:// or https:// URL", code=2)
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=_SECONDS) as answer:
            body = answer.read()
    except HTTPError as error:
        body = error.read()
    except (URLError, OSError, HTTPException) as error:
        raise Failure(f"{url} doesn't answer: {getattr(error, 'reason', error)}") from error
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Failure(f"{url} isn't answered by a ledger service")
    return document
