"""PostgreSQL: the ports, the statements behind them, and the migrator."""
