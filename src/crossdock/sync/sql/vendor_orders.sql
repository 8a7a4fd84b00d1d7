-- name: load_vendor_orders
-- in: ids
SELECT v.id, v.marketplace_id, v.order_id, v.store_id, v.state, v.reason, v.words, v.reference, v.sealed, v.digest,
       v.sent_digest, v.sealed_sent, v.sending_at, v.looked_at, v.remote_id, v.remote_name, v.remote_lines::text,
       v.cancel_job, v.wants_cancel, v.wants_paid, v.remote_paid, v.remote_cancelled_at IS NOT NULL, v.linked_at,
       v.read_needed
FROM vendor_order v WHERE v.id = ANY(%(ids)s::bigint[])

-- name: learn_lines
-- Which line of the vendor's store is which of the merchant's, where it was not known from creating the order.
-- in: id, remote_lines, remote_name
UPDATE vendor_order SET remote_lines = %(remote_lines)s::jsonb, remote_name = %(remote_name)s
WHERE id = %(id)s AND remote_lines = '[]'::jsonb
