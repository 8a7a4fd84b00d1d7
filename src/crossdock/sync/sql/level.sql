-- name: stale_levels
-- Levels that have to be looked at, in turns over the vendors, so that none waits for another's many; those that are on
-- sale before those that were never read.
-- in: marketplace_id, most
WITH RECURSIVE vendors AS (
    (SELECT l.vendor_id FROM level l WHERE l.marketplace_id = %(marketplace_id)s AND l.wanted > l.done
     ORDER BY l.vendor_id LIMIT 1)
    UNION ALL
    SELECT (SELECT l.vendor_id FROM level l
            WHERE l.marketplace_id = %(marketplace_id)s AND l.wanted > l.done AND l.vendor_id > v.vendor_id
            ORDER BY l.vendor_id LIMIT 1)
    FROM vendors v WHERE v.vendor_id IS NOT NULL
), share AS (
    SELECT GREATEST(25, 2 * %(most)s / GREATEST(1, (SELECT count(*) FROM vendors))) AS most
), picked AS (
    SELECT x.link_id, v.vendor_id, false AS new, row_number() OVER (PARTITION BY v.vendor_id ORDER BY x.link_id) AS turn
    FROM vendors v CROSS JOIN LATERAL (
        SELECT l.link_id FROM level l
        WHERE l.marketplace_id = %(marketplace_id)s AND l.vendor_id = v.vendor_id AND l.wanted > l.done
          AND l.merchant_available IS NOT NULL AND l.write_key = ''
        ORDER BY l.link_id LIMIT (SELECT most FROM share)) AS x
    UNION ALL
    SELECT x.link_id, v.vendor_id, true, row_number() OVER (PARTITION BY v.vendor_id ORDER BY x.link_id)
    FROM vendors v CROSS JOIN LATERAL (
        SELECT l.link_id FROM level l
        WHERE l.marketplace_id = %(marketplace_id)s AND l.vendor_id = v.vendor_id AND l.wanted > l.done
          AND l.merchant_available IS NULL AND l.write_key = ''
        ORDER BY l.link_id LIMIT (SELECT most FROM share)) AS x
)
SELECT p.link_id FROM picked p ORDER BY p.new, p.turn, p.vendor_id LIMIT %(most)s

-- name: load_levels
-- Everything that is decided from, as of one moment. in: ids, merchant_store_id
SELECT l.link_id, l.vendor_id, l.store_id, l.vendor_variant_id, l.merchant_variant_id, k.merchant_product_id,
    l.wanted, l.sold, l.sold_then, l.unexplained, l.merchant_available, l.merchant_at IS NULL,
    COALESCE(NULLIF(l.item_id, ''), t.item_id, ''), l.location_id,
    CASE WHEN COALESCE((m.add_ons ->> 'locations')::bool, true)
         THEN COALESCE(p.merchant_location, d.merchant_location, '') ELSE '' END,
    l.reason, k.ended_at IS NOT NULL,
    v.available, COALESCE(v.tracked, true), COALESCE(v.oversell, false), v.gone_at IS NOT NULL, v.level_at,
    COALESCE(v.level_doubt, false), s.off_sale_at IS NOT NULL,
    COALESCE(p.inventory_sync, d.inventory_sync, true), COALESCE(p.stock_buffer, d.stock_buffer, 0),
    COALESCE((SELECT sum(o.units - o.taken) FROM level e
              JOIN sold_line o ON o.marketplace_id = e.marketplace_id AND o.merchant_variant_id = e.merchant_variant_id
              WHERE e.store_id = l.store_id AND e.vendor_variant_id = l.vendor_variant_id AND o.units > o.taken), 0)::bigint,
    COALESCE(f.units, 0)::bigint, f.at, COALESCE(f.unread, false), l.write_key, l.write_from, l.write_to, l.write_at
FROM level l
JOIN variant_link k ON k.id = l.link_id
JOIN store s ON s.id = l.store_id
JOIN marketplace m ON m.id = l.marketplace_id
LEFT JOIN store_variant v ON v.store_id = l.store_id AND v.variant_id = l.vendor_variant_id
LEFT JOIN store_variant t ON t.store_id = %(merchant_store_id)s AND t.variant_id = l.merchant_variant_id
LEFT JOIN catalogue_policy d ON d.marketplace_id = l.marketplace_id AND d.vendor_id IS NULL
LEFT JOIN catalogue_policy p ON p.marketplace_id = l.marketplace_id AND p.vendor_id = l.vendor_id
LEFT JOIN LATERAL (
    SELECT sum(o.units - o.taken) AS units, bool_or(o.sent > o.taken) AS unread,
           max(CASE WHEN o.sent > o.taken THEN GREATEST(o.sent_at, v.level_at) ELSE w.sending_at END) AS at
    FROM level e
    JOIN sold_line o ON o.marketplace_id = e.marketplace_id AND o.merchant_variant_id = e.merchant_variant_id
    LEFT JOIN vendor_order w ON w.id = o.vendor_order_id AND w.state = 'sending'
    WHERE e.store_id = l.store_id AND e.vendor_variant_id = l.vendor_variant_id AND o.units > o.taken
      AND (w.id IS NOT NULL OR o.sent > o.taken)
) AS f ON true
WHERE l.link_id = ANY(%(ids)s::bigint[]) ORDER BY l.link_id

-- name: levels_read
-- What the merchant's store had when it was read, and from then on our books' basis. Units that were missing are not
-- offered until an order explains them; orders counted since the books were looked at may do so at once.
-- in: link_ids, availables, elsewheres (units at other locations), solds, thens, missings, wanteds, item_ids, location_ids
--     (parallel), began_at
-- out: whether it has units elsewhere, or had
UPDATE level l SET
    merchant_available = n.available, elsewhere = n.elsewhere,
    unexplained = l.unexplained + n.missing - n.explained,
    sold_then = l.sold_then + (n.sold - n.sold_then) + n.explained,
    merchant_at = CASE WHEN l.wanted = n.wanted THEN %(began_at)s::timestamptz END,
    item_id = n.item_id, location_id = n.location_id
FROM (
    SELECT w.*, LEAST(w.missing, GREATEST(0, (e.sold - w.sold) - (e.sold_then - w.sold_then))) AS explained,
           w.elsewhere > 0 OR e.elsewhere > 0 AS spread
    FROM unnest(%(link_ids)s::bigint[], %(availables)s::bigint[], %(elsewheres)s::bigint[], %(solds)s::bigint[], %(thens)s::bigint[],
                %(missings)s::bigint[], %(wanteds)s::bigint[], %(item_ids)s::text[], %(location_ids)s::text[])
         AS w(link_id, available, elsewhere, sold, sold_then, missing, wanted, item_id, location_id)
    JOIN level e ON e.link_id = w.link_id
    ORDER BY e.link_id FOR NO KEY UPDATE OF e
) AS n WHERE l.link_id = n.link_id
RETURNING n.spread

-- name: stock_elsewhere
-- Levels that have units at other locations of the merchant's, and what some of them are of. in: marketplace_id, store_id
SELECT count(*), COALESCE((array_agg(t.title ORDER BY l.link_id) FILTER (WHERE t.title IS NOT NULL))[1:5], '{}')
FROM level l
LEFT JOIN store_variant t ON t.store_id = %(store_id)s AND t.variant_id = l.merchant_variant_id
WHERE l.marketplace_id = %(marketplace_id)s AND l.elsewhere > 0

-- name: levels_settled
-- Looked at, and nothing to write. A level that moves to another location is begun anew there.
-- in: link_ids, wanteds, targets, reasons, moves (parallel)
UPDATE level l SET
    done = CASE WHEN n.move THEN l.done ELSE GREATEST(l.done, n.wanted) END, target = n.target, reason = n.reason,
    location_id = CASE WHEN n.move THEN '' ELSE l.location_id END,
    merchant_available = CASE WHEN n.move THEN NULL ELSE l.merchant_available END
FROM (
    SELECT w.* FROM unnest(%(link_ids)s::bigint[], %(wanteds)s::bigint[], %(targets)s::bigint[], %(reasons)s::text[],
                           %(moves)s::bool[]) AS w(link_id, wanted, target, reason, move)
    JOIN level e ON e.link_id = w.link_id ORDER BY e.link_id FOR NO KEY UPDATE OF e
) AS n WHERE l.link_id = n.link_id

-- name: send_levels
-- The intent to write: committed before the call. The books are put on the basis that the write compares with.
-- in: link_ids, wases, tos, solds, thens, reasons (parallel), key, now
-- out: link
UPDATE level l SET
    write_key = %(key)s, write_from = n.was, write_to = n.quantity, write_at = %(now)s, target = n.quantity, reason = n.reason,
    write_sold = n.sold, merchant_available = n.was, sold_then = l.sold_then + (n.sold - n.sold_then)
FROM (
    SELECT w.* FROM unnest(%(link_ids)s::bigint[], %(wases)s::bigint[], %(tos)s::bigint[], %(solds)s::bigint[],
                           %(thens)s::bigint[], %(reasons)s::text[]) AS w(link_id, was, quantity, sold, sold_then, reason)
    JOIN level e ON e.link_id = w.link_id AND e.write_key = '' ORDER BY e.link_id FOR NO KEY UPDATE OF e
) AS n WHERE l.link_id = n.link_id
RETURNING l.link_id

-- name: levels_written
-- The store has them. in: link_ids, wanteds (parallel), key, now
UPDATE level l SET merchant_available = l.write_to, written_at = %(now)s,
    done = GREATEST(l.done, n.wanted), write_key = '', write_from = NULL, write_to = NULL, write_sold = NULL, write_at = NULL
FROM (
    SELECT w.* FROM unnest(%(link_ids)s::bigint[], %(wanteds)s::bigint[]) AS w(link_id, wanted)
    JOIN level e ON e.link_id = w.link_id AND e.write_key = %(key)s ORDER BY e.link_id FOR NO KEY UPDATE OF e
) AS n WHERE l.link_id = n.link_id

-- name: levels_not_written
-- Nothing of a call was done. `verify`: these are not as our books have it, and are read before anything is decided.
-- in: key, verify (links)
UPDATE level l SET write_key = '', write_from = NULL, write_to = NULL, write_sold = NULL, write_at = NULL,
    merchant_at = CASE WHEN l.link_id = ANY(%(verify)s::bigint[]) THEN NULL ELSE l.merchant_at END
FROM (SELECT e.link_id FROM level e WHERE e.link_id = ANY(%(link_ids)s::bigint[]) AND e.write_key = %(key)s
      ORDER BY e.link_id FOR NO KEY UPDATE) AS n
WHERE l.link_id = n.link_id

-- name: levels_unsure
-- Whether a call was done cannot be told any more: they are read, and of what it may have offered nothing is trusted.
-- in: key, link_ids
UPDATE level l SET merchant_available = GREATEST(l.write_from, l.write_to), merchant_at = NULL,
    write_key = '', write_from = NULL, write_to = NULL, write_sold = NULL, write_at = NULL
FROM (SELECT e.link_id FROM level e WHERE e.link_id = ANY(%(link_ids)s::bigint[]) AND e.write_key = %(key)s
      ORDER BY e.link_id FOR NO KEY UPDATE) AS n
WHERE l.link_id = n.link_id

-- name: open_writes
-- Levels whose write was begun and whose end is not known. in: marketplace_id
SELECT l.link_id FROM level l WHERE l.marketplace_id = %(marketplace_id)s AND l.write_key <> '' ORDER BY l.link_id

-- name: level_place
-- Where a merchant's store keeps stock by default. in: store_id
SELECT s.location_id FROM store s WHERE s.id = %(store_id)s

-- name: listing_offers
-- What is offered of these listings by our books. in: marketplace_id, product_ids
SELECT k.merchant_product_id, l.link_id, GREATEST(0, l.merchant_available - (l.sold - l.sold_then))
FROM variant_link k JOIN level l ON l.link_id = k.id
WHERE k.marketplace_id = %(marketplace_id)s AND k.merchant_product_id = ANY(%(product_ids)s::text[])
  AND l.merchant_available IS NOT NULL

-- name: explain_levels
-- Units that were missing at the merchant when it was read, and that no order has explained though all orders were listed
-- after that: somebody took them by hand, or an order came and was cancelled before it was heard of, and the units are
-- back: the store is read. Orders that were listed and not yet counted are waited for.
-- in: store_id, lag (seconds that a listing may be behind)
-- out: whether orders are waited for, how many levels were explained
WITH listed AS (
    SELECT s.id, s.marketplace_id, w.since, w.finished_at FROM store s
    JOIN sweep w ON w.store_id = s.id AND w.kind = 'orders' WHERE s.id = %(store_id)s AND w.finished_at IS NOT NULL
), due AS (
    SELECT l.link_id, x.id, x.finished_at FROM listed x JOIN level l ON l.marketplace_id = x.marketplace_id
    WHERE l.unexplained > 0 AND l.merchant_at IS NOT NULL AND l.write_key = ''
      AND l.merchant_at < x.since - make_interval(secs => %(lag)s)
    ORDER BY l.link_id FOR NO KEY UPDATE OF l
), waiting AS (
    SELECT EXISTS (SELECT FROM due) AND EXISTS (
        SELECT FROM listed x JOIN dirty_key k ON k.store_id = x.id AND k.kind = 'order' AND k.marked_at <= x.finished_at
    ) AS yes
), explained AS (
    UPDATE level l SET unexplained = 0, merchant_at = NULL, wanted = l.wanted + 1
    FROM due d, waiting w WHERE l.link_id = d.link_id AND NOT w.yes
    RETURNING l.link_id
)
SELECT (SELECT yes FROM waiting), (SELECT count(*) FROM explained)
