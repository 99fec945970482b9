-- Erasure by law: what opens a field can go, visibly, and only where a tombstone in the log names the field.

SET lock_timeout = '5s';
SET statement_timeout = '60s';
-- Known to Citus only; PostgreSQL accepts any setting with a dot in its name.
SET citus.enable_unsafe_triggers = on;

-- {field: index of the key.destroyed that tells of it} in canonical JSON; null, and free, where nothing was erased.
ALTER TABLE ledger.contents ADD COLUMN erased bytea;

-- How many events' keys are kept as keyed digests. It grows with an append alone, so who knows the size knows it too.
ALTER TABLE ledger.heads ADD COLUMN erased bigint NOT NULL DEFAULT 0;

-- The one change that contents allow: openings go, all of them named for this event by the tombstone that is written down.
CREATE FUNCTION ledger.refuse_all_but_erasure() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_before jsonb := convert_from(OLD.openings, 'UTF8')::jsonb;
    v_after jsonb := convert_from(NEW.openings, 'UTF8')::jsonb;
    v_marks jsonb := convert_from(NEW.erased, 'UTF8')::jsonb;
    v_gone text [] := ARRAY(SELECT f.name FROM jsonb_object_keys(v_before) AS f (name) WHERE v_after -> f.name IS NULL);
    v_tombstone bigint := v_marks ->> v_gone[1];
BEGIN
    IF NEW.ledger_id = OLD.ledger_id AND NEW.index = OLD.index AND v_after = v_before - v_gone
        AND v_marks = coalesce(convert_from(OLD.erased, 'UTF8')::jsonb, '{}')
            || (SELECT jsonb_object_agg(g.name, v_tombstone) FROM unnest(v_gone) AS g (name))
        AND EXISTS (
            SELECT 1
            FROM ledger.entries AS e
            JOIN ledger.contents AS c ON c.ledger_id = e.ledger_id AND c.index = e.index
            WHERE e.ledger_id = OLD.ledger_id AND e.index = v_tombstone
                AND position(convert_to('"type":"key.destroyed","v":1}', 'UTF8') IN e.entry) > 0
                AND convert_from(c.openings, 'UTF8')::jsonb #> '{scope,value}'
                    @> jsonb_build_array(jsonb_build_object('index', OLD.index, 'fields', v_gone))
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'LD002';
END $$;

-- The one change that keys allow: of an erased event, a keyed digest (it begins with U+001F, as no posted id does)
-- takes the place of the id, and another that of the content's digest.
CREATE FUNCTION ledger.refuse_all_but_keyed_digests() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.ledger_id = OLD.ledger_id AND NEW.source = OLD.source AND NEW.index = OLD.index
        AND NEW.id ~ '^\x1f[A-Za-z0-9_-]{43}$' AND octet_length(NEW.content) = 32
        AND EXISTS (
            SELECT 1 FROM ledger.contents AS c
            WHERE c.ledger_id = OLD.ledger_id AND c.index = OLD.index AND c.erased IS NOT NULL
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'LD002';
END $$;

DROP TRIGGER refuse_rewriting ON ledger.contents;
DROP TRIGGER refuse_rewriting ON ledger.event_keys;
CREATE TRIGGER refuse_rewriting BEFORE DELETE OR TRUNCATE ON ledger.contents
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE DELETE OR TRUNCATE ON ledger.event_keys
FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();
CREATE TRIGGER refuse_all_but_erasure BEFORE UPDATE ON ledger.contents
FOR EACH ROW EXECUTE FUNCTION ledger.refuse_all_but_erasure();
CREATE TRIGGER refuse_all_but_keyed_digests BEFORE UPDATE ON ledger.event_keys
FOR EACH ROW EXECUTE FUNCTION ledger.refuse_all_but_keyed_digests();

-- Removes what opens erased fields. p_erasures: [{index, openings (those that are left), erased, source, id, keyed_id,
-- keyed_content}]; the last four are absent where the key is a digest already. The service's role has no right to update
-- these tables: it has this function, and the triggers let nothing pass but what a tombstone in the log names.
CREATE FUNCTION ledger.erase(p_ledger_id text, p_erasures jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_erasure record;
BEGIN
    -- One by one: whatever the planner thinks of the tables' sizes, each is a look-up by key.
    FOR v_erasure IN
        SELECT p.*
        FROM jsonb_to_recordset(p_erasures)
            AS p (index bigint, openings text, erased text, source text, id text, keyed_id text, keyed_content text)
    LOOP
        UPDATE ledger.contents
        SET openings = convert_to(v_erasure.openings, 'UTF8'), erased = convert_to(v_erasure.erased, 'UTF8')
        WHERE ledger_id = p_ledger_id AND index = v_erasure.index;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there are no contents at index %', v_erasure.index USING ERRCODE = 'LD002';
        END IF;
        IF v_erasure.keyed_id IS NOT NULL THEN
            UPDATE ledger.event_keys
            SET id = v_erasure.keyed_id, content = decode(v_erasure.keyed_content, 'hex')
            WHERE ledger_id = p_ledger_id AND source = v_erasure.source AND id = v_erasure.id AND index = v_erasure.index;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the event at index % has no such key', v_erasure.index USING ERRCODE = 'LD002';
            END IF;
            UPDATE ledger.heads SET erased = erased + 1 WHERE ledger_id = p_ledger_id;
        END IF;
    END LOOP;
END $$;

-- The append of a ledger in which events were erased: an id is given once for ever, so what is posted is also looked for
-- under its keyed digests, and what is found so is told apart by `keyed`.
CREATE FUNCTION ledger.append_keyed(
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
    p_facts jsonb,
    p_keyed_ids text []
) RETURNS ledger.append_outcome
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_size bigint;
    v_duplicates jsonb;
BEGIN
    -- The lock first, and once more inside, where it is held already.
    SELECT h.size INTO v_size FROM ledger.heads h WHERE h.ledger_id = p_ledger_id FOR UPDATE;
    SELECT jsonb_agg(
        jsonb_build_object('position', p.position - 1, 'index', k.index, 'content', encode(k.content, 'hex'), 'keyed', true)
    )
    INTO v_duplicates
    FROM unnest(p_sources, p_keyed_ids) WITH ORDINALITY AS p (source, id, position)
    CROSS JOIN LATERAL (
        SELECT e.index, e.content FROM ledger.event_keys e
        WHERE e.ledger_id = p_ledger_id AND e.source = p.source AND e.id = p.id OFFSET 0
    ) AS k;
    IF v_duplicates IS NOT NULL THEN
        RETURN ('duplicates', v_size, v_duplicates)::ledger.append_outcome;
    END IF;
    RETURN ledger.append_ruled(
        p_ledger_id, p_size, p_root, p_entries, p_openings, p_sources, p_ids, p_contents, p_leaves, p_new_root, p_note,
        p_incidents, p_source_heads, p_tile_levels, p_tile_ns, p_tiles, p_facts
    );
END $$;

-- The append of tombstones, which in the same transaction removes what they name. Nothing is removed where a legal hold
-- was placed in the entries from `holds_known` on, which whoever asks hasn't seen.
CREATE FUNCTION ledger.append_erasing(
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
    p_facts jsonb,
    p_keyed_ids text [],
    p_erasures jsonb
) RETURNS ledger.append_outcome
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_outcome ledger.append_outcome;
    v_known bigint;
BEGIN
    v_outcome := ledger.append_keyed(
        p_ledger_id, p_size, p_root, p_entries, p_openings, p_sources, p_ids, p_contents, p_leaves, p_new_root, p_note,
        p_incidents, p_source_heads, p_tile_levels, p_tile_ns, p_tiles, p_facts, p_keyed_ids
    );
    IF v_outcome.outcome <> 'appended' THEN
        RETURN v_outcome;
    END IF;
    SELECT min(p.holds_known) INTO v_known FROM jsonb_to_recordset(p_erasures) AS p (holds_known bigint);
    IF EXISTS (
        SELECT 1 FROM ledger.entries AS e
        WHERE e.ledger_id = p_ledger_id AND e.index >= v_known
            AND position(convert_to('"type":"legal_hold.placed","v":1}', 'UTF8') IN e.entry) > 0
    ) THEN
        RAISE EXCEPTION 'a legal hold was placed meanwhile' USING ERRCODE = 'LD002';
    END IF;
    PERFORM ledger.erase(p_ledger_id, p_erasures);
    RETURN v_outcome;
END $$;

REVOKE EXECUTE ON FUNCTION ledger.erase(text, jsonb) FROM public;
GRANT EXECUTE ON FUNCTION ledger.erase(text, jsonb) TO ledgerd_service;
