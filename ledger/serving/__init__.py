"""How the application runs as processes: its socket, its signals, its workers, the local PostgreSQL beside it."""
