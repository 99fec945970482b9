-- Read models. Everything here can be dropped and folded again from the log.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

CREATE TABLE ledger.projection_rows (
    ledger_id text NOT NULL,
    projection text NOT NULL,
    version integer NOT NULL,
    incident text NOT NULL,
    key text NOT NULL,
    row jsonb NOT NULL,
    PRIMARY KEY (ledger_id, projection, version, incident, key)
);

-- next: the index of the first entry not folded yet. It moves in the transaction that writes the rows.
-- live: the version that readers see; another one is being built beside it.
CREATE TABLE ledger.projection_cursors (
    ledger_id text NOT NULL,
    projection text NOT NULL,
    version integer NOT NULL,
    next bigint NOT NULL,
    live boolean NOT NULL,
    PRIMARY KEY (ledger_id, projection, version)
) WITH (fillfactor = 50);
