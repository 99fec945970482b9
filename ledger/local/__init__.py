"""PostgreSQL under our own supervision, for trying out, one machine, and tests. Production sets DATABASE_URL."""

from ledger.local.cluster import LocalPostgres
from ledger.local.failure import LocalPostgresError

__all__ = ["LocalPostgres", "LocalPostgresError"]
