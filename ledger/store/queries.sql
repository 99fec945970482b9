-- name: head
SELECT size, root, ruled, erased FROM ledger.heads WHERE ledger_id = $1;

-- name: lock_head
SELECT size FROM ledger.heads WHERE ledger_id = $1 FOR UPDATE;

-- name: append
SELECT outcome, size, duplicates
FROM ledger.append_ruled($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: append_keyed
SELECT outcome, size, duplicates
FROM ledger.append_keyed($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: append_erasing
SELECT outcome, size, duplicates
FROM ledger.append_erasing($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: erase
SELECT ledger.erase($1, $2::jsonb) AS nothing;

-- name: leaves
SELECT index, sha256('\x00'::bytea || entry) AS leaf
FROM ledger.entries WHERE ledger_id = $1 AND index >= $2 AND index < $3 ORDER BY index;

-- name: tile_row
SELECT n, hashes FROM ledger.tiles WHERE ledger_id = $1 AND level = $2 AND n >= $3 ORDER BY n;

-- name: tile
SELECT hashes FROM ledger.tiles WHERE ledger_id = $1 AND level = $2 AND n = $3;

-- name: tile_range
SELECT n, hashes FROM ledger.tiles WHERE ledger_id = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n;

-- name: incident_heads
SELECT incident, seq, index, leaf FROM ledger.incident_heads WHERE ledger_id = $1 AND incident = ANY($2::text []);

-- name: source_heads
SELECT source, seq, gaps FROM ledger.source_heads WHERE ledger_id = $1 AND source = ANY($2::text []);

-- name: known
SELECT p.source, p.id, k.index, k.content
FROM unnest($2::text [], $3::text []) AS p (source, id)
CROSS JOIN LATERAL (
    SELECT k.index, k.content FROM ledger.event_keys AS k
    WHERE k.ledger_id = $1 AND k.source = p.source AND k.id = p.id OFFSET 0
) AS k;

-- name: facts
SELECT state, index, holds FROM ledger.facts WHERE ledger_id = $1 AND state = ANY($2::bytea []);

-- name: events_of_types
SELECT e.index, e.entry, (SELECT c.openings FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index) AS openings
FROM ledger.entries AS e
WHERE e.ledger_id = $1 AND e.index >= $2 AND e.index < $3
    AND (convert_from(e.entry, 'UTF8')::jsonb ->> 'type') = ANY($4::text [])
ORDER BY e.index;

-- name: learn_facts
-- Of two processes that learn the same entries the later finds the head moved, and writes nothing.
WITH learnt AS (
    UPDATE ledger.heads SET ruled = $3 WHERE ledger_id = $1 AND ruled = $2 RETURNING ledger_id
)

INSERT INTO ledger.facts (ledger_id, state, index, holds)
SELECT l.ledger_id, decode(p.state, 'hex'), p.index, p.holds
FROM learnt AS l
CROSS JOIN jsonb_to_recordset($4::jsonb) AS p (state text, index bigint, holds boolean)
ON CONFLICT (ledger_id, state) DO UPDATE SET index = excluded.index, holds = excluded.holds;

-- name: ledger
SELECT ledger_id, origin, vkey, created_at FROM ledger.ledgers WHERE ledger_id = $1;

-- name: ledgers
SELECT ledger_id, origin, vkey, created_at FROM ledger.ledgers ORDER BY ledger_id;

-- name: create_ledger
INSERT INTO ledger.ledgers (ledger_id, origin, vkey, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
RETURNING ledger_id;

-- name: create_head
INSERT INTO ledger.heads (ledger_id, size, root) VALUES ($1, 0, $2);

-- name: create_checkpoint
INSERT INTO ledger.checkpoints (ledger_id, size, note) VALUES ($1, 0, $2);

-- name: latest_checkpoint
SELECT size, note FROM ledger.checkpoints WHERE ledger_id = $1 ORDER BY size DESC LIMIT 1;

-- name: first_checkpoint_over
SELECT size, note FROM ledger.checkpoints WHERE ledger_id = $1 AND size > $2 ORDER BY size LIMIT 1;

-- name: entries
SELECT index, entry FROM ledger.entries WHERE ledger_id = $1 AND index >= $2 AND index < $3 ORDER BY index;

-- name: events
-- What belongs to a row is looked up row by row, here and below: a planner whose statistics are older than a ledger thinks that
-- it has one row, and reads the whole ledger for each row of a join.
SELECT e.index, e.entry, o.openings, o.erased
FROM ledger.entries AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index OFFSET 0
) AS o ON true
WHERE e.ledger_id = $1 AND e.index >= $2 AND e.index < $3 ORDER BY e.index;

-- name: events_at
SELECT e.index, e.entry, o.openings, o.erased
FROM ledger.entries AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index OFFSET 0
) AS o ON true
WHERE e.ledger_id = $1 AND e.index = ANY($2::bigint []) ORDER BY e.index;

-- name: put_token
INSERT INTO ledger.tokens (ledger_id, token_id, secret_sha256, roles, sources, label, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: token
SELECT token_id, secret_sha256, roles, sources, label, created_at, expires_at, revoked_at
FROM ledger.tokens WHERE ledger_id = $1 AND token_id = $2;

-- name: tokens
SELECT token_id, secret_sha256, roles, sources, label, created_at, expires_at, revoked_at
FROM ledger.tokens WHERE ledger_id = $1 ORDER BY created_at, token_id;

-- name: revoke_token
UPDATE ledger.tokens SET revoked_at = $3 WHERE ledger_id = $1 AND token_id = $2 AND revoked_at IS NULL RETURNING token_id;

-- name: put_session
INSERT INTO ledger.sessions (ledger_id, session_sha256, token_id, expires_at) VALUES ($1, $2, $3, $4);

-- name: session
SELECT token_id FROM ledger.sessions WHERE ledger_id = $1 AND session_sha256 = $2 AND expires_at > $3;

-- name: end_session
DELETE FROM ledger.sessions WHERE ledger_id = $1 AND session_sha256 = $2;

-- name: end_expired_sessions
DELETE FROM ledger.sessions WHERE ledger_id = $1 AND expires_at <= $2;

-- name: hold_lease
INSERT INTO ledger.leases AS l (ledger_id, name, holder, epoch, expires_at)
VALUES ($1, $2, $3, 1, now() + make_interval(secs => $4))
ON CONFLICT (ledger_id, name) DO UPDATE SET
holder = excluded.holder,
epoch = l.epoch + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END,
expires_at = excluded.expires_at
WHERE l.holder = excluded.holder OR l.expires_at <= now()
RETURNING epoch;

-- name: release_lease
UPDATE ledger.leases SET expires_at = now() WHERE ledger_id = $1 AND name = $2 AND holder = $3;

-- name: cursors
SELECT projection, version, next, live FROM ledger.projection_cursors WHERE ledger_id = $1 ORDER BY projection, version;

-- name: lock_cursors
SELECT projection, version, next FROM ledger.projection_cursors
WHERE ledger_id = $1 AND next = $2 AND (projection, version) IN (SELECT * FROM unnest($3::text [], $4::integer []))
ORDER BY projection, version FOR UPDATE SKIP LOCKED;

-- name: add_cursor
INSERT INTO ledger.projection_cursors (ledger_id, projection, version, next, live) VALUES ($1, $2, $3, 0, $4)
ON CONFLICT DO NOTHING;

-- name: move_cursors
UPDATE ledger.projection_cursors AS c SET next = $2
FROM unnest($3::text [], $4::integer []) AS p (projection, version)
WHERE c.ledger_id = $1 AND c.projection = p.projection AND c.version = p.version;

-- name: read_rows
SELECT p.projection, p.version, p.incident, p.key, r.row
FROM unnest($2::text [], $3::integer [], $4::text [], $5::text []) AS p (projection, version, incident, key)
CROSS JOIN LATERAL (
    SELECT r.row FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = p.projection AND r.version = p.version
        AND r.incident = p.incident AND r.key = p.key OFFSET 0
) AS r;

-- name: write_rows
INSERT INTO ledger.projection_rows (ledger_id, projection, version, incident, key, row, rank)
SELECT $1, p.projection, p.version, p.incident, p.key, p.row::jsonb, p.rank
FROM unnest($2::text [], $3::integer [], $4::text [], $5::text [], $6::text [], $7::text [])
    AS p (projection, version, incident, key, row, rank)
ON CONFLICT (ledger_id, projection, version, incident, key) DO UPDATE SET row = excluded.row, rank = excluded.rank;

-- name: lock_builds
SELECT version, next, live FROM ledger.projection_cursors
WHERE ledger_id = $1 AND projection = $2 ORDER BY version FOR UPDATE;

-- name: go_live
UPDATE ledger.projection_cursors SET live = (version = $3) WHERE ledger_id = $1 AND projection = $2;

-- name: drop_cursor
DELETE FROM ledger.projection_cursors WHERE ledger_id = $1 AND projection = $2 AND version = $3;

-- name: drop_rows
DELETE FROM ledger.projection_rows WHERE ledger_id = $1 AND projection = $2 AND version = $3;

-- name: live_rows
SELECT r.key, r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = $3 AND r.key = ANY($4::text [])
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    );

-- name: live_build
SELECT c.version, c.next FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live;

-- name: folded
SELECT min(c.next) AS next FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.live AND c.projection = ANY($2::text []);

-- name: incident_rows
SELECT r.key, r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = $3 AND r.key >= $4 AND r.key IS DISTINCT FROM $5
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    )
ORDER BY r.key LIMIT $6;

-- name: row_range
SELECT r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = '' AND r.key >= $3 AND r.key < $4
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    );

-- name: ranked_rows
-- In the order of keys, not ranks, which several rows may share.
SELECT r.key, r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = '' AND r.rank >= $3 AND r.key > $4
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    )
ORDER BY r.key LIMIT $5;

-- name: queue
SELECT r.incident, r.key, r.row, r.rank
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = $3 AND r.rank > $4 AND r.rank < $5
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    )
ORDER BY r.rank LIMIT $6;

-- name: incident_list
SELECT r.incident, r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = 'incidents' AND r.incident > $2 AND r.key = ''
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = 'incidents' AND c.live
    )
ORDER BY r.incident LIMIT $3;

-- name: chain_neighbours
(
    SELECT r.key::bigint AS index
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2 AND r.key < $3 AND r.row ->> 'linked_by' IS NULL
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c
            WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
        )
    ORDER BY r.key DESC LIMIT 1
)
UNION ALL
(
    SELECT r.key::bigint AS index
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2 AND r.key > $3 AND r.row ->> 'linked_by' IS NULL
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c
            WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
        )
    ORDER BY r.key LIMIT 1
);

-- name: newest_rows
SELECT r.row
FROM ledger.projection_rows AS r
WHERE r.ledger_id = $1 AND r.projection = $2 AND r.incident = '' AND r.key > $3
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
    )
ORDER BY r.key DESC LIMIT $4;

-- name: timeline
WITH placed AS MATERIALIZED (
    SELECT r.key, r.key::bigint AS index, r.row
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2 AND r.key > $3 AND r.key <= $4
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c
            WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
        )
    ORDER BY r.key LIMIT $5
)

SELECT
    p.index, e.entry, o.openings, o.erased, (p.row ->> 'linked_by')::bigint AS linked_by
FROM placed AS p
CROSS JOIN LATERAL (SELECT e.entry FROM ledger.entries AS e WHERE e.ledger_id = $1 AND e.index = p.index OFFSET 0) AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = p.index OFFSET 0
) AS o ON true
ORDER BY p.key;

-- name: timeline_by_time
WITH timed AS (
    SELECT r.key::bigint AS index, r.row, coalesce((r.row ->> 'time')::timestamptz, '-infinity') AS time
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2 AND r.key <= $5
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c
            WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
        )
),

placed AS MATERIALIZED (
    SELECT t.index, t.row, t.time FROM timed AS t
    WHERE (t.time, t.index) > ($3::timestamptz, $4::bigint)
    ORDER BY t.time, t.index LIMIT $6
)

SELECT
    p.index, e.entry, o.openings, o.erased, (p.row ->> 'linked_by')::bigint AS linked_by, p.time
FROM placed AS p
CROSS JOIN LATERAL (SELECT e.entry FROM ledger.entries AS e WHERE e.ledger_id = $1 AND e.index = p.index OFFSET 0) AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = p.index OFFSET 0
) AS o ON true
ORDER BY p.time, p.index;

-- name: incident_events
SELECT e.index, e.entry, o.openings, o.erased
FROM ledger.projection_rows AS r
CROSS JOIN LATERAL (
    SELECT e.index, e.entry FROM ledger.entries AS e WHERE e.ledger_id = $1 AND e.index = r.key::bigint OFFSET 0
) AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index OFFSET 0
) AS o ON true
WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2 AND r.key > $3 AND r.key <= $4
    AND r.version = (
        SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
    )
    AND ($5::bytea IS NULL OR position($5::bytea IN e.entry) > 0)
ORDER BY r.key LIMIT $6;

-- name: typed_events
-- The entry is canonical, so this spelling of a type stands in it once, and only as its type.
SELECT e.index, e.entry, o.openings, o.erased
FROM ledger.entries AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index OFFSET 0
) AS o ON true
WHERE e.ledger_id = $1 AND e.index >= $2 AND e.index < $3 AND position($4::bytea IN e.entry) > 0
ORDER BY e.index LIMIT $5;

-- name: searched_events
-- $4 stands in the entry, $5 in the openings of what is looked for; either may be null.
SELECT e.index, e.entry, o.openings, o.erased
FROM ledger.entries AS e
LEFT JOIN LATERAL (
    SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = e.index OFFSET 0
) AS o ON true
WHERE e.ledger_id = $1 AND e.index >= $2 AND e.index < $3
    AND ($4::bytea IS NULL OR position($4::bytea IN e.entry) > 0)
    AND ($5::bytea IS NULL OR position($5::bytea IN o.openings) > 0)
ORDER BY e.index LIMIT $6;

-- name: searched_incident
-- The same among the next $7 events of an incident; `scanned` is the last of them, also where nothing is found. What an
-- event at $4 or behind it linked in isn't there yet.
WITH placed AS MATERIALIZED (
    SELECT r.key::bigint AS index, (r.row ->> 'linked_by')::bigint AS linked_by
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'timeline' AND r.incident = $2
        AND r.key >= lpad($3::bigint::text, 16, '0') AND r.key < lpad($4::bigint::text, 16, '0')
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c
            WHERE c.ledger_id = $1 AND c.projection = 'timeline' AND c.live
        )
    ORDER BY r.key LIMIT $7
),

found AS MATERIALIZED (
    SELECT p.index, e.entry, o.openings, o.erased
    FROM placed AS p
    CROSS JOIN LATERAL (SELECT e.entry FROM ledger.entries AS e WHERE e.ledger_id = $1 AND e.index = p.index OFFSET 0) AS e
    LEFT JOIN LATERAL (
        SELECT c.openings, c.erased FROM ledger.contents AS c WHERE c.ledger_id = $1 AND c.index = p.index OFFSET 0
    ) AS o ON true
    WHERE (p.linked_by IS NULL OR p.linked_by < $4)
        AND ($5::bytea IS NULL OR position($5::bytea IN e.entry) > 0)
        AND ($6::bytea IS NULL OR position($6::bytea IN o.openings) > 0)
    ORDER BY p.index LIMIT $8
)

SELECT f.index, f.entry, f.openings, f.erased, s.index AS scanned
FROM (SELECT max(p.index) AS index FROM placed AS p) AS s
LEFT JOIN found AS f ON true
ORDER BY f.index;

-- name: overview_list
-- Who waits is counted in the queue's index alone; what belongs to an incident is looked up incident by incident.
WITH live AS MATERIALIZED (
    SELECT c.projection, max(c.version) AS version
    FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.live GROUP BY c.projection
),

listed AS MATERIALIZED (
    SELECT r.incident, r.row
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'incidents' AND r.incident > $2 AND r.key = ''
        AND r.version = (SELECT l.version FROM live AS l WHERE l.projection = 'incidents')
        AND ($3::text IS NULL OR r.row ->> 'status' = $3)
    ORDER BY r.incident LIMIT $4
)

SELECT
    i.incident, i.row,
    (
        SELECT o.row FROM ledger.projection_rows AS o
        WHERE o.ledger_id = $1 AND o.projection = 'overviews' AND o.incident = i.incident AND o.key = 'now'
            AND o.version = (SELECT l.version FROM live AS l WHERE l.projection = 'overviews')
    ) AS overview,
    (
        SELECT count(*) FROM ledger.projection_rows AS w
        WHERE w.ledger_id = $1 AND w.projection = 'comments' AND w.incident = i.incident AND w.rank > ''
            AND w.version = (SELECT l.version FROM live AS l WHERE l.projection = 'comments')
    ) AS waiting,
    (
        SELECT w.row FROM ledger.projection_rows AS w
        WHERE w.ledger_id = $1 AND w.projection = 'comments' AND w.incident = i.incident AND w.rank > ''
            AND w.version = (SELECT l.version FROM live AS l WHERE l.projection = 'comments')
        ORDER BY w.rank LIMIT 1
    ) AS oldest
FROM listed AS i
ORDER BY i.incident;

-- name: waiting
-- Who waits in an incident is counted in the queue's index alone.
WITH live AS MATERIALIZED (
    SELECT max(c.version) AS version
    FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = $2 AND c.live
)

SELECT
    (
        SELECT count(*) FROM ledger.projection_rows AS w
        WHERE w.ledger_id = $1 AND w.projection = $2 AND w.incident = $3 AND w.rank > ''
            AND w.version = (SELECT l.version FROM live AS l)
    ) AS waiting,
    (
        SELECT w.row FROM ledger.projection_rows AS w
        WHERE w.ledger_id = $1 AND w.projection = $2 AND w.incident = $3 AND w.rank > ''
            AND w.version = (SELECT l.version FROM live AS l)
        ORDER BY w.rank LIMIT 1
    ) AS oldest;

-- name: snapshots_before
-- The snapshots of an account up to number $4, the newest first.
SELECT
    s.number, s.kind, s.taken_at, s.window_from, s.window_to, s.completeness, s.file_sha256, s.items, s.counts, s.index, s.reconciled,
    s.findings
FROM ledger.snapshots AS s
WHERE s.ledger_id = $1 AND s.platform = $2 AND s.account = $3 AND s.number <= $4
ORDER BY s.number DESC LIMIT $5;

-- name: complete_snapshots
SELECT
    s.number, s.kind, s.taken_at, s.window_from, s.window_to, s.completeness, s.file_sha256, s.items, s.counts, s.index, s.reconciled,
    s.findings
FROM ledger.snapshots AS s
WHERE s.ledger_id = $1 AND s.platform = $2 AND s.account = $3 AND s.number <= $4 AND s.completeness = 'complete'
ORDER BY s.number DESC LIMIT $5;

-- name: snapshot_taken
SELECT
    s.number, s.kind, s.taken_at, s.window_from, s.window_to, s.completeness, s.file_sha256, s.items, s.counts, s.index, s.reconciled,
    s.findings
FROM ledger.snapshots AS s
WHERE s.ledger_id = $1 AND s.platform = $2 AND s.account = $3 AND s.taken_at = $4 AND s.file_sha256 = $5
LIMIT 1;

-- name: snapshot_accounts
SELECT s.platform, s.account, max(s.number) AS snapshots, max(s.taken_at) AS taken_at, max(s.index) AS index
FROM ledger.snapshots AS s
WHERE s.ledger_id = $1 AND (s.platform, s.account) > ($2, $3)
GROUP BY s.platform, s.account ORDER BY s.platform, s.account LIMIT $4;

-- name: add_snapshot
INSERT INTO ledger.snapshots (
    ledger_id, platform, account, number, kind, taken_at, window_from, window_to, completeness, file_sha256, items, counts, index
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13);

-- name: finish_snapshot
UPDATE ledger.snapshots SET reconciled = $5, findings = $6::jsonb
WHERE ledger_id = $1 AND platform = $2 AND account = $3 AND number = $4 AND reconciled IS NULL;

-- name: staged_twice
SELECT min(d.line) AS line
FROM (
    SELECT s.line, row_number() OVER (PARTITION BY s.kind, s.external_id ORDER BY s.line) AS turn
    FROM ledger.snapshot_staging AS s WHERE s.ledger_id = $1 AND s.upload = $2
) AS d
WHERE d.turn > 1;

-- name: unstage
DELETE FROM ledger.snapshot_staging
WHERE ledger_id = $1 AND (upload = $2 OR staged_at < now() - interval '6 hours');

-- name: close_items
-- Ends what the staged snapshot shows differently, or claims to show and doesn't: of an account all in the window of a complete
-- one ($6), of a page any incident, and the updates of those that it shows ($7).
WITH standing AS MATERIALIZED (
    SELECT i.* FROM ledger.snapshot_items AS i
    WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.until IS NULL
),

ended AS MATERIALIZED (
    SELECT o.kind, o.external_id, o.since
    FROM standing AS o
    LEFT JOIN LATERAL (
        SELECT s.* FROM ledger.snapshot_staging AS s
        WHERE s.ledger_id = $1 AND s.upload = $4 AND s.kind = o.kind AND s.external_id = o.external_id OFFSET 0
    ) AS s ON true
    WHERE CASE
        WHEN s.kind IS NOT NULL THEN
            (NOT o.erased AND o.digest IS DISTINCT FROM s.digest) OR o.visible <> s.visible OR o.moderated IS DISTINCT FROM s.moderated
            OR date_trunc('second', o.shown_at) IS DISTINCT FROM date_trunc('second', s.shown_at)
            OR o.incident IS DISTINCT FROM s.incident OR o.title IS DISTINCT FROM s.title OR o.status IS DISTINCT FROM s.status
        WHEN $6 AND coalesce(coalesce(o.created_at, o.shown_at) >= $8 AND coalesce(o.created_at, o.shown_at) < $9, NOT $7)
            THEN true
        WHEN NOT $7 THEN false
        WHEN o.kind = 'incident' THEN true
        ELSE EXISTS (
            SELECT FROM ledger.snapshot_staging AS s
            WHERE s.ledger_id = $1 AND s.upload = $4 AND s.kind = 'incident' AND s.external_id = o.incident
            OFFSET 0
        )
    END
)

UPDATE ledger.snapshot_items AS i SET until = $5
FROM ended AS e
WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind = e.kind AND i.external_id = e.external_id
    AND i.since = e.since;

-- name: open_items
INSERT INTO ledger.snapshot_items (
    ledger_id, platform, account, kind, external_id, since, digest, visible, moderated, moderated_by, created_at, shown_at, incident,
    title, text, status, lang, erased
)
SELECT
    s.ledger_id, $2, $3, s.kind, s.external_id, $5, CASE WHEN e.erased THEN null ELSE s.digest END, s.visible, s.moderated,
    CASE WHEN e.erased THEN null ELSE s.moderated_by END, s.created_at, s.shown_at, s.incident, s.title, s.text, s.status, s.lang,
    coalesce(e.erased, false)
FROM ledger.snapshot_staging AS s
LEFT JOIN LATERAL (
    SELECT bool_or(i.erased) AS erased, bool_or(i.until IS NULL) AS standing FROM ledger.snapshot_items AS i
    WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind = s.kind AND i.external_id = s.external_id OFFSET 0
) AS e ON true
WHERE s.ledger_id = $1 AND s.upload = $4 AND e.standing IS NOT TRUE;

-- name: shown_items
SELECT
    i.kind, i.external_id, i.since, i.until, n.taken_at AS seen_at, encode(i.digest, 'hex') AS digest, i.visible, i.moderated,
    i.moderated_by, i.created_at, i.shown_at, i.incident, i.title, i.text, i.status, i.lang
FROM ledger.snapshot_items AS i
CROSS JOIN LATERAL (
    SELECT s.taken_at FROM ledger.snapshots AS s
    WHERE s.ledger_id = $1 AND s.platform = $2 AND s.account = $3 AND s.number = i.since OFFSET 0
) AS n
WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.since <= $4 AND (i.until IS NULL OR i.until > $4)
    AND (i.kind, i.external_id) > ($5, $6)
ORDER BY i.kind, i.external_id LIMIT $7;

-- name: item_history
SELECT
    i.kind, i.external_id, i.since, i.until, n.taken_at AS seen_at, encode(i.digest, 'hex') AS digest, i.visible, i.moderated,
    i.moderated_by, i.created_at, i.shown_at, i.incident, i.title, i.text, i.status, i.lang
FROM ledger.snapshot_items AS i
CROSS JOIN LATERAL (
    SELECT s.taken_at FROM ledger.snapshots AS s
    WHERE s.ledger_id = $1 AND s.platform = $2 AND s.account = $3 AND s.number = i.since OFFSET 0
) AS n
WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.since <= $4 AND i.kind = ANY($5::text [])
    AND i.external_id = ANY($6::text [])
ORDER BY i.kind, i.external_id, i.since;

-- name: vanished_updates
-- The updates that a page doesn't show at snapshot $4, though it still shows their incident.
SELECT DISTINCT i.external_id
FROM ledger.snapshot_items AS i
WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind = 'update' AND i.until <= $4 AND i.external_id > $5
    AND NOT EXISTS (
        SELECT FROM ledger.snapshot_items AS l
        WHERE l.ledger_id = $1 AND l.platform = $2 AND l.account = $3 AND l.kind = 'update' AND l.external_id = i.external_id
            AND l.since <= $4 AND (l.until IS NULL OR l.until > $4)
        OFFSET 0
    )
    AND EXISTS (
        SELECT FROM ledger.snapshot_items AS p
        WHERE p.ledger_id = $1 AND p.platform = $2 AND p.account = $3 AND p.kind = 'incident' AND p.external_id = i.incident
            AND p.since <= $4 AND (p.until IS NULL OR p.until > $4)
        OFFSET 0
    )
ORDER BY i.external_id LIMIT $6;

-- name: unshown_contents
-- Of the next $6 objects behind key $5 the contents of the account that snapshot $4 doesn't show; `scanned` is the last of them.
WITH scanned AS MATERIALIZED (
    SELECT r.key, r.row
    FROM ledger.projection_rows AS r
    WHERE r.ledger_id = $1 AND r.projection = 'standing' AND r.incident = '' AND r.key > $5
        AND r.version = (
            SELECT max(c.version) FROM ledger.projection_cursors AS c WHERE c.ledger_id = $1 AND c.projection = 'standing' AND c.live
        )
    ORDER BY r.key LIMIT $6
),

found AS MATERIALIZED (
    SELECT s.key, s.row FROM scanned AS s
    WHERE s.row -> 'origins' @> jsonb_build_array(jsonb_build_array($2::text, $3::text))
        AND starts_with(s.key, 'content|')
        AND NOT EXISTS (
            SELECT FROM ledger.snapshot_items AS i
            WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind IN ('comment', 'reply')
                AND i.external_id = substr(s.key, 9) AND i.since <= $4 AND (i.until IS NULL OR i.until > $4)
                AND (i.visible OR i.moderated IS NOT NULL)
            OFFSET 0
        )
)

SELECT f.key, f.row, m.scanned
FROM (SELECT max(s.key) AS scanned, count(*) AS objects FROM scanned AS s) AS m
LEFT JOIN found AS f ON true
WHERE m.objects > 0
ORDER BY f.key;

-- name: findings_of
SELECT f.kind, f.external_id, f.detail, f.number, f.index
FROM ledger.findings AS f
WHERE f.ledger_id = $1 AND f.platform = $2 AND f.account = $3 AND f.external_id = ANY($4::text []);

-- name: findings_left
-- The findings on record by snapshot $4 of what the page shows no more; an update whose incident it shows is told as missing.
SELECT f.kind, f.external_id, f.detail, f.number, f.index
FROM ledger.findings AS f
WHERE f.ledger_id = $1 AND f.platform = $2 AND f.account = $3 AND f.number <= $4 AND f.index > $5
    AND NOT EXISTS (
        SELECT FROM ledger.snapshot_items AS i
        WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind IN ('update', 'incident')
            AND i.external_id = f.external_id AND i.since <= $4 AND (i.until IS NULL OR i.until > $4)
    )
    AND NOT EXISTS (
        SELECT FROM ledger.snapshot_items AS i
        INNER JOIN ledger.snapshot_items AS p
            ON p.ledger_id = $1 AND p.platform = $2 AND p.account = $3 AND p.kind = 'incident' AND p.external_id = i.incident
            AND p.since <= $4 AND (p.until IS NULL OR p.until > $4)
        WHERE i.ledger_id = $1 AND i.platform = $2 AND i.account = $3 AND i.kind = 'update' AND i.external_id = f.external_id
    )
ORDER BY f.index LIMIT $6;

-- name: findings_made
SELECT f.index FROM ledger.findings AS f
WHERE f.ledger_id = $1 AND f.platform = $2 AND f.account = $3 AND f.number = $4 ORDER BY f.index;

-- name: add_findings
INSERT INTO ledger.findings (ledger_id, platform, account, kind, external_id, detail, number, index)
SELECT $1, $2, $3, p.kind, p.external_id, p.detail, $4, p.index
FROM jsonb_to_recordset($5::jsonb) AS p (kind text, external_id text, detail text, index bigint)
ON CONFLICT (ledger_id, platform, account, kind, external_id, detail) DO NOTHING;

-- name: forget_shown
-- Takes away what snapshots know of another's words, for good: later ones don't bring it back.
-- Without an account, under whichever. What no snapshot showed yet is noted as shown by none, number 0.
WITH named AS (
    SELECT p.platform, p.account, p.external_id
    FROM unnest($2::text [], $3::text [], $4::text []) AS p (platform, account, external_id)
),

forgotten AS (
    UPDATE ledger.snapshot_items AS s SET digest = null, moderated_by = null, erased = true
    FROM named AS n
    WHERE s.ledger_id = $1 AND s.platform = n.platform AND s.account = coalesce(n.account, s.account)
        AND s.kind = 'comment' AND s.external_id = n.external_id
)

INSERT INTO ledger.snapshot_items (ledger_id, platform, account, kind, external_id, since, until, visible, erased)
SELECT $1, n.platform, n.account, 'comment', n.external_id, 0, 0, false, true FROM named AS n WHERE n.account IS NOT NULL
ON CONFLICT DO NOTHING;
