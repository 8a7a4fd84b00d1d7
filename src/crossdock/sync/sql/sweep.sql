-- name: load_sweeps
-- in: ids
SELECT w.id, w.store_id, w.kind, w.since, w.cursor, w.pass_started_at, s.marketplace_id,
       EXISTS (SELECT FROM vendor_order v WHERE v.store_id = w.store_id AND v.remote_id <> '')
FROM sweep w JOIN store s ON s.id = w.store_id WHERE w.id = ANY(%(ids)s::bigint[])

-- name: save_sweep
-- in: id, since, cursor, pass_started_at, finished_at, last_error
UPDATE sweep SET since = %(since)s, cursor = %(cursor)s, pass_started_at = %(pass_started_at)s,
                 finished_at = COALESCE(%(finished_at)s, finished_at), last_error = %(last_error)s
WHERE id = %(id)s

-- name: want_sweep
-- A sweep of this kind, made when it is not there.
-- in: store_id, kind
INSERT INTO sweep (store_id, kind, cursor, last_error) VALUES (%(store_id)s, %(kind)s, '', '')
ON CONFLICT (store_id, kind) DO UPDATE SET last_error = ''
RETURNING id

-- name: keep_variants
-- What a store sells, as read.
INSERT INTO store_variant AS c (store_id, marketplace_id, product_id, variant_id, sku, title, seen_at)
SELECT DISTINCT ON (w.variant_id) %(store_id)s, %(marketplace_id)s, w.product_id, w.variant_id, w.sku, w.title, %(now)s
FROM unnest(%(product_ids)s::text[], %(variant_ids)s::text[], %(skus)s::text[], %(titles)s::text[])
     AS w(product_id, variant_id, sku, title)
ORDER BY w.variant_id
ON CONFLICT (store_id, variant_id) DO UPDATE SET
    product_id = EXCLUDED.product_id, sku = EXCLUDED.sku, title = EXCLUDED.title, seen_at = EXCLUDED.seen_at

-- name: forget_variants
-- Variants that a whole pass did not see any more.
-- in: store_id, before
DELETE FROM store_variant WHERE store_id = %(store_id)s AND seen_at < %(before)s
