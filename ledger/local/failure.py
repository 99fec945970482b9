"""The one error of the local PostgreSQL."""


class LocalPostgresError(Exception):
    """The local PostgreSQL can't serve; the message says why and what to do."""
