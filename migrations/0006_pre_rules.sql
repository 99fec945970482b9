-- What rules on append must know of the log: which event last changed a state of an object, and whether it holds since.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

-- Derived from the log, and to be derived again at any time: set `ruled` to 0 and delete the ledger's rows.
-- state is a digest of the state's and the object's name; no value of an event stands here, and no person.
CREATE TABLE ledger.facts (
    ledger_id text NOT NULL,
    state bytea NOT NULL,
    index bigint NOT NULL,
    holds boolean NOT NULL,
    PRIMARY KEY (ledger_id, state)
) WITH (fillfactor = 70);

-- The entries below it are in `facts`. Behind the size only where events were appended by a version without rules; the
-- next one that appends reads those first.
ALTER TABLE ledger.heads ADD COLUMN ruled bigint NOT NULL DEFAULT 0;

GRANT SELECT, INSERT, UPDATE ON ledger.facts TO ledgerd_service;

-- The append, under rules: what they know of the log moves with it. `moved` also where they don't know all of it.
CREATE FUNCTION ledger.append_ruled(
    p_ledger_id text,
    p_size bigint,
    p_root bytea,
    p_entries bytea [],
    p_openings bytea [],
    p_sources text [],
    p_ids text [],
    p_contents bytea [],
    p_leaves bytea,
    p_new_root bytea,
    p_note bytea,
    p_incidents jsonb,
    p_source_heads jsonb,
    p_tile_levels smallint [],
    p_tile_ns bigint [],
    p_tiles bytea [],
    p_facts jsonb
) RETURNS ledger.append_outcome
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_head ledger.heads;
    v_outcome ledger.append_outcome;
BEGIN
    -- The lock first, and once more inside, where it is held already.
    SELECT h.* INTO v_head FROM ledger.heads h WHERE h.ledger_id = p_ledger_id FOR UPDATE;
    IF v_head.ruled <> p_size THEN
        RETURN ('moved', v_head.size, NULL)::ledger.append_outcome;
    END IF;

    v_outcome := ledger.append(
        p_ledger_id, p_size, p_root, p_entries, p_openings, p_sources, p_ids, p_contents, p_leaves, p_new_root, p_note,
        p_incidents, p_source_heads, p_tile_levels, p_tile_ns, p_tiles
    );
    IF v_outcome.outcome <> 'appended' THEN
        RETURN v_outcome;
    END IF;

    IF p_facts IS NOT NULL THEN
        INSERT INTO ledger.facts AS f (ledger_id, state, index, holds)
        SELECT p_ledger_id, decode(p.state, 'hex'), p.index, p.holds
        FROM jsonb_to_recordset(p_facts) AS p (state text, index bigint, holds boolean)
        ON CONFLICT (ledger_id, state) DO UPDATE SET index = excluded.index, holds = excluded.holds;
    END IF;
    UPDATE ledger.heads SET ruled = v_outcome.size WHERE ledger_id = p_ledger_id;
    RETURN v_outcome;
END $$;
