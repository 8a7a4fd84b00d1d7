-- name: refunds_told
-- How the refunds of these orders stood when vendors were last told. in: order_ids
SELECT order_id, level FROM refund_told WHERE order_id = ANY(%(order_ids)s::bigint[])

-- name: parts_to_tell
-- Parts that a vendor has, by its store or by hand, of vendors that are told of refunds. in: order_ids
SELECT v.id, v.order_id, v.store_id
FROM vendor_order v
LEFT JOIN order_policy d ON d.marketplace_id = v.marketplace_id AND d.vendor_id IS NULL
LEFT JOIN order_policy p ON p.marketplace_id = v.marketplace_id AND p.vendor_id = v.vendor_id
WHERE v.order_id = ANY(%(order_ids)s::bigint[]) AND v.state IN ('sending', 'linked', 'unknown', 'manual', 'closed')
  AND COALESCE(p.tell_refunds, d.tell_refunds, true)
ORDER BY v.id

-- name: keep_refunds_told
-- in: order_ids, levels (parallel), now
INSERT INTO refund_told (order_id, level, at)
SELECT w.order_id, w.level, %(now)s FROM unnest(%(order_ids)s::bigint[], %(levels)s::text[]) AS w(order_id, level)
ON CONFLICT (order_id) DO UPDATE SET level = EXCLUDED.level, at = EXCLUDED.at
