-- name: load_sweeps
-- With how often the rules want a look: the vendor's own, or else the marketplace's; null = as the installation says.
-- in: ids
SELECT w.id, w.store_id, w.kind, w.since, w.cursor, w.pass_started_at, w.progress, w.expected, s.marketplace_id,
       s.catalogue_at IS NOT NULL, EXISTS (SELECT FROM vendor_order v WHERE v.store_id = w.store_id AND v.remote_id <> ''),
       COALESCE(p.poll_minutes, d.poll_minutes)
FROM sweep w JOIN store s ON s.id = w.store_id
LEFT JOIN catalogue_policy d ON d.marketplace_id = s.marketplace_id AND d.vendor_id IS NULL
LEFT JOIN catalogue_policy p ON p.marketplace_id = s.marketplace_id AND p.vendor_id = s.vendor_id
WHERE w.id = ANY(%(ids)s::bigint[])

-- name: save_sweep
-- in: id, since, cursor, pass_started_at, progress, expected, finished_at, last_error
UPDATE sweep SET since = %(since)s, cursor = %(cursor)s, pass_started_at = %(pass_started_at)s, progress = %(progress)s,
                 expected = %(expected)s, finished_at = COALESCE(%(finished_at)s, finished_at), last_error = %(last_error)s
WHERE id = %(id)s

-- name: want_sweeps
-- Sweeps of these kinds, made where they are not there. Those of a vendor's catalogue are not wanted while the add-on
-- is off. out: those that nothing will ever look at
-- in: store_id, kinds
WITH made AS (
    INSERT INTO sweep (store_id, kind, cursor, last_error)
    SELECT s.id, w.kind, '', '' FROM store s JOIN marketplace m ON m.id = s.marketplace_id
    LEFT JOIN vendor v ON v.id = s.vendor_id, unnest(%(kinds)s::text[]) AS w(kind)
    WHERE s.id = %(store_id)s
      AND (s.vendor_id IS NULL OR COALESCE(((m.add_ons || v.add_ons) ->> 'vendor_store_connect')::bool, true))
    ON CONFLICT (store_id, kind) DO UPDATE SET last_error = ''
    RETURNING id
)
SELECT made.id FROM made
WHERE NOT EXISTS (SELECT FROM dirty_key k WHERE k.store_id = %(store_id)s AND k.kind = 'sweep' AND k.ref = made.id)
