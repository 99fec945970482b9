"""What went wrong, in one line for the person at the terminal."""

import sys
from collections.abc import Iterable


class Failure(Exception):
    """A command ends with one line on stderr. `code` 1: it failed; 2: it was used wrongly."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def explain(error: Exception) -> Failure | None:
    """Return the line for an error that is the world's and not a bug of ours; None for the others."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return Failure(f"{where}{error.strerror or type(error).__name__}")
    if type(error).__module__.startswith("ledger."):
        return _explain_ours(error)
    return _explain_foreign(error)


def _explain_ours(error: Exception) -> Failure:
    """Our own errors are sentences already; some need to say what they mean for the whole."""
    from ledger.sequencer.errors import Fatal
    from ledger.store.ports import StoreUnavailable

    if isinstance(error, StoreUnavailable):
        return Failure(f"the database doesn't answer ({error}); is DATABASE_URL right, and the server up?")
    if isinstance(error, Fatal):
        return Failure(f"the ledger signs nothing more: {error}")
    return Failure(str(error))


def _explain_foreign(error: Exception) -> Failure | None:
    # A library that isn't loaded has raised nothing, and needn't be loaded to find that out.
    if "asyncpg" in sys.modules:
        from asyncpg import InvalidSchemaNameError, PostgresError, UndefinedTableError

        if isinstance(error, UndefinedTableError | InvalidSchemaNameError):
            return Failure("the database has no ledger tables yet: run `ledgerd migrate`")
        if isinstance(error, PostgresError):
            return Failure("; ".join([f"PostgreSQL says: {error.args[0]}", *getattr(error, "__notes__", [])]))
    if "pydantic" in sys.modules:
        from pydantic import ValidationError

        if isinstance(error, ValidationError) and error.title == "Settings":
            # Which variables are wrong, never what they hold.
            faults = error.errors(include_input=False, include_url=False)
            return Failure("; ".join(f"{_variable(fault['loc'])}: {fault['msg']}" for fault in faults), code=2)
    return None


def _variable(location: Iterable[int | str]) -> str:
    name = "_".join(map(str, location)).upper()
    return name if name.startswith(("LEDGERD_", "DATABASE_URL")) else f"LEDGERD_{name}"
