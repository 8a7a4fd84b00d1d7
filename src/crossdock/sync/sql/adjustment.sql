-- name: make_adjustments
-- What a parcel made by hand takes from the vendor's stock, or gives back when it is cancelled: once for a line and a
-- direction. Vendors without a store, or whose stock is not synced, are left alone. Units that are given back are wanted
-- from elsewhere from here on: before the vendor's figure rises by them.
-- in: parcel_id, line_ids, deltas, keys (parallel), now
-- out: the vendor's store
WITH made AS (
    INSERT INTO stock_adjustment (marketplace_id, store_id, vendor_order_id, parcel_id, line_id, vendor_variant_id, delta, key,
                                  state, created_at)
    SELECT v.marketplace_id, s.id, v.id, p.id, w.line_id, k.vendor_variant_id, w.delta, w.key, 'ready', %(now)s
    FROM parcel p
    JOIN vendor_order v ON v.id = p.vendor_order_id
    JOIN store s ON s.vendor_id = v.vendor_id AND s.state <> 'disconnected'
    CROSS JOIN unnest(%(line_ids)s::text[], %(deltas)s::int[], %(keys)s::text[]) AS w(line_id, delta, key)
    JOIN sold_line o ON o.order_id = v.order_id AND o.line_id = w.line_id
    JOIN variant_link k ON k.marketplace_id = v.marketplace_id AND k.merchant_variant_id = o.merchant_variant_id
                       AND k.vendor_id = v.vendor_id
    LEFT JOIN catalogue_policy d ON d.marketplace_id = v.marketplace_id AND d.vendor_id IS NULL
    LEFT JOIN catalogue_policy c ON c.marketplace_id = v.marketplace_id AND c.vendor_id = v.vendor_id
    WHERE p.id = %(parcel_id)s AND COALESCE(c.inventory_sync, d.inventory_sync, true)
      AND (w.delta < 0 OR EXISTS (SELECT FROM stock_adjustment a WHERE a.parcel_id = p.id AND a.line_id = w.line_id
                                  AND a.delta < 0 AND a.state <> 'rejected'))
    ORDER BY w.line_id
    ON CONFLICT DO NOTHING
    RETURNING store_id, vendor_order_id, line_id, delta
), given_back AS (
    UPDATE sold_line o SET sent = o.sent - m.delta, taken = LEAST(o.taken, GREATEST(0, o.sent - m.delta))
    FROM made m JOIN vendor_order v ON v.id = m.vendor_order_id
    WHERE m.delta > 0 AND o.order_id = v.order_id AND o.line_id = m.line_id
)
SELECT m.store_id FROM made m

-- name: load_adjustments
-- A vendor's store's open adjustments, oldest first, with what they are sent as. in: store_id
SELECT a.id, a.marketplace_id, a.store_id, a.vendor_order_id, v.order_id, v.reference, a.line_id, a.vendor_variant_id, a.delta,
       a.key, a.state, a.sending_at, COALESCE(NULLIF(a.item_id, ''), x.item_id, ''), a.location_id, s.location_id,
       COALESCE(x.levels, '{}'::jsonb),
       COALESCE((SELECT b.state FROM stock_adjustment b WHERE b.parcel_id = a.parcel_id AND b.line_id = a.line_id
                 AND b.delta < 0 AND a.delta > 0), '')
FROM stock_adjustment a
JOIN vendor_order v ON v.id = a.vendor_order_id
JOIN store s ON s.id = a.store_id
LEFT JOIN store_variant x ON x.store_id = a.store_id AND x.variant_id = a.vendor_variant_id
WHERE a.store_id = %(store_id)s AND a.state IN ('ready', 'sending') ORDER BY a.id

-- name: send_adjustment
-- The intent, with the place it is sent for: the same again is sent for the same. in: id, item_id, location_id, now
UPDATE stock_adjustment a SET state = 'sending', sending_at = %(now)s, item_id = %(item_id)s, location_id = %(location_id)s
WHERE a.id = %(id)s AND a.state IN ('ready', 'sending')

-- name: adjusted
-- The store has it. Units that left are taken once its figure was read again.
-- in: id, now
WITH done AS (
    UPDATE stock_adjustment a SET state = 'done', done_at = %(now)s, words = ''
    WHERE a.id = %(id)s AND a.state = 'sending' RETURNING a.vendor_order_id, a.line_id, a.delta
)
UPDATE sold_line o SET sent = o.sent - a.delta, sent_at = %(now)s
FROM done a JOIN vendor_order v ON v.id = a.vendor_order_id
WHERE a.delta < 0 AND o.order_id = v.order_id AND o.line_id = a.line_id

-- name: not_adjusted
-- A call that was surely not done leaves no time to be too late by. in: id, state, words
UPDATE stock_adjustment a SET state = %(state)s, words = %(words)s, sending_at = NULL
WHERE a.id = %(id)s AND a.state IN ('ready', 'sending')

-- name: taken_by_person
-- A person has seen to items that were changed after their order was sent: the vendor's store has them from now on, once its
-- figure was read again. in: vendor_order_id, now
-- out: the vendor's store
WITH done AS (
    UPDATE sold_line o SET sent = o.units, sent_at = %(now)s
    FROM vendor_order v, variant_link k
    WHERE v.id = %(vendor_order_id)s AND v.state IN ('linked', 'closed') AND o.order_id = v.order_id AND o.units > o.sent
      AND (o.vendor_order_id = v.id OR o.vendor_order_id IS NULL)
      AND k.marketplace_id = o.marketplace_id AND k.merchant_variant_id = o.merchant_variant_id AND k.vendor_id = v.vendor_id
    RETURNING v.store_id, k.vendor_variant_id
)
UPDATE store_variant x SET level_doubt = true FROM done d
WHERE x.store_id = d.store_id AND x.variant_id = d.vendor_variant_id
RETURNING x.store_id
