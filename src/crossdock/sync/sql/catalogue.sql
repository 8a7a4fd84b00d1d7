-- name: pass_products
-- One page of a whole pass: what it saw is noted; out: the numbers of the products that are not as kept.
-- in: sweep_id, store_id, product_ids, versions, digests (parallel)
WITH w AS MATERIALIZED (
    SELECT * FROM unnest(%(product_ids)s::text[], %(versions)s::bigint[], %(digests)s::bigint[])
         WITH ORDINALITY AS w(product_id, version, digest, n)
), seen AS (
    INSERT INTO catalogue_seen (sweep_id, product_id, variant_id) SELECT %(sweep_id)s, w.product_id, '' FROM w
)
SELECT w.n::int FROM w
LEFT JOIN store_product p ON p.store_id = %(store_id)s AND p.product_id = w.product_id
WHERE p.id IS NULL OR p.digest <> w.digest OR p.version < w.version OR p.gone_at IS NOT NULL

-- name: pass_variants
-- The same of variants. out: number, whether its content or its being there differs, whether its stock does. A figure
-- that is older than the one kept does not count.
-- in: sweep_id, store_id, as_of, product_ids, variant_ids, digests, availables (parallel)
WITH w AS MATERIALIZED (
    SELECT * FROM unnest(%(product_ids)s::text[], %(variant_ids)s::text[], %(digests)s::bigint[], %(availables)s::bigint[])
         WITH ORDINALITY AS w(product_id, variant_id, digest, available, n)
), seen AS (
    INSERT INTO catalogue_seen (sweep_id, product_id, variant_id) SELECT %(sweep_id)s, w.product_id, w.variant_id FROM w
)
SELECT * FROM (
    SELECT w.n::int, v.id IS NULL OR v.digest <> w.digest OR v.product_id <> w.product_id OR v.gone_at IS NOT NULL AS other,
           v.available IS DISTINCT FROM w.available AND w.available IS NOT NULL
           AND (v.level_at IS NULL OR v.level_at <= %(as_of)s) AS moved
    FROM w LEFT JOIN store_variant v ON v.store_id = %(store_id)s AND v.variant_id = w.variant_id
) AS d WHERE d.other OR d.moved

-- name: lock_products
-- What is kept of these products, held until the commit. in: store_ids, product_ids (parallel)
SELECT p.store_id, p.product_id, p.version, p.digest, p.title, p.gone_at, p.read_needed, p.seen_at
FROM store_product p
WHERE (p.store_id, p.product_id) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]))
ORDER BY p.store_id, p.product_id FOR NO KEY UPDATE

-- name: kept_variants
-- What is kept of these products' variants. in: store_ids, product_ids (parallel)
SELECT v.store_id, v.product_id, v.variant_id, v.digest, v.gone_at IS NOT NULL, v.data
FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]) AS w(store_id, product_id)
JOIN store_variant v ON v.store_id = w.store_id AND v.product_id = w.product_id

-- name: keep_products
-- Products as seen; a new title is put into their variants' too, which begin with it. One that was not known could not be
-- locked: another transaction may have kept it first, and newer.
-- in: columns of store_product (parallel); was_read: straight from the store, which settles every older doubt
-- out: store, product, whether it is new; nothing of those that are kept in a newer version
WITH w AS (
    SELECT * FROM unnest(%(store_ids)s::bigint[], %(marketplace_ids)s::bigint[], %(product_ids)s::text[], %(titles)s::text[],
                         %(statuses)s::text[], %(versions)s::bigint[], %(digests)s::bigint[], %(datas)s::bytea[],
                         %(seen_ats)s::timestamptz[])
         AS w(store_id, marketplace_id, product_id, title, status, version, digest, data, seen_at)
), titled AS (
    UPDATE store_variant v SET title = w.title || substr(v.title, length(p.title) + 1)
    FROM w JOIN store_product p ON p.store_id = w.store_id AND p.product_id = w.product_id AND p.title <> w.title
    WHERE v.store_id = w.store_id AND v.product_id = w.product_id AND starts_with(v.title, p.title)
)
INSERT INTO store_product AS p (store_id, marketplace_id, product_id, title, status, version, digest, data, seen_at)
SELECT * FROM w ORDER BY w.store_id, w.product_id
ON CONFLICT (store_id, product_id) DO UPDATE SET
    title = EXCLUDED.title, status = EXCLUDED.status, version = EXCLUDED.version, digest = EXCLUDED.digest,
    data = EXCLUDED.data, seen_at = EXCLUDED.seen_at, whole = true, gone_at = NULL,
    read_at = CASE WHEN %(was_read)s::bool THEN EXCLUDED.seen_at ELSE p.read_at END,
    read_needed = p.read_needed AND NOT (%(was_read)s::bool AND p.seen_at <= EXCLUDED.seen_at)
WHERE EXCLUDED.version >= p.version
RETURNING p.store_id, p.product_id, p.xmax = 0

-- name: products_same
-- Products seen again in a newer version with the same content. in: store_ids, product_ids, versions (parallel)
UPDATE store_product p SET version = w.version
FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[], %(versions)s::bigint[]) AS w(store_id, product_id, version)
WHERE p.store_id = w.store_id AND p.product_id = w.product_id AND p.version < w.version

-- name: products_read
-- A direct read has settled what was in doubt about these before it began. in: store_ids, product_ids (parallel), began_at
UPDATE store_product p SET read_needed = false, whole = true, read_at = %(began_at)s
FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]) AS w(store_id, product_id)
WHERE p.store_id = w.store_id AND p.product_id = w.product_id AND (p.read_needed OR NOT p.whole)
  AND p.seen_at <= %(began_at)s

-- name: doubt_products
-- Products of which too little or two different things are known: they will be read. Not known at all: kept as a place.
-- in: store_ids, marketplace_ids, product_ids, datas (parallel), now
INSERT INTO store_product AS p (store_id, marketplace_id, product_id, data, seen_at, whole, read_needed)
SELECT w.store_id, w.marketplace_id, w.product_id, w.data, %(now)s, false, true
FROM unnest(%(store_ids)s::bigint[], %(marketplace_ids)s::bigint[], %(product_ids)s::text[], %(datas)s::bytea[])
     AS w(store_id, marketplace_id, product_id, data)
ORDER BY w.store_id, w.product_id
ON CONFLICT (store_id, product_id) DO UPDATE SET read_needed = true, seen_at = GREATEST(p.seen_at, EXCLUDED.seen_at)

-- name: catalogue_sweeps
-- The sweeps that read these stores' catalogues. in: store_ids
SELECT w.store_id, w.id FROM sweep w WHERE w.store_id = ANY(%(store_ids)s::bigint[]) AND w.kind = 'catalogue'

-- name: products_to_read
-- One that was read a moment ago waits: stores tell of a product with each order of it (Shopify).
-- in: store_id, size, read_before
SELECT p.product_id FROM store_product p
WHERE p.store_id = %(store_id)s AND p.read_needed AND (p.read_at IS NULL OR p.read_at <= %(read_before)s)
ORDER BY p.id LIMIT %(size)s

-- name: next_read
-- When the last read of a product was that is to be read again (null = none is, or one that was never read). in: store_id
SELECT min(p.read_at) FROM store_product p WHERE p.store_id = %(store_id)s AND p.read_needed

-- name: bury_products
-- Products that their store says are deleted. One not known is kept as gone where its store is a vendor's (a late word
-- of it does not bring it back). in: store_ids, marketplace_ids, product_ids, datas (parallel), unknown_too, now
WITH w AS (
    SELECT DISTINCT ON (w.store_id, w.product_id) * FROM unnest(
        %(store_ids)s::bigint[], %(marketplace_ids)s::bigint[], %(product_ids)s::text[], %(datas)s::bytea[])
        AS w(store_id, marketplace_id, product_id, data)
    ORDER BY w.store_id, w.product_id
)
INSERT INTO store_product AS p (store_id, marketplace_id, product_id, data, seen_at, gone_at)
SELECT w.store_id, w.marketplace_id, w.product_id, w.data, %(now)s, %(now)s FROM w
WHERE %(unknown_too)s::bool
   OR EXISTS (SELECT FROM store_product k WHERE k.store_id = w.store_id AND k.product_id = w.product_id)
ON CONFLICT (store_id, product_id) DO UPDATE SET gone_at = EXCLUDED.gone_at, read_needed = false WHERE p.gone_at IS NULL
RETURNING p.store_id, p.product_id

-- name: bury_variants
-- All variants of these products. in: store_ids, product_ids (parallel), now
UPDATE store_variant v SET gone_at = %(now)s
FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]) AS w(store_id, product_id)
WHERE v.store_id = w.store_id AND v.product_id = w.product_id AND v.gone_at IS NULL
RETURNING v.store_id, v.variant_id

-- name: lose_variants
-- Variants that their whole product no longer has. in: store_ids, variant_ids (parallel), now
UPDATE store_variant v SET gone_at = %(now)s
FROM unnest(%(store_ids)s::bigint[], %(variant_ids)s::text[]) AS w(store_id, variant_id)
WHERE v.store_id = w.store_id AND v.variant_id = w.variant_id AND v.gone_at IS NULL

-- name: keep_variants
-- Variants as seen. Stock is kept with one that is new; of one that is known it is kept apart (stock.sql).
-- out: store, variant, whether new, whether it can be found by other words than before
-- in: columns of store_variant (parallel); suffixes: what comes behind the product's title
WITH w AS (
    SELECT w.*, COALESCE(p.title, '') || w.suffix AS title
    FROM unnest(%(store_ids)s::bigint[], %(marketplace_ids)s::bigint[], %(product_ids)s::text[], %(variant_ids)s::text[],
                %(skus)s::text[], %(suffixes)s::text[], %(barcodes)s::text[], %(item_ids)s::text[], %(trackeds)s::bool[],
                %(oversells)s::bool[], %(digests)s::bigint[], %(datas)s::bytea[], %(availables)s::bigint[],
                %(level_ats)s::timestamptz[], %(seen_ats)s::timestamptz[])
         AS w(store_id, marketplace_id, product_id, variant_id, sku, suffix, barcode, item_id, tracked, oversell, digest,
              data, available, level_at, seen_at)
    LEFT JOIN store_product p ON p.store_id = w.store_id AND p.product_id = w.product_id
), before AS (
    SELECT v.store_id, v.variant_id, v.sku, v.title, v.gone_at FROM w
    JOIN store_variant v ON v.store_id = w.store_id AND v.variant_id = w.variant_id
), kept AS (
    INSERT INTO store_variant AS v (store_id, marketplace_id, product_id, variant_id, sku, title, barcode, item_id, tracked,
                                    oversell, digest, data, available, level_at, seen_at)
    SELECT w.store_id, w.marketplace_id, w.product_id, w.variant_id, w.sku, w.title, w.barcode, w.item_id, w.tracked,
           w.oversell, w.digest, w.data, w.available, CASE WHEN w.available IS NOT NULL THEN w.level_at END, w.seen_at
    FROM w ORDER BY w.store_id, w.variant_id
    ON CONFLICT (store_id, variant_id) DO UPDATE SET
        product_id = EXCLUDED.product_id, sku = EXCLUDED.sku, title = EXCLUDED.title, barcode = EXCLUDED.barcode,
        item_id = EXCLUDED.item_id, tracked = EXCLUDED.tracked, oversell = EXCLUDED.oversell, digest = EXCLUDED.digest,
        data = EXCLUDED.data, seen_at = EXCLUDED.seen_at, gone_at = NULL
    RETURNING v.store_id, v.variant_id, v.sku, v.title
)
SELECT k.store_id, k.variant_id, b.variant_id IS NULL,
       b.variant_id IS NULL OR b.gone_at IS NOT NULL OR (k.sku, k.title) <> (b.sku, b.title)
FROM kept k LEFT JOIN before b ON b.store_id = k.store_id AND b.variant_id = k.variant_id

-- name: want_listings
-- Listings of changed vendor products are to be looked at. out: vendor and the merchant's store, each once
-- in: store_ids, product_ids (parallel)
WITH found AS (
    SELECT l.id FROM listing l
    WHERE (l.store_id, l.product_id) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]))
      AND (l.state IN ('wanted', 'sending', 'live', 'rejected') OR (l.state = 'ended' AND l.reason = 'vendor_deleted'))
    ORDER BY l.id FOR NO KEY UPDATE
), wanted AS (
    UPDATE listing l SET wanted = l.wanted + 1 FROM found WHERE l.id = found.id RETURNING l.vendor_id, l.marketplace_id
)
SELECT DISTINCT w.vendor_id, m.id FROM wanted w
JOIN store m ON m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL

-- name: want_listings_at_merchant
-- The same for listings whose product is gone at the merchant. in: store_ids (the merchants'), product_ids (parallel)
WITH found AS (
    SELECT l.id, w.store_id FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[]) AS w(store_id, product_id)
    JOIN store s ON s.id = w.store_id
    JOIN listing l ON l.marketplace_id = s.marketplace_id AND l.merchant_product_id = w.product_id
    WHERE l.state IN ('sending', 'live') ORDER BY l.id FOR NO KEY UPDATE OF l
), wanted AS (
    UPDATE listing l SET wanted = l.wanted + 1 FROM found WHERE l.id = found.id RETURNING l.vendor_id, found.store_id
)
SELECT DISTINCT w.vendor_id, w.store_id FROM wanted w

-- name: waiting_orders
-- Orders that wait for a line to be found: with lines that are nobody's, or of a vendor whose catalogue was not read or
-- whose lines have no link. in: store_ids (the vendors')
SELECT o.store_id, o.id FROM vendor_order v
JOIN store s ON s.vendor_id = v.vendor_id AND s.id = ANY(%(store_ids)s::bigint[])
JOIN merchant_order o ON o.id = v.order_id
WHERE v.state = 'held' AND v.reason IN ('catalogue_not_read', 'lines_not_linked')
UNION
SELECT u.store_id, u.id FROM merchant_order u
WHERE u.has_unassigned AND u.marketplace_id IN (
    SELECT s.marketplace_id FROM store s WHERE s.id = ANY(%(store_ids)s::bigint[]) AND s.vendor_id IS NOT NULL)

-- name: newly_named
-- Products of merchants' stores that bear a vendor's name, and what is kept of them (null = nothing); not those of the
-- hub's own listings. in: store_ids, product_ids, names (parallel)
SELECT w.store_id, w.name, p.data
FROM unnest(%(store_ids)s::bigint[], %(product_ids)s::text[], %(names)s::text[]) AS w(store_id, product_id, name)
JOIN store s ON s.id = w.store_id AND s.vendor_id IS NULL
JOIN vendor v ON v.marketplace_id = s.marketplace_id AND v.name = w.name
LEFT JOIN store_product p ON p.store_id = w.store_id AND p.product_id = w.product_id
WHERE NOT EXISTS (SELECT FROM listing l WHERE l.marketplace_id = s.marketplace_id AND l.merchant_product_id = w.product_id)

-- name: unassigned_orders
-- in: store_ids (the merchants')
SELECT o.store_id, o.id FROM merchant_order o
JOIN store s ON s.id = o.store_id AND s.marketplace_id = o.marketplace_id
WHERE o.has_unassigned AND s.id = ANY(%(store_ids)s::bigint[])

-- name: pass_begins
-- Nothing is left of an older pass. in: sweep_id
DELETE FROM catalogue_seen WHERE sweep_id = %(sweep_id)s

-- name: pass_seen
-- How many objects the pass has seen, as far as the database remembers (a crash of it empties the table).
-- in: sweep_id
SELECT count(*) FROM catalogue_seen WHERE sweep_id = %(sweep_id)s

-- name: lose_products
-- Products that a whole pass did not see and that nothing newer speaks of. in: sweep_id, store_id, as_of, now
UPDATE store_product p SET gone_at = %(now)s, read_needed = false
WHERE p.store_id = %(store_id)s AND p.gone_at IS NULL AND p.seen_at <= %(as_of)s AND NOT EXISTS (
    SELECT FROM catalogue_seen c WHERE c.sweep_id = %(sweep_id)s AND c.variant_id = '' AND c.product_id = p.product_id)
RETURNING p.product_id

-- name: lose_unseen_variants
-- Variants that a whole pass did not see. in: sweep_id, store_id, as_of, now
UPDATE store_variant v SET gone_at = %(now)s
WHERE v.store_id = %(store_id)s AND v.gone_at IS NULL AND v.seen_at <= %(as_of)s AND NOT EXISTS (
    SELECT FROM catalogue_seen c WHERE c.sweep_id = %(sweep_id)s AND c.variant_id = v.variant_id AND c.variant_id <> '')
RETURNING v.product_id, v.variant_id

-- name: unread_listings
-- Products that were chosen before all of the catalogue was known. in: store_id
SELECT l.product_id FROM listing l WHERE l.store_id = %(store_id)s AND l.state = 'wanted'

-- name: pass_ended
-- in: store_id, began_at
UPDATE store SET catalogue_at = %(began_at)s WHERE id = %(store_id)s

-- name: stores_confirmed
-- Stores that told of their catalogue or stock; at most once a minute, since their rows are read by everybody.
-- in: ids, now
UPDATE store SET confirmed_at = %(now)s
WHERE id = ANY(%(ids)s::bigint[])
  AND (confirmed_at IS NULL OR confirmed_at < %(now)s::timestamptz - interval '1 minute')

-- name: reading_locations
-- Where a store's stock is summed up: as its vendor's rules say, else the marketplace's; nothing = everywhere.
-- in: store_id
SELECT COALESCE(
    (SELECT p.vendor_locations FROM catalogue_policy p WHERE p.marketplace_id = s.marketplace_id AND p.vendor_id = s.vendor_id),
    '[]'::jsonb)
FROM store s JOIN marketplace m ON m.id = s.marketplace_id
WHERE s.id = %(store_id)s AND s.vendor_id IS NOT NULL AND COALESCE((m.add_ons ->> 'locations')::bool, true)

-- name: keep_availables
-- Stock as a store told it, summed up; one older than the figure kept does not count. What was known by location is then
-- of another moment. out: what changed
-- in: store_ids, variant_ids, availables, as_ofs (parallel)
UPDATE store_variant v SET available = w.available, level_at = w.as_of, levels = '{}'
FROM unnest(%(store_ids)s::bigint[], %(variant_ids)s::text[], %(availables)s::bigint[], %(as_ofs)s::timestamptz[])
     AS w(store_id, variant_id, available, as_of)
WHERE v.store_id = w.store_id AND v.variant_id = w.variant_id AND v.available IS DISTINCT FROM w.available
  AND (v.level_at IS NULL OR v.level_at <= w.as_of)
RETURNING v.store_id, v.variant_id

-- name: differing_availables
-- Which of these, where something is offered by it, are kept with another figure and not asked for yet. in: store_ids, variant_ids, availables
SELECT v.store_id, v.variant_id
FROM unnest(%(store_ids)s::bigint[], %(variant_ids)s::text[], %(availables)s::bigint[])
     AS w(store_id, variant_id, available)
JOIN store_variant v ON v.store_id = w.store_id AND v.variant_id = w.variant_id
WHERE v.available IS DISTINCT FROM w.available AND NOT v.level_doubt
  AND EXISTS (SELECT FROM level l WHERE l.store_id = v.store_id AND l.vendor_variant_id = v.variant_id)

-- name: want_levels
-- Levels that these vendors' variants are offered by are to be decided anew. out: the merchants' stores
-- in: store_ids, variant_ids (parallel)
WITH found AS (
    SELECT l.link_id FROM level l
    WHERE (l.store_id, l.vendor_variant_id) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(variant_ids)s::text[]))
    ORDER BY l.link_id FOR NO KEY UPDATE
), wanted AS (
    UPDATE level l SET wanted = l.wanted + 1 FROM found WHERE l.link_id = found.link_id RETURNING l.marketplace_id
)
SELECT DISTINCT m.id FROM wanted w JOIN store m ON m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL
