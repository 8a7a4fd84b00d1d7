-- name: load_listings
-- A vendor's listings that are to be looked at: those on sale first. Ended ones only where the vendor's product is back
-- and nobody has chosen it anew.
-- Left for now: what the platform works on by itself, what has just lost its product, and what is to be made while the
-- merchant's store takes no new variants. Each state's first are looked up by themselves (index listing_turns): a turn
-- costs the same however many wait.
-- in: vendor_id, store_id (the merchant's), size, now, settled, full_until
WITH picked AS (
    SELECT x.id FROM unnest(ARRAY['live', 'sending', 'wanted', 'rejected', 'ended']) AS w(state)
    CROSS JOIN LATERAL (
        SELECT l.id FROM listing l
        LEFT JOIN store_product p ON p.store_id = l.store_id AND p.product_id = l.product_id
        WHERE l.vendor_id = %(vendor_id)s AND l.state = w.state AND l.wanted > l.done
          AND (l.state <> 'ended' OR (l.reason = 'vendor_deleted' AND p.gone_at IS NULL AND NOT EXISTS (
                   SELECT FROM listing o WHERE o.store_id = l.store_id AND o.product_id = l.product_id
                   AND (o.id > l.id OR o.state NOT IN ('ended', 'refused')) AND o.id <> l.id)))
          AND (l.operation IS NULL OR (l.operation ->> 'after')::timestamptz <= %(now)s)
          AND (l.state = 'live' AND l.ending = '' AND l.ended_at IS NULL
               AND COALESCE(p.gone_at, CASE WHEN p.status = 'archived' OR (p.status = 'draft' AND l.off_at IS NULL
                                 AND NOT COALESCE((l.written ->> 'vendor_off')::bool, false)) THEN p.seen_at END)
                   > %(settled)s) IS NOT TRUE
          AND (%(full_until)s::timestamptz > %(now)s AND l.merchant_product_id = '' AND l.operation IS NULL
               AND l.ending = '' AND p.gone_at IS NULL) IS NOT TRUE
        ORDER BY l.id LIMIT %(size)s
    ) AS x
)
SELECT l.id, l.marketplace_id, l.vendor_id, l.store_id, l.product_id, l.merchant_product_id, l.origin, l.state, l.reason,
       l.words, l.reference, l.wanted, l.written::text, l.taken::text, l.problems::text, l.not_offered::text,
       l.operation::text, l.ending, l.live_at, l.ended_at, p.data, p.gone_at, p.seen_at, p.whole,
       COALESCE(m.gone_at IS NOT NULL, false), s.catalogue_at IS NOT NULL, s.currency,
       s.off_sale_at IS NOT NULL, l.off_at
FROM picked JOIN listing l ON l.id = picked.id
JOIN store s ON s.id = l.store_id
LEFT JOIN store_product p ON p.store_id = l.store_id AND p.product_id = l.product_id
LEFT JOIN store_product m ON m.store_id = %(store_id)s AND m.product_id = l.merchant_product_id AND l.merchant_product_id <> ''
ORDER BY l.state = 'live' DESC, l.id LIMIT %(size)s

-- name: load_vendor_variants
-- What is known of the variants of vendors' products. in: store_ids, product_ids (parallel)
SELECT v.store_id, v.product_id, v.data FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]) AS w(store_id, product_id)
JOIN store_variant v ON v.store_id = w.store_id AND v.product_id = w.product_id
WHERE v.gone_at IS NULL AND v.data IS NOT NULL ORDER BY v.id

-- name: load_listing_links
-- Which variant is which, of these listings, and whether an order of one still waits for its vendor. Not those of a
-- product that a listing had before the one it has. in: ids
SELECT k.listing_id, k.vendor_variant_id, k.merchant_variant_id, k.ended_at IS NOT NULL,
       EXISTS (SELECT FROM sold_line o LEFT JOIN vendor_order w ON w.id = o.vendor_order_id
               WHERE o.marketplace_id = k.marketplace_id AND o.merchant_variant_id = k.merchant_variant_id
               AND o.units > o.taken AND (w.state IN ('closed', 'cancelled')) IS NOT TRUE)
FROM variant_link k JOIN listing l ON l.id = k.listing_id
WHERE k.listing_id = ANY(%(ids)s::bigint[])
  AND (k.ended_at IS NULL OR l.merchant_product_id IN ('', k.merchant_product_id))
ORDER BY k.id

-- name: load_listing_rules
-- The rules of products, the marketplace's and the vendor's own, and where the merchant keeps stock.
-- in: vendor_id, store_id (the merchant's)
SELECT p.vendor_id IS NOT NULL, p.product_sync, p.auto_variants, p.inventory_sync, p.fields, p.price_factor, p.price_amount,
       p.price_rounding, p.new_status, p.on_delete, p.stock_buffer, p.lease_hours, p.merchant_location, p.conflicts
FROM catalogue_policy p JOIN store s ON s.id = %(store_id)s AND s.marketplace_id = p.marketplace_id
WHERE p.vendor_id IS NULL OR p.vendor_id = %(vendor_id)s

-- name: load_merchant
-- The merchant's store, and the add-ons as they are switched for a vendor.
-- in: store_id, vendor_id
SELECT s.marketplace_id, s.currency, s.location_id,
       m.add_ons || COALESCE((SELECT v.add_ons FROM vendor v WHERE v.id = %(vendor_id)s), '{}'::jsonb)
FROM store s JOIN marketplace m ON m.id = s.marketplace_id
WHERE s.id = %(store_id)s

-- name: waiting_endings
-- A vendor's live listings that wait to end because their product went, or to go off sale because the vendor took it off.
-- in: vendor_id
-- out: the merchant's product
SELECT l.merchant_product_id
FROM listing l JOIN store_product p ON p.store_id = l.store_id AND p.product_id = l.product_id
WHERE l.vendor_id = %(vendor_id)s AND l.state = 'live' AND l.wanted > l.done AND l.ending = ''
  AND (p.gone_at IS NOT NULL OR p.status = 'archived'
       OR (p.status = 'draft' AND l.off_at IS NULL AND NOT COALESCE((l.written ->> 'vendor_off')::bool, false)))

-- name: listings_left
-- When the next of a vendor's listings is to be looked at (null = none is).
-- in: vendor_id, store_id (the merchant's), now, settled, full_until
SELECT min(GREATEST(%(now)s::timestamptz, (l.operation ->> 'after')::timestamptz,
                    CASE WHEN l.merchant_product_id = '' AND l.operation IS NULL AND l.ending = '' AND p.gone_at IS NULL
                         THEN %(full_until)s::timestamptz END,
                    CASE WHEN l.state = 'live' AND l.ending = '' AND l.ended_at IS NULL
                         THEN COALESCE(p.gone_at, CASE WHEN p.status = 'archived' OR (p.status = 'draft' AND l.off_at IS NULL
                         AND NOT COALESCE((l.written ->> 'vendor_off')::bool, false)) THEN p.seen_at END)
                              + (%(now)s::timestamptz - %(settled)s::timestamptz) END))
FROM listing l LEFT JOIN store_product p ON p.store_id = l.store_id AND p.product_id = l.product_id
WHERE l.vendor_id = %(vendor_id)s AND l.wanted > l.done
  AND (l.state IN ('wanted', 'sending', 'live', 'rejected')
       OR (l.state = 'ended' AND l.reason = 'vendor_deleted' AND p.gone_at IS NULL AND NOT EXISTS (
               SELECT FROM listing o WHERE o.store_id = l.store_id AND o.product_id = l.product_id
               AND (o.id > l.id OR o.state NOT IN ('ended', 'refused')) AND o.id <> l.id)))

-- name: listings_unchanged
-- Looked at, and all is as it should be. in: ids, seens (parallel)
UPDATE listing l SET done = GREATEST(l.done, w.seen), reason = CASE WHEN l.reason = 'too_much_change' THEN '' ELSE l.reason END
FROM unnest(%(ids)s::bigint[], %(seens)s::bigint[]) AS w(id, seen) WHERE l.id = w.id

-- name: save_listing
-- What the drain of a listing learned; kept while the row is in the state it was found in. `seen` is what was wanted when
-- it was loaded: more wanted since stays so. What a person gave back or took meanwhile stands.
-- in: id, was, state, reason, words, merchant_product_id, written, taken, taken_was, not_offered, problems, operation,
--     ending, live_at, ended_at, off (1 = the vendor took it off sale, -1 = it did not after all), seen (0 = not yet), now
UPDATE listing l SET
    state = %(state)s, reason = %(reason)s, words = %(words)s, merchant_product_id = %(merchant_product_id)s,
    written_at = CASE WHEN l.written IS DISTINCT FROM %(written)s::jsonb THEN %(now)s ELSE l.written_at END,
    written = %(written)s::jsonb,
    taken = CASE WHEN l.taken = %(taken_was)s::jsonb THEN %(taken)s::jsonb ELSE l.taken END,
    not_offered = %(not_offered)s::jsonb, problems = %(problems)s::jsonb, operation = %(operation)s::jsonb,
    ending = CASE WHEN %(state)s = 'ended' THEN '' ELSE l.ending END,
    live_at = %(live_at)s, ended_at = %(ended_at)s,
    off_at = CASE WHEN %(off)s < 0 OR ((l.written ->> 'vendor_off')::bool AND NOT COALESCE((%(written)s::jsonb ->> 'vendor_off')::bool, false))
                  THEN NULL WHEN %(off)s > 0 THEN COALESCE(l.off_at, %(now)s) ELSE l.off_at END,
    done = GREATEST(l.done, %(seen)s)
WHERE l.id = %(id)s AND l.state = %(was)s
RETURNING l.id

-- name: join_variants
-- Links that a listing made; one of the merchant's variants that had another is moved.
-- in: listing_id, merchant_product_id, vendor_variant_ids, merchant_variant_ids (parallel), now
-- out: the merchant's variants whose link is new or another
INSERT INTO variant_link AS k (marketplace_id, vendor_id, listing_id, merchant_product_id, merchant_variant_id,
                               vendor_product_id, vendor_variant_id, made_by, made_at)
SELECT l.marketplace_id, l.vendor_id, l.id, %(merchant_product_id)s, w.merchant_variant_id, l.product_id,
       w.vendor_variant_id, 'listing', %(now)s
FROM listing l, unnest(%(vendor_variant_ids)s::text[], %(merchant_variant_ids)s::text[])
     AS w(vendor_variant_id, merchant_variant_id)
WHERE l.id = %(listing_id)s
ON CONFLICT (marketplace_id, merchant_variant_id) DO UPDATE SET
    vendor_id = EXCLUDED.vendor_id, listing_id = EXCLUDED.listing_id, vendor_product_id = EXCLUDED.vendor_product_id,
    vendor_variant_id = EXCLUDED.vendor_variant_id, merchant_product_id = EXCLUDED.merchant_product_id, ended_at = NULL
WHERE (k.listing_id, k.vendor_variant_id, k.ended_at) IS DISTINCT FROM (EXCLUDED.listing_id, EXCLUDED.vendor_variant_id, NULL)
RETURNING k.merchant_variant_id

-- name: part_variants
-- Links of these variants of a listing end: they are no longer offered; open orders still find them.
-- in: listing_id, merchant_variant_ids (null = all), now
-- out: the merchant's variants
UPDATE variant_link k SET ended_at = %(now)s
WHERE k.listing_id = %(listing_id)s AND k.ended_at IS NULL
  AND (%(merchant_variant_ids)s::text[] IS NULL OR k.merchant_variant_id = ANY(%(merchant_variant_ids)s::text[]))
RETURNING k.merchant_variant_id

-- name: resume_variants
-- Links of a listing that is taken up again, but for variants that the merchant's store has no more. in: listing_id
UPDATE variant_link k SET ended_at = NULL WHERE k.listing_id = %(listing_id)s AND k.ended_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM store m JOIN store_variant t ON t.store_id = m.id AND t.variant_id = k.merchant_variant_id
                  WHERE m.marketplace_id = k.marketplace_id AND m.vendor_id IS NULL AND t.gone_at IS NOT NULL)
RETURNING k.merchant_variant_id

-- name: want_freed
-- Listings that kept a variant, which its vendor has no more, in its place for open orders: none of these levels' links
-- has one any more, so that they are looked at again. in: link_ids
-- out: vendor, the merchant's store
WITH found AS (
    SELECT g.id FROM variant_link k JOIN listing g ON g.id = k.listing_id
    WHERE k.id = ANY(%(link_ids)s::bigint[]) AND k.ended_at IS NOT NULL AND g.state = 'live' AND g.wanted <= g.done
      AND COALESCE((g.written -> 'variants' -> k.vendor_variant_id ->> 'ended')::bool, false)
      AND g.written -> 'variants' -> k.vendor_variant_id ->> 'id' = k.merchant_variant_id
      AND NOT EXISTS (SELECT FROM sold_line o LEFT JOIN vendor_order w ON w.id = o.vendor_order_id
                      WHERE o.marketplace_id = k.marketplace_id AND o.merchant_variant_id = k.merchant_variant_id
                      AND o.units > o.taken AND (w.state IN ('closed', 'cancelled')) IS NOT TRUE)
    ORDER BY g.id FOR NO KEY UPDATE OF g
), wanted AS (
    UPDATE listing g SET wanted = g.wanted + 1 FROM found f WHERE g.id = f.id RETURNING g.vendor_id, g.marketplace_id
)
SELECT DISTINCT w.vendor_id, m.id FROM wanted w
JOIN store m ON m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL

-- name: store_full
-- Until when a merchant's store takes no new variants (null = it does; past = nobody has tried since). in: store_id
SELECT s.full_until FROM store s WHERE s.id = %(store_id)s

-- name: set_full
-- in: store_id, until
UPDATE store s SET full_until = %(until)s::timestamptz WHERE s.id = %(store_id)s

-- name: want_put_off
-- A vendor's listings whose new variants had to wait. in: vendor_id
UPDATE listing l SET wanted = l.wanted + 1
WHERE l.vendor_id = %(vendor_id)s AND l.state = 'live' AND l.not_offered @> '[{"why": "daily_limit"}]'::jsonb

-- name: drop_levels
-- Levels of links whose variants are no longer there. in: marketplace_id, merchant_variant_ids
DELETE FROM level v WHERE v.marketplace_id = %(marketplace_id)s
    AND v.merchant_variant_id = ANY(%(merchant_variant_ids)s::text[])

-- name: want_merchant_levels
-- Levels of these merchant's variants are to be decided anew. in: marketplace_id, merchant_variant_ids
WITH found AS (
    SELECT v.link_id FROM level v WHERE v.marketplace_id = %(marketplace_id)s
        AND v.merchant_variant_id = ANY(%(merchant_variant_ids)s::text[]) ORDER BY v.link_id FOR NO KEY UPDATE
)
UPDATE level v SET wanted = v.wanted + 1 FROM found WHERE v.link_id = found.link_id RETURNING v.link_id

-- name: listings_refused
-- How many of a vendor's listings the merchant's store refuses. in: vendor_id
SELECT count(*) FROM listing l WHERE l.vendor_id = %(vendor_id)s AND l.state = 'rejected'

-- name: listings_asking
-- How many of a vendor's listings have fields that a person is asked about. in: vendor_id
SELECT count(*) FROM listing l
WHERE l.vendor_id = %(vendor_id)s AND l.state IN ('wanted', 'sending', 'live', 'rejected') AND l.taken::text LIKE '%%"ask:%%'

-- name: listing_progress
-- How far listings have come, by vendor. in: marketplace_id, since
-- out: vendor, listings that are to be made, live ones to be brought up to date, variants of the former, how many of any
--      were written since
-- Each by its own index: most listings are live and done, and are not read.
SELECT w.vendor_id, sum(w.coming)::bigint, sum(w.stale)::bigint, sum(w.variants)::bigint, sum(w.made)::bigint
FROM (
    SELECT l.vendor_id, 1 AS coming, 0 AS stale, 0 AS made,
           (SELECT count(*) FROM store_variant v WHERE v.store_id = l.store_id AND v.product_id = l.product_id
            AND v.gone_at IS NULL) AS variants
    FROM listing l WHERE l.marketplace_id = %(marketplace_id)s AND l.state IN ('wanted', 'sending')
    UNION ALL
    SELECT l.vendor_id, 0, 1, 0, 0
    FROM listing l WHERE l.marketplace_id = %(marketplace_id)s AND l.state = 'live' AND l.wanted > l.done
    UNION ALL
    SELECT l.vendor_id, 0, 0, 1, 0
    FROM listing l WHERE l.marketplace_id = %(marketplace_id)s AND l.live_at >= %(since)s
      AND l.state IN ('wanted', 'sending', 'live')
) w
GROUP BY w.vendor_id ORDER BY w.vendor_id

-- name: first_made
-- When the first of the listings made since was made. in: marketplace_id, since
SELECT min(l.live_at) FROM listing l WHERE l.marketplace_id = %(marketplace_id)s AND l.live_at >= %(since)s
