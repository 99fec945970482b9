"""How fast the ledger is, measured against bare programs that do less, on the same machine in the same minute.

`python -m benchmarks` runs everything, `python -m benchmarks single batch` a part of it. Nothing is asserted: the
figures are ratios, and what they mean stands in docs/performance.md.
"""
