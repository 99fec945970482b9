-- What accounts and pages showed: snapshots, and every item as it changed from one of them to the next.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

-- number: 1, 2, … of the account, in the order in which they were taken. index: of the event snapshot.imported.
-- reconciled: the index of reconciliation.completed, null as long as the comparison isn't done.
CREATE TABLE ledger.snapshots (
    ledger_id text NOT NULL,
    platform text NOT NULL,
    account text NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    taken_at timestamptz NOT NULL,
    window_from timestamptz NOT NULL,
    window_to timestamptz NOT NULL,
    completeness text NOT NULL,
    file_sha256 bytea NOT NULL,
    items bigint NOT NULL,
    counts jsonb,
    index bigint NOT NULL,
    reconciled bigint,
    findings jsonb,
    PRIMARY KEY (ledger_id, platform, account, number)
) WITH (fillfactor = 70);

-- One row an item and time in which nothing about it changed: from snapshot `since` to before snapshot `until` (null: to now).
-- digest: of the normalised text, or the hash that the snapshot gave in its place; of other people's comments it is personal,
-- like moderated_by, and both can be erased: `erased` then keeps later snapshots from bringing them back.
-- text and title: our own published words only.
CREATE TABLE ledger.snapshot_items (
    ledger_id text NOT NULL,
    platform text NOT NULL,
    account text NOT NULL,
    kind text NOT NULL,
    external_id text NOT NULL,
    since bigint NOT NULL,
    until bigint,
    digest bytea,
    visible boolean NOT NULL,
    moderated text,
    moderated_by text,
    created_at timestamptz,
    shown_at timestamptz,
    incident text,
    title text,
    text text,
    status text,
    lang text,
    erased boolean NOT NULL DEFAULT false,
    PRIMARY KEY (ledger_id, platform, account, kind, external_id, since)
) WITH (fillfactor = 80);

-- Where a stream waits until all of it was read. What a process left here when it died is cleared by the next snapshot of a
-- ledger, hours later.
CREATE UNLOGGED TABLE ledger.snapshot_staging (
    ledger_id text NOT NULL,
    upload text NOT NULL,
    kind text NOT NULL,
    external_id text NOT NULL,
    line bigint NOT NULL,
    staged_at timestamptz NOT NULL DEFAULT now(),
    digest bytea,
    visible boolean NOT NULL,
    moderated text,
    moderated_by text,
    created_at timestamptz,
    shown_at timestamptz,
    incident text,
    title text,
    text text,
    status text,
    lang text,
    PRIMARY KEY (ledger_id, upload, kind, external_id, line)
);

-- The events that findings became, each once: detail tells one change of an item from the next. number: of the snapshot in which
-- it was found.
CREATE TABLE ledger.findings (
    ledger_id text NOT NULL,
    platform text NOT NULL,
    account text NOT NULL,
    kind text NOT NULL,
    external_id text NOT NULL,
    detail text NOT NULL,
    number bigint NOT NULL,
    index bigint NOT NULL,
    PRIMARY KEY (ledger_id, platform, account, kind, external_id, detail)
);

GRANT SELECT, INSERT, UPDATE ON ledger.snapshots, ledger.snapshot_items TO ledgerd_service;
GRANT SELECT, INSERT, DELETE ON ledger.snapshot_staging TO ledgerd_service;
GRANT SELECT, INSERT ON ledger.findings TO ledgerd_service;
