-- The log: who keeps one, its entries, what opens them, and the heads that order them.
-- Every table is keyed first by ledger_id; no foreign keys, since cascades erase evidence.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

CREATE SCHEMA ledger;

CREATE TABLE ledger.ledgers (
    ledger_id text PRIMARY KEY,
    origin text NOT NULL,
    vkey text NOT NULL,
    created_at timestamptz NOT NULL
);

-- The head row is the lock that orders all writers of one ledger.
CREATE TABLE ledger.heads (
    ledger_id text PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL
) WITH (fillfactor = 50);

-- The canonical bytes that the tree commits to. Nothing else is stored that could contradict them.
CREATE TABLE ledger.entries (
    ledger_id text NOT NULL,
    index bigint NOT NULL,
    entry bytea NOT NULL,
    PRIMARY KEY (ledger_id, index)
);

-- {field: {salt, value}} in canonical JSON: the one place where the values of events live.
CREATE TABLE ledger.contents (
    ledger_id text NOT NULL,
    index bigint NOT NULL,
    openings bytea NOT NULL,
    PRIMARY KEY (ledger_id, index)
);

-- Idempotency: an id is given once by its source, for ever. content is a digest of what was posted under it.
CREATE TABLE ledger.event_keys (
    ledger_id text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    index bigint NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (ledger_id, source, id)
);

CREATE TABLE ledger.incident_heads (
    ledger_id text NOT NULL,
    incident text NOT NULL,
    seq bigint NOT NULL,
    index bigint NOT NULL,
    leaf bytea NOT NULL,
    PRIMARY KEY (ledger_id, incident)
) WITH (fillfactor = 70);

-- gaps: the ranges of sequence numbers not seen yet, [[first, last], …], in ascending order.
CREATE TABLE ledger.source_heads (
    ledger_id text NOT NULL,
    source text NOT NULL,
    seq bigint NOT NULL,
    gaps jsonb NOT NULL,
    PRIMARY KEY (ledger_id, source)
) WITH (fillfactor = 70);

-- Full tiles only; a partial one is made from entries, or from the full tiles below it, when it is asked for.
CREATE TABLE ledger.tiles (
    ledger_id text NOT NULL,
    level smallint NOT NULL,
    n bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (ledger_id, level, n)
);

-- Every checkpoint ever signed: a receipt can be given again, byte for byte.
CREATE TABLE ledger.checkpoints (
    ledger_id text NOT NULL,
    size bigint NOT NULL,
    note bytea NOT NULL,
    PRIMARY KEY (ledger_id, size)
);

CREATE TABLE ledger.tokens (
    ledger_id text NOT NULL,
    token_id text NOT NULL,
    secret_sha256 bytea NOT NULL,
    roles text [] NOT NULL,
    sources text [] NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (ledger_id, token_id)
);
