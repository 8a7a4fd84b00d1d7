-- name: load_parcels
-- All parcels of these orders, oldest first.
-- in: order_ids
SELECT p.id, p.order_id, p.vendor_order_id, v.marketplace_id, o.remote_id, p.status, p.lines, p.tracking, p.state,
       p.reason, p.words, p.merchant_id, p.sent_tracking, p.sending_at, p.looked_at, p.linked_at, v.store_id
FROM parcel p JOIN vendor_order v ON v.id = p.vendor_order_id JOIN merchant_order o ON o.id = p.order_id
WHERE p.order_id = ANY(%(order_ids)s::bigint[]) ORDER BY p.id

-- name: vendor_drafts
-- in: ids
SELECT v.id, v.sealed FROM vendor_order v WHERE v.id = ANY(%(ids)s::bigint[])

-- name: close_fulfilled
-- Vendor orders whose every piece is on the merchant's order are done with.
-- in: ids
-- out: those that were closed
UPDATE vendor_order v SET state = 'closed'
WHERE v.id = ANY(%(ids)s::bigint[]) AND v.state IN ('linked', 'manual')
  AND v.quantity <= (SELECT COALESCE(sum((line ->> 1)::int), 0) FROM parcel p, jsonb_array_elements(p.lines) AS line
                     WHERE p.vendor_order_id = v.id AND p.state = 'linked' AND p.status = 'success')
RETURNING v.id
