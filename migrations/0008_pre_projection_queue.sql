-- transaction: none
-- Partial: a row that waits for nothing costs the index nothing. Built without holding up whoever folds.

SET lock_timeout = '5s';
SET statement_timeout = '1h';

-- What an earlier attempt left half-built would never be used.
DROP INDEX CONCURRENTLY IF EXISTS ledger.projection_queue;

-- squawk-ignore ban-concurrent-index-creation-in-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS projection_queue ON ledger.projection_rows (ledger_id, projection, version, incident, rank)
WHERE rank IS NOT NULL;
