-- The append: one call, one ledger, one transaction. It writes everything of a batch or nothing.

SET lock_timeout = '5s';
SET statement_timeout = '60s';

CREATE TYPE ledger.append_outcome AS (
    outcome text,        -- appended | moved | duplicates
    size bigint,         -- of the head, after an append, else as it is
    duplicates jsonb     -- [{position, index, content}] of the posted ids that are in the log already
);

-- p_leaves holds the leaf hashes (32 bytes each) that the signed root was computed from. The database hashes what it stored
-- itself and refuses the whole batch where that differs: a root over other bytes than the stored ones never commits.
CREATE FUNCTION ledger.append(
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
    p_tiles bytea []
) RETURNS ledger.append_outcome
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_head ledger.heads;
    v_duplicates jsonb;
    v_stored bytea;
BEGIN
    -- A statement of its own: the ones below take their snapshot after the lock is held.
    SELECT h.* INTO v_head FROM ledger.heads h WHERE h.ledger_id = p_ledger_id FOR UPDATE;
    IF v_head.size <> p_size OR v_head.root <> p_root THEN
        RETURN ('moved', v_head.size, NULL)::ledger.append_outcome;
    END IF;

    SELECT jsonb_agg(jsonb_build_object('position', p.position - 1, 'index', k.index, 'content', encode(k.content, 'hex')))
    INTO v_duplicates
    FROM unnest(p_sources, p_ids) WITH ORDINALITY AS p (source, id, position)
    -- OFFSET 0 keeps it a look-up for each id: with statistics older than the ledger a join would read all of its keys.
    CROSS JOIN LATERAL (
        SELECT e.index, e.content FROM ledger.event_keys e
        WHERE e.ledger_id = p_ledger_id AND e.source = p.source AND e.id = p.id OFFSET 0
    ) AS k;
    IF v_duplicates IS NOT NULL THEN
        RETURN ('duplicates', v_head.size, v_duplicates)::ledger.append_outcome;
    END IF;

    WITH stored AS (
        INSERT INTO ledger.entries (ledger_id, index, entry)
        SELECT p_ledger_id, p_size + p.position - 1, p.entry
        FROM unnest(p_entries) WITH ORDINALITY AS p (entry, position)
        RETURNING index, sha256('\x00'::bytea || entry) AS leaf
    )
    SELECT string_agg(s.leaf, ''::bytea ORDER BY s.index) INTO v_stored FROM stored s;
    IF v_stored IS DISTINCT FROM p_leaves THEN
        RAISE EXCEPTION 'the stored entries hash to something else' USING ERRCODE = 'LD001';
    END IF;

    INSERT INTO ledger.contents (ledger_id, index, openings)
    SELECT p_ledger_id, p_size + p.position - 1, p.openings
    FROM unnest(p_openings) WITH ORDINALITY AS p (openings, position);

    INSERT INTO ledger.event_keys (ledger_id, source, id, index, content)
    SELECT p_ledger_id, p.source, p.id, p_size + p.position - 1, p.content
    FROM unnest(p_sources, p_ids, p_contents) WITH ORDINALITY AS p (source, id, content, position);

    IF p_incidents IS NOT NULL THEN
        INSERT INTO ledger.incident_heads AS h (ledger_id, incident, seq, index, leaf)
        SELECT p_ledger_id, p.incident, p.seq, p.index, decode(p.leaf, 'hex')
        FROM jsonb_to_recordset(p_incidents) AS p (incident text, seq bigint, index bigint, leaf text)
        ON CONFLICT (ledger_id, incident) DO UPDATE
        SET seq = excluded.seq, index = excluded.index, leaf = excluded.leaf;
    END IF;

    IF p_source_heads IS NOT NULL THEN
        INSERT INTO ledger.source_heads AS h (ledger_id, source, seq, gaps)
        SELECT p_ledger_id, p.source, p.seq, p.gaps
        FROM jsonb_to_recordset(p_source_heads) AS p (source text, seq bigint, gaps jsonb)
        ON CONFLICT (ledger_id, source) DO UPDATE SET seq = excluded.seq, gaps = excluded.gaps;
    END IF;

    IF cardinality(p_tiles) > 0 THEN
        INSERT INTO ledger.tiles (ledger_id, level, n, hashes)
        SELECT p_ledger_id, p.level, p.n, p.hashes
        FROM unnest(p_tile_levels, p_tile_ns, p_tiles) AS p (level, n, hashes);
    END IF;

    INSERT INTO ledger.checkpoints (ledger_id, size, note)
    VALUES (p_ledger_id, p_size + cardinality(p_entries), p_note);
    UPDATE ledger.heads SET size = p_size + cardinality(p_entries), root = p_new_root WHERE ledger_id = p_ledger_id;
    RETURN ('appended', p_size + cardinality(p_entries), NULL)::ledger.append_outcome;
END $$;
