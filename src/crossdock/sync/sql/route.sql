-- name: load_orders
-- Rows are locked in the order that intake locks them in (merchant_order, vendor_order, parcel, dirty_key, lane; each by
-- its key): two transactions that both need some of them wait, and never deadlock. The marketplace is held against those
-- who change its rules (operations/marks.py, hold_routing): what is decided by the old ones is there when they mark.
-- in: ids
SELECT o.id, o.store_id, o.marketplace_id, o.remote_id, o.read_needed AND o.erased_at IS NULL, o.sealed, o.digest,
       o.gone_at IS NOT NULL, o.merchant_share, o.has_unassigned, o.routed_digest IS NULL, o.marked_paid_at,
       o.marked_paid_by, o.digest IS DISTINCT FROM o.routed_digest
FROM merchant_order o JOIN marketplace m ON m.id = o.marketplace_id
WHERE o.id = ANY(%(ids)s::bigint[]) ORDER BY o.store_id, o.remote_id FOR NO KEY UPDATE OF o FOR SHARE OF m

-- name: lock_vendor_orders
-- The vendor orders of these orders, held against their own drains until routing is kept: a draft that is being sent is
-- not changed under it.
-- in: order_ids
SELECT v.id, v.order_id, v.vendor_id, v.part, v.state, v.reason, v.sealed, v.held_by_person, v.released_by_person,
       v.store_id, v.wants_paid, v.wants_cancel
FROM vendor_order v WHERE v.order_id = ANY(%(order_ids)s::bigint[]) ORDER BY v.id FOR NO KEY UPDATE OF v

-- name: with_parcels
-- Which of these vendor orders have parcels. Asked once they are locked: one that is written by hand while the lock is
-- waited for is in no snapshot of the statement that waits. in: ids
SELECT DISTINCT p.vendor_order_id FROM parcel p WHERE p.vendor_order_id = ANY(%(ids)s::bigint[])

-- name: load_links
-- in: marketplace_ids, variant_ids (parallel)
SELECT l.marketplace_id, l.merchant_variant_id, l.vendor_id, l.vendor_product_id, l.vendor_variant_id
FROM unnest(%(marketplace_ids)s::bigint[], %(variant_ids)s::text[]) AS w(marketplace_id, variant_id)
JOIN variant_link l ON l.marketplace_id = w.marketplace_id AND l.merchant_variant_id = w.variant_id

-- name: load_by_sku
-- in: marketplace_ids, skus (parallel)
SELECT c.marketplace_id, c.sku, s.vendor_id, c.product_id, c.variant_id
FROM unnest(%(marketplace_ids)s::bigint[], %(skus)s::text[]) AS w(marketplace_id, sku)
JOIN store_variant c ON c.marketplace_id = w.marketplace_id AND c.sku = w.sku AND c.sku <> ''
    AND c.gone_at IS NULL
JOIN store s ON s.id = c.store_id AND s.vendor_id IS NOT NULL

-- name: load_by_title
-- in: marketplace_ids, titles (parallel)
SELECT c.marketplace_id, c.title, s.vendor_id, c.product_id, c.variant_id
FROM unnest(%(marketplace_ids)s::bigint[], %(titles)s::text[]) AS w(marketplace_id, title)
JOIN store_variant c ON c.marketplace_id = w.marketplace_id AND c.title = w.title AND c.gone_at IS NULL
JOIN store s ON s.id = c.store_id AND s.vendor_id IS NOT NULL

-- name: load_vendor_names
-- in: marketplace_ids, names (parallel)
SELECT v.marketplace_id, v.name, v.id
FROM unnest(%(marketplace_ids)s::bigint[], %(names)s::text[]) AS w(marketplace_id, name)
JOIN vendor v ON v.marketplace_id = w.marketplace_id AND v.name = w.name

-- name: load_merchant_products
-- The merchant's own products as last read, deleted ones too: whose they were is still known.
-- in: marketplace_ids, product_ids (parallel)
SELECT s.marketplace_id, p.product_id, p.data
FROM unnest(%(marketplace_ids)s::bigint[], %(product_ids)s::text[]) AS w(marketplace_id, product_id)
JOIN store s ON s.marketplace_id = w.marketplace_id AND s.vendor_id IS NULL
JOIN store_product p ON p.store_id = s.id AND p.product_id = w.product_id

-- name: load_vendors
-- Vendors with their store and their own rules.
-- in: ids
SELECT v.id, v.active, s.id, s.platform, s.state, s.catalogue_at IS NOT NULL, v.add_ons,
       p.order_sync, p.paid_only, p.push_unsynced, p.override_customer,
       p.merchant_name, p.merchant_email, p.merchant_phone, p.minimum_value, p.maximum_value,
       p.minimum_quantity, p.maximum_quantity
FROM vendor v
LEFT JOIN store s ON s.vendor_id = v.id
LEFT JOIN order_policy p ON p.vendor_id = v.id
WHERE v.id = ANY(%(ids)s::bigint[])

-- name: load_rules
-- A marketplace's add-ons and rules.
-- in: ids
SELECT m.id, m.add_ons, p.order_sync, p.paid_only, p.push_unsynced, p.override_customer,
       p.merchant_name, p.merchant_email, p.merchant_phone, p.minimum_value, p.maximum_value,
       p.minimum_quantity, p.maximum_quantity
FROM marketplace m JOIN order_policy p ON p.marketplace_id = m.id AND p.vendor_id IS NULL
WHERE m.id = ANY(%(ids)s::bigint[])

-- name: save_vendor_parts
-- Vendor orders as routing wants them. What was sent keeps its state and store; its drain is told of differences.
-- out: id, order, vendor, part, store, state, whether its drain has something to do
INSERT INTO vendor_order AS v (marketplace_id, order_id, vendor_id, store_id, part, reference, state, reason, trace, words,
    sealed, digest, total, currency, quantity, skus, attempt, remote_id, remote_name, remote_version, remote_lines, read_needed,
    wants_cancel, cancel_job, wants_paid, remote_paid, held_by_person, released_by_person, created_at)
SELECT w.marketplace_id, w.order_id, w.vendor_id, w.store_id, w.part, w.reference, w.state, w.reason, w.trace::jsonb, '',
    w.sealed, w.digest, w.total, w.currency, w.quantity,
    array_to_tsvector(string_to_array(w.skus, chr(31))), 0, '', '', 0, '[]'::jsonb, false,
    w.wants_cancel, '', w.wants_paid, false, false, false, %(now)s
FROM unnest(%(marketplace_id)s::bigint[], %(order_id)s::bigint[], %(vendor_id)s::bigint[], %(store_id)s::bigint[],
            %(part)s::smallint[], %(reference)s::text[], %(state)s::text[], %(reason)s::text[], %(trace)s::text[],
            %(sealed)s::bytea[], %(digest)s::bytea[], %(total)s::numeric[], %(currency)s::text[], %(quantity)s::int[], %(skus)s::text[],
            %(wants_cancel)s::bool[], %(wants_paid)s::bool[])
     AS w(marketplace_id, order_id, vendor_id, store_id, part, reference, state, reason, trace, sealed, digest, total,
          currency, quantity, skus, wants_cancel, wants_paid)
ON CONFLICT (order_id, vendor_id, part) DO UPDATE SET
    store_id = CASE WHEN v.state IN ('held', 'ready', 'manual') THEN EXCLUDED.store_id ELSE v.store_id END,
    state = CASE WHEN v.state IN ('held', 'ready', 'manual') THEN EXCLUDED.state ELSE v.state END,
    reason = CASE WHEN v.state IN ('held', 'ready', 'manual') THEN EXCLUDED.reason ELSE v.reason END,
    trace = CASE WHEN v.state IN ('held', 'ready', 'manual') THEN EXCLUDED.trace ELSE v.trace END,
    sealed = EXCLUDED.sealed, digest = EXCLUDED.digest, total = EXCLUDED.total, currency = EXCLUDED.currency,
    quantity = EXCLUDED.quantity, skus = EXCLUDED.skus, wants_cancel = EXCLUDED.wants_cancel, wants_paid = EXCLUDED.wants_paid
RETURNING v.id, v.order_id, v.vendor_id, v.part, v.store_id, v.state,
    v.state IN ('ready', 'sending')
    OR (v.state IN ('linked', 'closed')
        AND (v.digest IS DISTINCT FROM v.sent_digest OR v.wants_cancel OR (v.wants_paid AND NOT v.remote_paid)))

-- name: drop_vendor_parts
-- Parts that routing no longer wants and that never left: their lines are in another part now.
-- in: ids
DELETE FROM vendor_order v WHERE v.id = ANY(%(ids)s::bigint[]) AND v.state IN ('held', 'ready', 'manual')
    AND NOT EXISTS (SELECT FROM parcel p WHERE p.vendor_order_id = v.id)

-- name: orders_routed
-- in: ids, digests, shares, unassigned
UPDATE merchant_order o SET routed_digest = w.digest, merchant_share = w.share::jsonb, has_unassigned = w.unassigned
FROM unnest(%(ids)s::bigint[], %(digests)s::bytea[], %(shares)s::text[], %(unassigned)s::bool[])
     AS w(id, digest, share, unassigned)
WHERE o.id = w.id
