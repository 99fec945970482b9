-- The guard rail: the role of the service can add to the log but not rewrite it. The proof does not depend on this.

SET lock_timeout = '5s';
SET statement_timeout = '60s';
-- Known to Citus only; PostgreSQL accepts any setting with a dot in its name.
SET citus.enable_unsafe_triggers = on;

DO $$
BEGIN
    CREATE ROLE ledgerd_service NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT ledgerd_service TO current_user;
GRANT USAGE ON SCHEMA ledger TO ledgerd_service;
GRANT SELECT, INSERT ON ledger.ledgers, ledger.entries, ledger.contents, ledger.event_keys, ledger.tiles, ledger.checkpoints
TO ledgerd_service;
GRANT SELECT, INSERT, UPDATE ON ledger.heads, ledger.incident_heads, ledger.source_heads, ledger.tokens TO ledgerd_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.projection_rows, ledger.projection_cursors TO ledgerd_service;

CREATE FUNCTION ledger.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'LD002';
END $$;

CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entries
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.contents
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.event_keys
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.tiles
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
