"""The command `ledgerd`.

Each command is a function in a module of its own, registered below. These modules import nothing heavy at their top:
what a command needs it imports when it runs, so that `--help` and `health` answer at once.
"""

import sys

import typer

from ledger.cli.backtesting import backtest
from ledger.cli.erasures import erasures
from ledger.cli.exporting import export
from ledger.cli.failure import explain
from ledger.cli.health import health
from ledger.cli.importing import import_file
from ledger.cli.judging import verdict
from ledger.cli.ledgers import create_ledger, list_ledgers
from ledger.cli.migrate import migrate
from ledger.cli.publishing import publish
from ledger.cli.rebuild import rebuild
from ledger.cli.serve import serve
from ledger.cli.snapshotting import snapshot
from ledger.cli.tokens import create_token, list_tokens, revoke_token
from ledger.cli.verifying import verify

app = typer.Typer(
    name="ledgerd",
    help="A tamper-evident log of crises on social media, and the timelines it proves.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve)
app.command("migrate")(migrate)
app.command("rebuild")(rebuild)
app.command("erasures")(erasures)
app.command("health")(health)
app.command("import")(import_file)
app.command("snapshot")(snapshot)
app.command("export")(export)
app.command("publish")(publish)
app.command("backtest")(backtest)
app.command("verify")(verify)
app.command("verdict")(verdict)

_ledger = typer.Typer(help="Make and list ledgers.", no_args_is_help=True)
_ledger.command("create")(create_ledger)
_ledger.command("list")(list_ledgers)
app.add_typer(_ledger, name="ledger")

_token = typer.Typer(help="Make, list and revoke tokens.", no_args_is_help=True)
_token.command("create")(create_token)
_token.command("list")(list_tokens)
_token.command("revoke")(revoke_token)
app.add_typer(_token, name="token")


def main() -> None:
    """Run the command.

    A foreseen error is one line on stderr and exit code 1 (2: wrong use); others keep their traceback.
    """
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        failure = explain(error)
        if failure is None:
            raise
        sys.stderr.write(f"ledgerd: {failure}\n")
        sys.exit(failure.code)
