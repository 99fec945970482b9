"""`python -m ledger.cli` is `ledgerd`."""

from ledger.cli import main

main()
