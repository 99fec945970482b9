-- Who is signed in to the pages: a session stands for a token, for some hours.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

-- session_sha256: of the 256 random bits in the cookie, which are kept nowhere else.
CREATE TABLE ledger.sessions (
    ledger_id text NOT NULL,
    session_sha256 bytea NOT NULL,
    token_id text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (ledger_id, session_sha256)
);

GRANT SELECT, INSERT, DELETE ON ledger.sessions TO ledgerd_service;
