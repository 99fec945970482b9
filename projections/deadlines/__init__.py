"""What falls due, and what only time shows: that nothing came by then. Rows for a clock to judge, and the judging.

All times are µs since 1970. What happened is taken by the sources' claims: an update published at its due time keeps
the promise, though it be recorded a minute later. Hence a miss is put on record only `GRACE` after the due time. A
miss on record stands, whatever is told later; an answer that comes then is folded beside it.
"""
