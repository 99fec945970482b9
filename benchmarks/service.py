"""The ledger under measurement: one process, served as the command serves it; settings come by the environment."""

import sys

from ledger.logs import configure_logs
from ledger.serving.listening import reserve
from ledger.serving.process import run, serve_alone
from ledger.settings import Settings


def main() -> None:
    """Serve on the port given."""
    settings = Settings()
    if settings.database_url is None:
        raise SystemExit("LEDGERD_DATABASE_URL names the database")
    configure_logs(settings)
    listener = reserve("127.0.0.1", int(sys.argv[1]))
    run(serve_alone(settings, settings.database_url.get_secret_value(), listener, None, lambda: None))


if __name__ == "__main__":
    main()
