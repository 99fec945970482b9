"""`ledgerd verdict`: whether anything was hidden, in an incident, a period or a bundle, and what can't be said."""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from ledger.cli.failure import Failure
from ledger.cli.target import Token, Url, ledger_url
from ledger.cli.verifying import MemoryFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from events.strict import JsonObject


class Language(StrEnum):
    """The languages of explanations."""

    EN = "en"
    FR = "fr"


Bundle = Annotated[
    Path | None, typer.Argument(help="An auditor's evidence bundle, judged here and offline; else the service judges.")
]
OfLedger = Annotated[str | None, typer.Option("--ledger", help="The ledger's name.")]
Incident = Annotated[str | None, typer.Option(help="Judge this incident; else the whole ledger.")]
Since = Annotated[str | None, typer.Option(help="Only findings with evidence accepted at this time or later.")]
Until = Annotated[str | None, typer.Option(help="Only findings with evidence accepted before this time.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge what was known then: an index, or a time.")]
Record = Annotated[bool, typer.Option("--record", help="Put the verdict on record, as an event of the ledger.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the explanations.")]
Raw = Annotated[bool, typer.Option("--json", help="Print the verdict as JSON, whole.")]


def verdict(  # noqa: PLR0913 - the options of the command
    bundle: Bundle = None,
    *,
    ledger: OfLedger = None,
    url: Url = "http://127.0.0.1:8080",
    token: Token = None,
    incident: Incident = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    record: Record = False,
    lang: Lang = Language.EN,
    raw: Raw = False,
    memory: MemoryFolder = None,
) -> None:
    """Judge an incident or a period by all checks: CERTIFIED, QUALIFIED or FAILED, within a scope that is told.

    The service verifies every entry and opening of what it judges. With a bundle nobody has to believe it: that is
    verified, judged anew on this machine, and the verdict that the service put into it must be the same.

    Exit code 0: certified; 1: failed, or not the bundle's own verdict; 2: it couldn't be judged; 3: qualified.

    For example:

        ledgerd verdict --ledger demo --incident billets-clair-2026-11-20

        ledgerd verdict --ledger demo --since 2026-11-01T00:00:00Z --lang fr

        ledgerd verdict --ledger demo --incident billets-clair-2026-11-20 --record

        ledgerd verdict billets-clair.zip
    """
    from ledger.client.failures import ClientError
    from ledger.client.verdict import EXIT_CODES, verdict_lines

    asked = {"since": since, "until": until, "as_of": as_of}
    query = {name: text for name, text in asked.items() if text is not None}
    if bundle is not None and (ledger or incident or query or record):
        raise Failure("a bundle says itself what it is of: leave the other options out", code=2)
    if bundle is None and ledger is None:
        raise Failure("name a bundle, or a ledger with --ledger", code=2)
    if incident is not None and (since or until):
        raise Failure("an incident is judged as a whole: leave out --since and --until", code=2)
    try:
        if bundle is not None:
            judged = _judge_anew(bundle, memory)
        else:
            path = "verdict" if incident is None else f"incidents/{quote(incident, safe='')}/verdict"
            judged = asyncio.run(_ask(ledger_url(url, ledger or ""), token, "POST" if record else "GET", path, query))
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


def _judge_anew(path: Path, memory: Path | None) -> "JsonObject":
    """Verify a bundle and judge it. Ends the command where it isn't valid, or its own verdict is another."""
    from ledger.client.bundle_audit import verify_bundle
    from ledger.client.bundle_case import judge_bundle
    from ledger.client.memory import Memory, default_folder
    from ledger.client.progress import progress

    report = verify_bundle(path, Memory(memory or default_folder()), None)
    if not report.ok:
        for line in report.lines():
            typer.echo(line, err=True)
        raise Failure(f"{path} is not valid: there is nothing to judge", code=2)
    with progress("judging", report.entries) as tell:
        judged, told = judge_bundle(path, tell)
    if judged != told:
        names = ", ".join(sorted(name for name in told.keys() | judged.keys() if told.get(name) != judged.get(name)))
        raise Failure(f"the verdict in the bundle does not follow from its events: {names} differ")
    typer.echo(f"judged anew from the {report.entries:,} events of the bundle: the same as the service's own", err=True)
    return judged


async def _ask(url: str, token: str | None, method: str, path: str, query: "Mapping[str, str]") -> "JsonObject":
    from ledger.client.connection import Connection

    async with Connection(url, token) as connection:
        return await connection.document(method, path, query)
