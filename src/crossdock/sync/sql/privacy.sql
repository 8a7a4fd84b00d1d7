-- name: done_orders
-- Of these orders, those that are done: read, routed as they are now, nothing of them left to send, to ship or to decide.
-- Held against routing and drains until the transaction ends, in the order that intake locks them in.
-- in: ids
SELECT o.id FROM merchant_order o
WHERE o.id = ANY(%(ids)s::bigint[]) AND o.erased_at IS NULL AND NOT o.read_needed
  AND o.routed_digest IS NOT DISTINCT FROM o.digest
  AND (NOT o.has_unassigned OR o.cancelled_at IS NOT NULL OR o.gone_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM vendor_order v WHERE v.order_id = o.id AND v.state NOT IN ('closed', 'cancelled'))
ORDER BY o.store_id, o.remote_id FOR UPDATE OF o

-- name: erasable_orders
-- Orders whose buyers are to be forgotten now: asked for, or older than their marketplace keeps them. Oldest first; those
-- that are not done are passed over each time. most: at a time; after: the last one of the time before.
-- in: now, after, most
SELECT o.id, o.marketplace_id FROM merchant_order o JOIN marketplace m ON m.id = o.marketplace_id
WHERE o.id > %(after)s AND o.erased_at IS NULL AND o.sealed IS NOT NULL
  AND (o.erase_asked_at IS NOT NULL
       OR (m.retention_days > 0 AND o.placed_at < %(now)s::timestamptz - make_interval(days => m.retention_days)))
ORDER BY o.id LIMIT %(most)s

-- name: erase_orders
-- The buyers of these orders are forgotten: what is sealed goes, ids, amounts and history stay. What observes an erased
-- order again changes nothing (intake.sql), so nothing of it comes back.
-- in: ids, now
-- out: id, marketplace
WITH orders AS (
    UPDATE merchant_order o SET sealed = NULL, buyer = NULL, erased_at = %(now)s, read_needed = false, marked_paid_note = ''
    WHERE o.id = ANY(%(ids)s::bigint[]) AND o.erased_at IS NULL
    RETURNING o.id, o.marketplace_id
), parts AS (
    UPDATE vendor_order v SET sealed = NULL, sealed_sent = NULL, sent_digest = v.digest, words = ''
    FROM orders WHERE v.order_id = orders.id
), parcels AS (
    UPDATE parcel p SET words = '' FROM orders WHERE p.order_id = orders.id AND p.words <> ''
)
SELECT orders.id, orders.marketplace_id FROM orders ORDER BY orders.id

-- name: erase_words
-- What stores said of these orders in words of their own may name the buyer, wherever it was kept; so may the lines of an
-- edit, which carry what the buyer wrote on them.
-- in: ids
WITH attentions AS (
    UPDATE attention a SET data = (a.data - 'lines') || CASE WHEN a.data ? 'words' THEN '{"words": ""}'::jsonb ELSE '{}' END
    WHERE a.order_id = ANY(%(ids)s::bigint[]) AND a.data ?| ARRAY['words', 'lines']
), activities AS (
    UPDATE activity a SET data = a.data || '{"words": ""}'::jsonb
    WHERE a.order_id = ANY(%(ids)s::bigint[]) AND a.data ? 'words'
), tidings AS (
    UPDATE tiding t SET data = (t.data - 'lines') || CASE WHEN t.data ? 'words' THEN '{"words": ""}'::jsonb ELSE '{}' END
    WHERE t.order_id = ANY(%(ids)s::bigint[]) AND t.data ?| ARRAY['words', 'lines']
), notices AS (
    UPDATE notice n SET data = (n.data - 'lines') || CASE WHEN n.data ? 'words' THEN '{"words": ""}'::jsonb ELSE '{}' END
    WHERE n.order_id = ANY(%(ids)s::bigint[]) AND n.data ?| ARRAY['words', 'lines']
), parts AS (
    SELECT v.id, v.store_id, v.remote_id FROM vendor_order v WHERE v.order_id = ANY(%(ids)s::bigint[])
), adjustments AS (
    UPDATE stock_adjustment s SET words = '' FROM parts WHERE s.vendor_order_id = parts.id AND s.words <> ''
)
UPDATE call_log c SET sent = '', got = '', words = '' WHERE c.id IN (
    SELECT l.id FROM call_log l WHERE l.kind IN ('order', 'fulfillment') AND l.ref = ANY(%(ids)s::bigint[])
    UNION SELECT l.id FROM parts JOIN call_log l ON l.kind = 'vendor_order' AND l.ref = parts.id
    UNION SELECT l.id FROM parts JOIN call_log l ON l.store_id = parts.store_id AND l.remote_id = parts.remote_id
          AND l.remote_id <> ''
    UNION SELECT l.id FROM merchant_order o JOIN call_log l ON l.store_id = o.store_id AND l.remote_id = o.remote_id
          AND l.remote_id <> ''
    WHERE o.id = ANY(%(ids)s::bigint[]))

-- name: say_erased
-- One line in the history of each order, and one of each marketplace's privacy.
-- in: ids, marketplace_ids (parallel), who, now, what
INSERT INTO activity (marketplace_id, order_id, at, who, what, data)
SELECT w.marketplace_id, w.id, %(now)s::timestamptz, %(who)s, 'buyer.erased', '{}'::jsonb
FROM unnest(%(ids)s::bigint[], %(marketplace_ids)s::bigint[]) AS w(id, marketplace_id)
UNION ALL
SELECT w.marketplace_id, NULL, %(now)s, %(who)s, %(what)s, jsonb_build_object('orders', count(*))
FROM unnest(%(ids)s::bigint[], %(marketplace_ids)s::bigint[]) AS w(id, marketplace_id)
GROUP BY w.marketplace_id
