"""What `ledgerd serve` says at its start: its settings, and in the demonstration what there is to see and how."""

import json
import shlex
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from ledger.demo import INCIDENT, LEDGER

if TYPE_CHECKING:
    from ledger.demo.preparation import Demo
    from ledger.settings import Settings


def announce(settings: "Settings", *, local: bool, workers: int) -> None:
    """Print the settings, secrets masked."""
    shown = {**settings.summary(), "keys_dir": str(settings.keys_folder), "workers": str(workers)}
    if local:
        shown["database_url"] = f"local PostgreSQL in {settings.data_dir / 'postgres'}"
    width = max(map(len, shown))
    typer.echo("ledgerd, with these settings:")
    for name, value in shown.items():
        typer.echo(f"  {name:<{width}}  {value}")
    sys.stdout.flush()


def announce_demo(settings: "Settings", demo: "Demo | None") -> None:
    """Print where the service answers, and the demonstration's tour."""
    typer.echo(f"\nserving on {settings.base_url}  (Ctrl-C stops it)")
    if demo is not None:
        typer.echo(_tour(settings, demo))
    sys.stdout.flush()


def _tour(settings: "Settings", demo: "Demo") -> str:
    tokens = {role.value: text for role, text in demo.tokens.items()}
    ledger = f"{settings.base_url}/ledgers/{LEDGER}"
    timeline = f"{ledger}/incidents/{INCIDENT}/timeline"
    reader = f"-H 'Authorization: Bearer {tokens['reader']}'"
    return "\n".join(
        [
            "",
            "Open in a browser:",
            f"  the crisis room  {ledger}  (sign in with a token below)",
            f"  the public page  {settings.base_url}/public/{LEDGER}/{INCIDENT}",
            f"  the interface    {settings.base_url}/docs",
            "",
            "The timeline of the sample incident, as JSON and as text:",
            f"  curl -s {reader} '{timeline}?limit=5'",
            f"  curl -s {reader} '{timeline}?format=csv'",
            "",
            "Post a comment, keep its receipt, and verify it:",
            f"  curl -s {ledger}/events -H 'Authorization: Bearer {tokens['poster']}' \\",
            "    -H 'Content-Type: application/cloudevents+json' -H 'Accept: text/plain' \\",
            f"    -d {shlex.quote(_comment())} -o comment.tlog-proof",
            f"  {_command()} verify comment.tlog-proof --vkey '{demo.ledger.vkey}'",
            "",
            f"Tokens of the ledger {LEDGER} (also in {settings.data_dir / 'tokens.json'}):",
            *(f"  {role:<8} {text}" for role, text in tokens.items()),
        ]
    )


def _comment() -> str:
    now = datetime.now(UTC)
    comment = {
        "platform": "x",
        "external_id": f"{now:%y%m%d%H%M%S}",
        "author": "you",
        "in_reply_to": None,
        "text": "Hello",
    }
    event = {
        "specversion": "1.0",
        "type": "comment.received",
        "source": "urn:you",
        "id": f"comment-{now:%y%m%d%H%M%S}",
        "time": now.isoformat(timespec="seconds"),
        "subject": INCIDENT,
        "data": comment,
    }
    return json.dumps(event)


def _command() -> str:
    """Return how the person at the terminal calls us."""
    return "ledgerd" if shutil.which("ledgerd") else shlex.quote(sys.argv[0])
