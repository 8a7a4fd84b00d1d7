-- name: ensure_levels
-- A level for each of these links whose vendor has a store; one that is there is looked at again. A figure that came
-- into doubt while nothing was offered by it was not read then.
-- in: marketplace_id, variant_ids (the merchant's)
-- out: stores whose levels are to be looked at: the merchant's, and vendors' with figures in doubt
WITH links AS (
    SELECT k.id, k.marketplace_id, k.vendor_id, s.id AS store_id, k.vendor_variant_id, k.merchant_variant_id
    FROM variant_link k JOIN store s ON s.vendor_id = k.vendor_id
    WHERE k.marketplace_id = %(marketplace_id)s AND k.merchant_variant_id = ANY(%(variant_ids)s::text[])
), elsewhere AS (  -- linked to another variant than before: what the one before has is no longer waited for
    UPDATE sold_line o SET taken = o.units
    FROM links k JOIN level l ON l.link_id = k.id
                              AND (l.store_id, l.vendor_variant_id) IS DISTINCT FROM (k.store_id, k.vendor_variant_id)
    WHERE o.marketplace_id = k.marketplace_id AND o.merchant_variant_id = k.merchant_variant_id AND o.units > o.taken
      AND EXISTS (SELECT FROM vendor_order v WHERE v.id = o.vendor_order_id
                  AND v.state IN ('sending', 'linked', 'closed', 'unknown'))
), made AS (
    INSERT INTO level AS l (link_id, marketplace_id, vendor_id, store_id, vendor_variant_id, merchant_variant_id)
    SELECT * FROM links ORDER BY id
    ON CONFLICT (link_id) DO UPDATE SET
        vendor_id = EXCLUDED.vendor_id, store_id = EXCLUDED.store_id, vendor_variant_id = EXCLUDED.vendor_variant_id,
        wanted = l.wanted + 1
    RETURNING l.marketplace_id
)
SELECT s.id FROM made m JOIN store s ON s.marketplace_id = m.marketplace_id AND s.vendor_id IS NULL
UNION
SELECT k.store_id FROM links k JOIN store_variant v ON v.store_id = k.store_id AND v.variant_id = k.vendor_variant_id
WHERE v.level_doubt

-- name: links_without_level
-- Merchant's variants linked to a vendor before it had a store. in: vendor_id
SELECT k.marketplace_id, k.merchant_variant_id FROM variant_link k
WHERE k.vendor_id = %(vendor_id)s AND NOT EXISTS (SELECT FROM level l WHERE l.link_id = k.id)

-- name: count_sold
-- What the merchant has sold of linked variants, by line; lines that are no longer there count nothing. A level's `sold`
-- moves along, so that what its store has by our books needs no reading; units that were missing before their order was
-- heard of are explained by it. A level is looked at again only where its offer may differ: an ordinary order lowers what
-- is offered and what is there alike. Units that came back may not be on sale again, so its store is asked; and where the
-- last missing unit is explained too: another order than that of the missing units may have been taken for it.
-- in: orders (all that were routed), order_ids, marketplace_ids, line_ids, variant_ids, vendor_order_ids, units, sents,
--     elsewhere (parallel, of lines with a link), now
-- out: marketplace, vendor's store and variant, whether it is to be looked at, whether others are offered from it too,
--      whether the vendor's figure is in doubt
WITH w AS MATERIALIZED (
    SELECT * FROM unnest(%(order_ids)s::bigint[], %(marketplace_ids)s::bigint[], %(line_ids)s::text[],
                         %(variant_ids)s::text[], %(vendor_order_ids)s::bigint[], %(units)s::int[], %(sents)s::int[],
                         %(elsewhere)s::bool[])
         AS w(order_id, marketplace_id, line_id, variant_id, vendor_order_id, units, sent, elsewhere)
), was AS MATERIALIZED (
    SELECT s.order_id, s.marketplace_id, s.line_id, s.merchant_variant_id, s.vendor_order_id, s.units, s.taken
    FROM sold_line s WHERE s.order_id = ANY(%(orders)s::bigint[])
    ORDER BY s.id FOR NO KEY UPDATE  -- what a read counts as taken meanwhile is not taken back
), lines AS MATERIALIZED (
    SELECT COALESCE(w.order_id, was.order_id) AS order_id, COALESCE(w.marketplace_id, was.marketplace_id) AS marketplace_id,
           COALESCE(w.line_id, was.line_id) AS line_id, COALESCE(w.variant_id, was.merchant_variant_id) AS variant_id,
           w.vendor_order_id, COALESCE(w.units, 0) AS units, COALESCE(w.sent, 0) AS sent,
           COALESCE(was.units, 0) AS before, COALESCE(was.taken, 0) AS taken_before,
           CASE WHEN COALESCE(w.elsewhere, false) THEN w.units ELSE COALESCE(was.taken, 0) END AS taken,
           was.order_id IS NULL AS new, was.vendor_order_id AS vendor_order_before
    FROM w FULL JOIN was ON was.order_id = w.order_id AND was.line_id = w.line_id
), kept AS (
    INSERT INTO sold_line AS s (order_id, marketplace_id, line_id, merchant_variant_id, vendor_order_id, units, taken, sent,
                                sent_at)
    SELECT n.order_id, n.marketplace_id, n.line_id, n.variant_id, n.vendor_order_id, n.units, n.taken, n.sent,
           CASE WHEN n.sent > 0 THEN %(now)s::timestamptz END
    FROM lines n
    WHERE (n.new AND n.units > 0)
       OR (NOT n.new AND (n.units, n.taken, n.vendor_order_id) IS DISTINCT FROM (n.before, n.taken_before, n.vendor_order_before))
    ORDER BY n.order_id, n.line_id
    ON CONFLICT (order_id, line_id) DO UPDATE SET
        units = EXCLUDED.units, taken = EXCLUDED.taken, vendor_order_id = EXCLUDED.vendor_order_id
), moved AS MATERIALIZED (
    SELECT n.marketplace_id, n.variant_id, sum(n.units - n.before) AS sold,
           bool_or(n.units < n.before) AS back,
           sum(GREATEST(0, n.units - n.taken) - GREATEST(0, n.before - n.taken_before)) <> sum(n.units - n.before) AS odd,
           bool_or(n.new AND n.sent > 0) AS doubt
    FROM lines n GROUP BY 1, 2 HAVING bool_or(n.units <> n.before OR n.taken <> n.taken_before)
)
UPDATE level l SET
    sold = l.sold + m.sold,
    sold_then = l.sold_then + LEAST(l.unexplained, GREATEST(m.sold, 0)),
    unexplained = l.unexplained - LEAST(l.unexplained, GREATEST(m.sold, 0)),
    merchant_at = CASE WHEN m.back OR l.unexplained BETWEEN 1 AND m.sold THEN NULL ELSE l.merchant_at END,
    wanted = l.wanted + (m.back OR m.odd OR l.unexplained BETWEEN 1 AND m.sold)::int
FROM moved m
WHERE l.marketplace_id = m.marketplace_id AND l.merchant_variant_id = m.variant_id
RETURNING l.marketplace_id, l.store_id, l.vendor_variant_id,
    m.back OR m.odd OR (l.merchant_at IS NULL AND l.wanted > l.done),
    EXISTS (SELECT FROM level o WHERE o.store_id = l.store_id AND o.vendor_variant_id = l.vendor_variant_id
            AND o.link_id <> l.link_id), m.doubt

-- name: keep_taken
-- Vendor's stores that have orders of ours now. Where what is left of a variant came with the answer, and the store has
-- one location only, the figure and what it contains are kept together; anywhere else it is read first, and the units
-- count as not taken until then. A level is looked at again only where the figure fell by something else than our order.
-- What the store does not count (bare) has no figure that could contain anything: it is taken, and nothing is read.
-- in: order_ids, line_ids, quantities, store_ids, variant_ids, availables (null = not told), versions, now (parallel)
-- out: vendor's store, variant, whether its levels are to be looked at, whether its figure is in doubt
WITH w AS MATERIALIZED (
    SELECT * FROM unnest(%(order_ids)s::bigint[], %(line_ids)s::text[], %(quantities)s::int[], %(store_ids)s::bigint[],
                         %(variant_ids)s::text[], %(availables)s::bigint[], %(versions)s::bigint[])
         AS w(order_id, line_id, quantity, store_id, variant_id, available, version)
), placed AS MATERIALIZED (
    SELECT w.store_id, w.variant_id, (array_agg(w.available ORDER BY w.version DESC))[1] AS available, max(w.version) AS version
    FROM w GROUP BY 1, 2
), one AS MATERIALIZED (
    SELECT s.id, min(x.id) AS location
    FROM store s JOIN marketplace m ON m.id = s.marketplace_id, jsonb_to_recordset(s.locations) AS x(id text, active bool)
    WHERE s.id = ANY(%(store_ids)s::bigint[]) AND COALESCE(x.active, true)
      AND NOT (COALESCE((m.add_ons ->> 'locations')::bool, true)
               AND EXISTS (SELECT FROM catalogue_policy p WHERE p.vendor_id = s.vendor_id
                           AND COALESCE(p.vendor_locations, '[]'::jsonb) <> '[]'::jsonb))
    GROUP BY s.id HAVING count(*) = 1
), was AS MATERIALIZED (
    SELECT v.id, v.store_id, v.variant_id, v.available, v.levels, v.level_at, v.tracked FROM store_variant v
    WHERE (v.store_id, v.variant_id) IN (SELECT p.store_id, p.variant_id FROM placed p)
    ORDER BY v.id FOR NO KEY UPDATE
), news AS MATERIALIZED (
    SELECT was.*, one.location, p.version, p.available IS NOT NULL AND one.location IS NOT NULL AS certain,
           p.available IS NULL AND NOT was.tracked AS bare,
           COALESCE((was.levels -> one.location ->> 1)::bigint > p.version, false) AS newer, p.available AS told
    FROM was JOIN placed p USING (store_id, variant_id) LEFT JOIN one ON one.id = was.store_id
), figures AS (
    UPDATE store_variant v SET
        available = CASE WHEN n.certain AND NOT n.newer THEN n.told ELSE v.available END,
        levels = CASE WHEN n.certain AND NOT n.newer
                      THEN jsonb_build_object(n.location, jsonb_build_array(n.told, n.version, true)) ELSE v.levels END,
        level_doubt = v.level_doubt OR NOT n.certain,
        level_at = CASE WHEN n.certain THEN %(now)s ELSE v.level_at END
    FROM news n WHERE v.id = n.id AND NOT n.bare
), lines AS MATERIALIZED (
    SELECT s.id, w.store_id, w.variant_id, w.quantity, n.certain OR n.bare AS certain, s.units, s.taken
    FROM w JOIN sold_line s ON s.order_id = w.order_id AND s.line_id = w.line_id
    LEFT JOIN news n ON n.store_id = w.store_id AND n.variant_id = w.variant_id
    ORDER BY s.id FOR NO KEY UPDATE OF s
), sold AS (
    UPDATE sold_line s SET sent = l.quantity, sent_at = %(now)s,
        taken = CASE WHEN l.certain THEN l.quantity ELSE s.taken END
    FROM lines l WHERE s.id = l.id
), changed AS (
    SELECT n.store_id, n.variant_id, NOT (n.certain OR n.bare) AS doubt,
           n.certain AND COALESCE(CASE WHEN n.newer THEN 0 ELSE n.available - n.told END, 0) <> COALESCE(
               (SELECT sum(GREATEST(0, l.units - l.taken) - GREATEST(0, l.units - l.quantity)) FROM lines l
                WHERE l.store_id = n.store_id AND l.variant_id = n.variant_id), 0) AS look
    FROM news n
)
SELECT c.store_id, c.variant_id, c.look, c.doubt FROM changed c WHERE c.look OR c.doubt

-- name: untake
-- Vendor's stores that cancelled orders of ours by themselves: what those had taken is to be taken from elsewhere.
-- in: vendor_order_ids
-- out: vendor's store and variant
WITH given_back AS (
    UPDATE sold_line s SET sent = 0, sent_at = NULL, taken = 0
    WHERE s.vendor_order_id = ANY(%(vendor_order_ids)s::bigint[]) AND (s.sent > 0 OR s.taken > 0)
    RETURNING s.marketplace_id, s.merchant_variant_id
)
SELECT DISTINCT l.store_id, l.vendor_variant_id FROM given_back g
JOIN level l ON l.marketplace_id = g.marketplace_id AND l.merchant_variant_id = g.merchant_variant_id

-- name: lock_figures
-- What is known of the vendor's stock of these items. in: store_ids, item_ids (parallel)
SELECT v.id, v.store_id, v.variant_id, v.item_id, v.available, v.levels, v.level_at, v.level_doubt
FROM store_variant v
WHERE (v.store_id, v.item_id) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(item_ids)s::text[])) AND v.item_id <> ''
ORDER BY v.id FOR NO KEY UPDATE

-- name: save_figures
-- in: ids, availables, levels, doubts (parallel), now
UPDATE store_variant v SET available = w.available, levels = w.levels::jsonb, level_doubt = w.doubt, level_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(availables)s::bigint[], %(levels)s::text[], %(doubts)s::bool[])
     AS w(id, available, levels, doubt)
WHERE v.id = w.id

-- name: store_places
-- Where these stores keep stock, and which of it counts: what is chosen counts while the add-on Locations is on, as where
-- catalogues are read (reading_locations). in: store_ids
SELECT s.id, s.locations, COALESCE((SELECT p.vendor_locations FROM catalogue_policy p
                                    WHERE p.marketplace_id = s.marketplace_id AND p.vendor_id = s.vendor_id
                                      AND COALESCE((m.add_ons ->> 'locations')::bool, true)), '[]'::jsonb)
FROM store s JOIN marketplace m ON m.id = s.marketplace_id WHERE s.id = ANY(%(store_ids)s::bigint[])

-- name: doubt_figures
-- Figures to be read again. in: store_ids, variant_ids (parallel)
WITH found AS (
    SELECT v.id FROM store_variant v
    WHERE (v.store_id, v.variant_id) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(variant_ids)s::text[]))
    ORDER BY v.id FOR NO KEY UPDATE
)
UPDATE store_variant v SET level_doubt = true FROM found f WHERE v.id = f.id

-- name: doubt_vendor
-- Every figure of a vendor's store that something is offered by is to be read again. in: store_id
UPDATE store_variant v SET level_doubt = true
WHERE v.store_id = %(store_id)s AND NOT v.level_doubt
  AND EXISTS (SELECT FROM level l WHERE l.store_id = v.store_id AND l.vendor_variant_id = v.variant_id)

-- name: doubtful_figures
-- Figures of a vendor's store that are in doubt and that something is offered by.
-- in: store_id, most
SELECT v.id, v.item_id FROM store_variant v
WHERE v.store_id = %(store_id)s AND v.level_doubt AND v.item_id <> ''
  AND EXISTS (SELECT FROM level l WHERE l.store_id = v.store_id AND l.vendor_variant_id = v.variant_id)
ORDER BY v.id LIMIT %(most)s

-- name: figures_by_id
-- in: ids
SELECT v.id, v.store_id, v.variant_id, v.item_id, v.available, v.levels, v.level_at, v.level_doubt
FROM store_variant v WHERE v.id = ANY(%(ids)s::bigint[]) ORDER BY v.id FOR NO KEY UPDATE

-- name: take_sent
-- Figures read from then on contain what was sent before: it counts as taken. in: store_id, variant_ids, began_at
UPDATE sold_line s SET taken = s.sent
FROM level l
WHERE l.store_id = %(store_id)s AND l.vendor_variant_id = ANY(%(variant_ids)s::text[])
  AND s.marketplace_id = l.marketplace_id AND s.merchant_variant_id = l.merchant_variant_id
  AND s.units > s.taken AND s.sent > s.taken AND s.sent_at <= %(began_at)s

-- name: want_all_levels
-- Every level of a vendor is to be decided anew. in: vendor_id
-- out: the merchant's store
WITH wanted AS (
    UPDATE level l SET wanted = l.wanted + 1 WHERE l.vendor_id = %(vendor_id)s RETURNING l.marketplace_id
)
SELECT DISTINCT m.id FROM wanted w JOIN store m ON m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL

-- name: unexplained_levels
-- Whether units are missing at a merchant's store that no order explains. in: store_id
SELECT 1 FROM store s WHERE s.id = %(store_id)s
  AND EXISTS (SELECT FROM level l WHERE l.marketplace_id = s.marketplace_id AND l.unexplained > 0)

-- name: want_closed_levels
-- Vendor orders that are done with, of lines that no figure has seen taken: levels of links that ended and were kept for
-- them are looked at again. in: vendor_order_ids
-- out: the merchant's store
WITH found AS (
    SELECT l.link_id FROM sold_line o
    JOIN level l ON l.marketplace_id = o.marketplace_id AND l.merchant_variant_id = o.merchant_variant_id
    JOIN variant_link k ON k.id = l.link_id AND k.ended_at IS NOT NULL
    WHERE o.vendor_order_id = ANY(%(vendor_order_ids)s::bigint[]) AND o.units > o.taken
    ORDER BY l.link_id FOR NO KEY UPDATE OF l
), wanted AS (
    UPDATE level l SET wanted = l.wanted + 1 FROM found f WHERE l.link_id = f.link_id RETURNING l.marketplace_id
)
SELECT DISTINCT s.id FROM wanted w JOIN store s ON s.marketplace_id = w.marketplace_id AND s.vendor_id IS NULL

-- name: close_bare_lines
-- Items of vendor orders that are done with, about lines that their store made without a variant, close.
-- in: vendor_order_ids, reason, now
-- out: the vendor orders
UPDATE attention a SET closed_at = %(now)s, closed_by = 'hub'
WHERE a.vendor_order_id = ANY(%(vendor_order_ids)s::bigint[]) AND a.reason = %(reason)s AND a.closed_at IS NULL
RETURNING a.vendor_order_id
