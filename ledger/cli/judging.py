"""`ledgerd verdict`: whether anything was hidden, in an incident or a period, and what can't be said."""

import asyncio
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Ledger, Token, Url, ledger_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from events.strict import JsonObject


class Language(StrEnum):
    """The languages of explanations."""

    EN = "en"
    FR = "fr"


Incident = Annotated[str | None, typer.Option(help="Judge this incident; else the whole ledger.")]
Since = Annotated[str | None, typer.Option(help="Only findings with evidence accepted at this time or later.")]
Until = Annotated[str | None, typer.Option(help="Only findings with evidence accepted before this time.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge what was known then: an index, or a time.")]
Record = Annotated[bool, typer.Option("--record", help="Put the verdict on record, as an event of the ledger.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the explanations.")]
Raw = Annotated[bool, typer.Option("--json", help="Print the verdict as JSON, whole.")]


def verdict(  # noqa: PLR0913 - the options of the command
    *,
    ledger: Ledger,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    incident: Incident = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    record: Record = False,
    lang: Lang = Language.EN,
    raw: Raw = False,
) -> None:
    """Judge an incident or a period by all checks: CERTIFIED, QUALIFIED or FAILED, within a scope that is told.

    The service judges, and verifies every entry and opening of what it judges.

    Exit code 0: certified; 1: failed; 2: it couldn't be judged; 3: qualified.

    For example:

        ledgerd verdict --ledger demo --incident billets-clair-2026-11-20

        ledgerd verdict --ledger demo --since 2026-11-01T00:00:00Z --lang fr

        ledgerd verdict --ledger demo --incident billets-clair-2026-11-20 --record
    """
    from ledger.client.failures import ClientError
    from ledger.client.verdict import EXIT_CODES, verdict_lines

    if incident is not None and (since or until):
        raise Failure("an incident is judged as a whole: leave out --since and --until", code=2)
    path = "verdict" if incident is None else f"incidents/{quote(incident, safe='')}/verdict"
    asked = {"since": since, "until": until, "as_of": as_of}
    query = {name: text for name, text in asked.items() if text is not None}
    try:
        judged = asyncio.run(_ask(ledger_url(url, ledger), token, "POST" if record else "GET", path, query))
    except ClientError as error:
        raise Failure(str(error), code=2) from error
    if raw:
        typer.echo(json.dumps(judged, ensure_ascii=False, indent=2))
    else:
        for line in verdict_lines(judged, lang.value):
            typer.echo(line)
        if record:
            typer.echo(f"on record at index {judged['index']}")
    raise typer.Exit(EXIT_CODES[judged["verdict"]])


async def _ask(url: str, token: str | None, method: str, path: str, query: "Mapping[str, str]") -> "JsonObject":
    from ledger.client.connection import Connection

    async with Connection(url, token) as connection:
        return await connection.document(method, path, query)
