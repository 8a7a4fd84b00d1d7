-- name: load_lease
-- A vendor's store, when its catalogue and stock were last heard of, and for how long that may be sold on.
-- in: store_id
SELECT s.id, s.marketplace_id, s.vendor_id, s.state, s.failures, s.confirmed_at, s.created_at, s.off_sale_at, s.catalogue_at,
       COALESCE(p.lease_hours, d.lease_hours, 24),
       EXISTS (SELECT FROM store_variant v WHERE v.store_id = s.id AND v.level_doubt AND v.item_id <> ''
               AND EXISTS (SELECT FROM level l WHERE l.store_id = v.store_id AND l.vendor_variant_id = v.variant_id))
FROM store s
LEFT JOIN catalogue_policy d ON d.marketplace_id = s.marketplace_id AND d.vendor_id IS NULL
LEFT JOIN catalogue_policy p ON p.marketplace_id = s.marketplace_id AND p.vendor_id = s.vendor_id
WHERE s.id = %(store_id)s AND s.vendor_id IS NOT NULL

-- name: set_off_sale
-- in: store_id, at (null = on sale again)
UPDATE store SET off_sale_at = %(at)s WHERE id = %(store_id)s AND (off_sale_at IS NULL) <> (%(at)s::timestamptz IS NULL)
RETURNING id

-- name: merchant_store
-- in: marketplace_id
SELECT s.id FROM store s WHERE s.marketplace_id = %(marketplace_id)s AND s.vendor_id IS NULL

-- name: want_uncounted_listings
-- Listings of a vendor's store with variants that are not counted, or sold past their count: they are looked at again when
-- the store goes off sale or comes back, because their level alone does not end their sale. in: store_id
-- out: the merchant's store
WITH found AS (
    SELECT l.id FROM listing l
    WHERE l.store_id = %(store_id)s AND l.state IN ('wanted', 'sending', 'live', 'rejected') AND EXISTS (
        SELECT FROM store_variant v WHERE v.store_id = l.store_id AND v.product_id = l.product_id AND v.gone_at IS NULL
            AND (v.oversell OR NOT v.tracked))
    ORDER BY l.id FOR NO KEY UPDATE
), wanted AS (
    UPDATE listing l SET wanted = l.wanted + 1 FROM found f WHERE l.id = f.id RETURNING l.marketplace_id
)
SELECT DISTINCT m.id FROM wanted w JOIN store m ON m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL
