-- name: stray_levels
-- Levels whose merchant's figure, as its catalogue was last read, is not what our books say: changed there by hand, or by
-- an order that was never heard of. Only where stock is kept at one location, so that figure and level are of the same
-- place; not those written since the reading began.
-- in: store_id (the merchant's)
-- out: link, our figure, the store's
SELECT l.link_id, l.merchant_available - (l.sold - l.sold_then), t.available
FROM store m
JOIN level l ON l.marketplace_id = m.marketplace_id
JOIN store_variant t ON t.store_id = m.id AND t.variant_id = l.merchant_variant_id
WHERE m.id = %(store_id)s AND m.catalogue_at IS NOT NULL
  AND (SELECT count(*) FROM jsonb_to_recordset(m.locations) AS x(id text, active bool) WHERE COALESCE(x.active, true)) = 1
  AND l.merchant_available IS NOT NULL AND l.write_key = '' AND l.location_id IN ('', m.location_id)
  AND (l.written_at IS NULL OR l.written_at < m.catalogue_at) AND (l.merchant_at IS NULL OR l.merchant_at < m.catalogue_at)
  AND t.gone_at IS NULL AND t.tracked AND t.available IS NOT NULL
  AND t.available <> l.merchant_available - (l.sold - l.sold_then)
ORDER BY l.link_id

-- name: merchant_snapshots
-- Products of the merchant's store as last read, those that are known whole. in: store_id, product_ids
SELECT m.product_id, m.data FROM store_product m
WHERE m.store_id = %(store_id)s AND m.product_id = ANY(%(product_ids)s::text[])
  AND m.gone_at IS NULL AND m.whole AND NOT m.read_needed
  AND NOT EXISTS (SELECT FROM store_variant v WHERE v.store_id = m.store_id AND v.product_id = m.product_id
                  AND v.gone_at IS NULL AND v.data IS NULL)

-- name: spread_levels
-- Levels that had units at other locations when they were last read: whether they still have. in: store_id (the merchant's)
SELECT l.link_id FROM store m JOIN level l ON l.marketplace_id = m.marketplace_id
WHERE m.id = %(store_id)s AND l.elsewhere > 0 AND l.write_key = '' ORDER BY l.link_id

-- name: verify_levels
-- These levels are read at the merchant's store before anything is decided of them. in: ids
-- out: the merchant's store
WITH found AS (
    SELECT l.link_id FROM level l WHERE l.link_id = ANY(%(ids)s::bigint[]) AND l.write_key = ''
    ORDER BY l.link_id FOR NO KEY UPDATE
), wanted AS (
    UPDATE level l SET merchant_at = NULL, wanted = l.wanted + 1 FROM found f WHERE l.link_id = f.link_id
    RETURNING l.marketplace_id
)
SELECT DISTINCT s.id FROM wanted w JOIN store s ON s.marketplace_id = w.marketplace_id AND s.vendor_id IS NULL
