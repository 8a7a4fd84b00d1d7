-- name: vendor_losses
-- How many of these vendors' listings are on sale, and how many were lost since: ended because the vendor's product went,
-- put off sale because the vendor did (listing.off_at), or sold out by a figure of the vendor's that no order of ours
-- explains (level.reason). Whole listings only, each once: those that are `leaving` now count as on sale.
-- in: vendor_ids, since, ended (a listing's reason), empty (a level's reason), leaving (the merchant's products)
-- out: vendor, marketplace, its store, live, lost, since when it is held, when it was released
SELECT v.id, v.marketplace_id, s.id,
       (SELECT count(DISTINCT l.merchant_product_id) FROM variant_link l LEFT JOIN listing g ON g.id = l.listing_id
        WHERE l.vendor_id = v.id AND l.ended_at IS NULL AND g.off_at IS NULL AND NOT l.merchant_product_id = ANY(e.products)),
       (SELECT count(*) FROM listing g
        WHERE g.vendor_id = v.id AND g.ended_at > %(since)s AND g.reason = %(ended)s)
       + (SELECT count(*) FROM listing g
          WHERE g.vendor_id = v.id AND g.state = 'live' AND g.off_at > %(since)s AND g.ended_at IS NULL)
       + cardinality(e.products_lately),
       v.brake_at, v.brake_released_at
FROM vendor v LEFT JOIN store s ON s.vendor_id = v.id
CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(DISTINCT l.merchant_product_id), '{}') AS products,
           COALESCE(array_agg(DISTINCT l.merchant_product_id) FILTER (WHERE x.written_at > %(since)s), '{}') AS products_lately
    FROM level x JOIN variant_link l ON l.id = x.link_id AND l.ended_at IS NULL
    WHERE x.vendor_id = v.id AND x.reason = %(empty)s AND NOT l.merchant_product_id = ANY(%(leaving)s::text[])
) AS e
WHERE v.id = ANY(%(vendor_ids)s::bigint[])

-- name: hold_vendors
-- The brake holds these vendors' losses from now on, until a person lets them go.
-- in: ids, now
UPDATE vendor v SET brake_at = %(now)s
WHERE v.id = ANY(%(ids)s::bigint[]) AND (v.brake_at IS NULL OR v.brake_released_at >= v.brake_at)

-- name: free_vendors
-- Vendors that the brake holds though nothing of theirs waits any more: what seemed lost is there again.
-- in: ids, reason
-- out: vendor, its store
UPDATE vendor v SET brake_at = NULL
FROM store s
WHERE v.id = ANY(%(ids)s::bigint[]) AND s.vendor_id = v.id
  AND v.brake_at IS NOT NULL AND (v.brake_released_at IS NULL OR v.brake_released_at < v.brake_at)
  AND NOT EXISTS (SELECT FROM level l WHERE l.vendor_id = v.id AND l.reason = %(reason)s)
  AND NOT EXISTS (SELECT FROM listing g WHERE g.vendor_id = v.id AND g.reason = %(reason)s AND g.state <> 'ended')
RETURNING v.id, s.id

-- name: release_vendor
-- A person says that it is meant: what the brake held of a vendor is looked at again.
-- in: vendor_id, reason, now
-- out: the merchant's store
WITH freed AS (
    UPDATE vendor v SET brake_released_at = %(now)s WHERE v.id = %(vendor_id)s AND v.brake_at IS NOT NULL
    RETURNING v.id, v.marketplace_id
), levels AS (
    UPDATE level l SET wanted = l.wanted + 1 FROM freed f WHERE l.vendor_id = f.id AND l.reason = %(reason)s
), listings AS (
    UPDATE listing g SET wanted = g.wanted + 1 FROM freed f WHERE g.vendor_id = f.id AND g.reason = %(reason)s
)
SELECT s.id FROM freed f JOIN store s ON s.marketplace_id = f.marketplace_id AND s.vendor_id IS NULL
