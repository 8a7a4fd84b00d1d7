-- name: keep_calls
-- What was said with stores, many lines at a time. One statement, one commit; nothing waits for it.
INSERT INTO call_log (
    marketplace_id, store_id, at, came, call, method, path, status, outcome, words, took, kind, ref, remote_id,
    sent_size, got_size, sent, got
)
SELECT * FROM unnest(
    %(marketplace_ids)s::bigint[], %(store_ids)s::bigint[], %(ats)s::timestamptz[], %(cames)s::bool[],
    %(calls)s::text[], %(methods)s::text[], %(paths)s::text[], %(statuses)s::smallint[], %(outcomes)s::text[],
    %(words)s::text[], %(tooks)s::int[], %(kinds)s::text[], %(refs)s::bigint[], %(remote_ids)s::text[],
    %(sent_sizes)s::int[], %(got_sizes)s::int[], %(sents)s::text[], %(gots)s::text[]
)

-- name: forget_calls
-- Lines older than `before`, and beyond the newest `most`.
DELETE FROM call_log WHERE at < %(before)s OR id <= (SELECT max(id) FROM call_log) - %(most)s
