-- Who does a task that only one process need do at a time.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

-- epoch: grows whenever another holder takes over, so that what an earlier one still does can be told from it.
CREATE TABLE ledger.leases (
    ledger_id text NOT NULL,
    name text NOT NULL,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (ledger_id, name)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE ON ledger.leases TO ledgerd_service;
