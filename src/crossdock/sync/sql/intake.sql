-- name: hook_store
-- A store by the unguessable part of its webhook address.
-- in: hook_key
SELECT s.id, s.marketplace_id, s.vendor_id, s.platform, s.domain, s.sealed FROM store s WHERE s.hook_key = %(hook_key)s

-- name: keep_orders
-- The newest version of each order wins. Two contents of one moment (platform times have seconds) ask for a read, and
-- what was read from the store settles it. An unchanged digest keeps the sealed snapshot as it is. Orders that must be
-- routed again are marked, and their lanes told (as `mark` and `wake` do), all in this one statement: a webhook costs one.
-- out: lanes that sleep
WITH kept AS (
    INSERT INTO merchant_order AS o (marketplace_id, store_id, remote_id, name, version, read_needed, sealed, buyer, digest,
                                     placed_at, financial_status, cancelled_at, total, currency, has_unassigned, seen_at)
    SELECT w.marketplace_id, w.store_id, w.remote_id, w.name, w.version, false, w.sealed, w.buyer, w.digest,
           w.placed_at, w.financial_status, w.cancelled_at, w.total, w.currency, false, %(now)s
    FROM unnest(%(marketplace_ids)s::bigint[], %(store_ids)s::bigint[], %(remote_ids)s::text[], %(names)s::text[],
                %(versions)s::bigint[], %(sealed)s::bytea[], %(buyers)s::bytea[], %(digests)s::bytea[],
                %(placed_ats)s::timestamptz[],
                %(financial_statuses)s::text[], %(cancelled_ats)s::timestamptz[], %(totals)s::numeric[], %(currencies)s::text[])
         AS w(marketplace_id, store_id, remote_id, name, version, sealed, buyer, digest, placed_at, financial_status,
              cancelled_at, total, currency)
    ORDER BY w.store_id, w.remote_id
    ON CONFLICT (store_id, remote_id) DO UPDATE SET
        name = EXCLUDED.name, version = EXCLUDED.version,
        read_needed = NOT %(was_read)s::bool
                      AND (o.read_needed OR (EXCLUDED.version = o.version AND o.digest IS DISTINCT FROM EXCLUDED.digest)),
        sealed = CASE WHEN o.digest = EXCLUDED.digest THEN o.sealed ELSE EXCLUDED.sealed END,
        buyer = EXCLUDED.buyer, digest = EXCLUDED.digest, placed_at = EXCLUDED.placed_at,
        financial_status = EXCLUDED.financial_status,
        cancelled_at = EXCLUDED.cancelled_at, total = EXCLUDED.total, currency = EXCLUDED.currency, seen_at = EXCLUDED.seen_at
    WHERE o.erased_at IS NULL
      AND (EXCLUDED.version > o.version
           OR (EXCLUDED.version = o.version
               AND (o.digest IS DISTINCT FROM EXCLUDED.digest OR (o.read_needed AND %(was_read)s::bool))))
    RETURNING o.id, o.store_id, (o.read_needed OR o.digest IS DISTINCT FROM o.routed_digest) AS changed
), marked AS (
    INSERT INTO dirty_key AS k (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)
    SELECT n.store_id, (n.store_id %% 8)::smallint, 'order', n.id, 0, %(now)s::timestamptz, 1, 0, 'observed', %(now)s
    FROM kept n WHERE n.changed ORDER BY n.store_id, n.id
    ON CONFLICT (store_id, kind, ref) DO UPDATE SET
        generation = k.generation + 1, attempts = 0, due_at = LEAST(k.due_at, EXCLUDED.due_at),
        priority = LEAST(k.priority, EXCLUDED.priority), reason = EXCLUDED.reason, marked_at = EXCLUDED.marked_at
    RETURNING k.lane
), held AS MATERIALIZED (
    SELECT id, awake FROM lane WHERE id IN (SELECT m.lane FROM marked m) ORDER BY id FOR SHARE
)
SELECT l.id FROM held l
WHERE CASE WHEN l.awake THEN pg_notify('crossdock_lane', l.id::text) IS NULL ELSE true END

-- name: keep_order_ids
-- Orders of which only the id is known: they will be read. gone: the store says they were deleted.
-- in: marketplace_ids, store_ids, remote_ids, gone (bool[]), now
INSERT INTO merchant_order AS o (marketplace_id, store_id, remote_id, name, version, read_needed, financial_status,
                                 currency, has_unassigned, seen_at, gone_at)
SELECT w.marketplace_id, w.store_id, w.remote_id, '', 0, NOT w.gone, '', '', false, %(now)s,
       CASE WHEN w.gone THEN %(now)s::timestamptz END
FROM unnest(%(marketplace_ids)s::bigint[], %(store_ids)s::bigint[], %(remote_ids)s::text[], %(gone)s::bool[])
     AS w(marketplace_id, store_id, remote_id, gone)
ORDER BY w.store_id, w.remote_id
ON CONFLICT (store_id, remote_id) DO UPDATE SET
    read_needed = o.read_needed OR EXCLUDED.read_needed,
    gone_at = COALESCE(o.gone_at, EXCLUDED.gone_at)
WHERE o.erased_at IS NULL
RETURNING o.id, o.store_id

-- name: find_vendor_orders
-- Vendor orders of ours by the vendor store's id. Locked, so that facts about one are kept one after another.
-- in: store_ids, remote_ids
SELECT v.id, v.order_id, v.store_id, v.remote_id, v.remote_version, v.remote_lines, v.state, v.wants_cancel,
       v.marketplace_id, o.store_id, v.remote_cancelled_at IS NOT NULL
FROM unnest(%(store_ids)s::bigint[], %(remote_ids)s::text[]) AS w(store_id, remote_id)
JOIN vendor_order v ON v.store_id = w.store_id AND v.remote_id = w.remote_id
JOIN merchant_order o ON o.id = v.order_id
ORDER BY v.id
FOR NO KEY UPDATE OF v

-- name: keep_vendor_facts
-- What vendors' stores say of vendor orders.
-- in: ids, versions, cancelled_ats, paids, was_read
UPDATE vendor_order v SET
    remote_version = w.version,
    remote_cancelled_at = COALESCE(w.cancelled_at, v.remote_cancelled_at),
    remote_paid = v.remote_paid OR w.paid
FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[], %(cancelled_ats)s::timestamptz[], %(paids)s::bool[])
     AS w(id, version, cancelled_at, paid)
WHERE v.id = w.id AND w.version >= v.remote_version

-- name: vendor_orders_read
-- in: ids, needed
UPDATE vendor_order SET read_needed = %(needed)s WHERE id = ANY(%(ids)s::bigint[]) AND read_needed <> %(needed)s

-- name: doubt_fresh_orders
-- Vendor orders being created, or created this moment, at stores that told of a parcel of an order not known.
-- in: store_ids, since
WITH fresh AS (
    SELECT v.id FROM vendor_order v
    WHERE v.store_id = ANY(%(store_ids)s::bigint[])
      AND (v.state = 'sending' OR (v.state = 'linked' AND v.linked_at > %(since)s::timestamptz))
    ORDER BY v.id FOR UPDATE
)
UPDATE vendor_order v SET read_needed = true FROM fresh WHERE v.id = fresh.id RETURNING v.id, v.store_id

-- name: keep_parcels
-- The newest version of each parcel wins; two contents of one moment ask for a read of the vendor order. A parcel first
-- seen cancelled has nothing to undo; one that was withdrawn and is back is written anew. Where a store knows no lines
-- they are what was left when the parcel was first written.
-- out: id, merchant order, vendor order, whether a read must settle it
INSERT INTO parcel AS p (vendor_order_id, order_id, remote_id, remote_version, status, lines, tracking, shipped_at, state,
                         reason, words, merchant_id, attempt)
SELECT w.vendor_order_id, w.order_id, w.remote_id, w.version, w.status, w.lines::jsonb, w.tracking::jsonb, w.shipped_at,
       CASE WHEN w.status IN ('cancelled', 'failed') THEN 'cancelled' ELSE 'ready' END, '', '', '', 0
FROM unnest(%(vendor_order_ids)s::bigint[], %(order_ids)s::bigint[], %(remote_ids)s::text[], %(versions)s::bigint[],
            %(statuses)s::text[], %(lines)s::text[], %(trackings)s::text[], %(shipped_ats)s::timestamptz[])
     AS w(vendor_order_id, order_id, remote_id, version, status, lines, tracking, shipped_at)
ORDER BY w.vendor_order_id, w.remote_id
ON CONFLICT (vendor_order_id, remote_id) DO UPDATE SET
    remote_version = EXCLUDED.remote_version, status = EXCLUDED.status, tracking = EXCLUDED.tracking,
    lines = CASE WHEN EXCLUDED.lines = '[]' AND p.state <> 'cancelled' THEN p.lines ELSE EXCLUDED.lines END,
    state = CASE WHEN p.state IN ('ready', 'cancelled') THEN EXCLUDED.state ELSE p.state END,
    merchant_id = CASE WHEN p.state = 'cancelled' THEN '' ELSE p.merchant_id END
WHERE EXCLUDED.remote_version > p.remote_version
   OR (EXCLUDED.remote_version = p.remote_version
       AND ((EXCLUDED.status, EXCLUDED.tracking) IS DISTINCT FROM (p.status, p.tracking)
            OR EXCLUDED.lines NOT IN ('[]', p.lines)))
RETURNING p.id, p.order_id, p.vendor_order_id

-- name: missing_parcels
-- Parcels, seen before, that vendor orders listed whole do not have any more. One younger than the list is not missing.
-- in: vendor_order_ids, versions (parallel), listed_ids, remote_ids (parallel: what the lists hold)
-- out: id, merchant order, vendor order
SELECT p.id, p.order_id, p.vendor_order_id
FROM unnest(%(vendor_order_ids)s::bigint[], %(versions)s::bigint[]) AS w(vendor_order_id, version)
JOIN parcel p ON p.vendor_order_id = w.vendor_order_id
WHERE p.remote_version <= w.version AND p.status NOT IN ('cancelled', 'failed') AND p.remote_id NOT LIKE 'hand:%%'
  AND NOT EXISTS (
      SELECT FROM unnest(%(listed_ids)s::bigint[], %(remote_ids)s::text[]) AS l(vendor_order_id, remote_id)
      WHERE l.vendor_order_id = p.vendor_order_id AND l.remote_id = p.remote_id)

-- name: withdraw_parcels
-- The vendor took them back: as if its store had said that they are cancelled.
-- in: ids, versions (parallel)
UPDATE parcel p SET status = 'cancelled', remote_version = w.version,
       state = CASE WHEN p.state = 'ready' THEN 'cancelled' ELSE p.state END
FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS w(id, version) WHERE p.id = w.id

-- name: parcel_versions
-- The versions kept of parcels, to tell two contents of one moment apart from news.
-- in: vendor_order_ids
SELECT vendor_order_id, remote_id, remote_version, status, lines, tracking FROM parcel
WHERE vendor_order_id = ANY(%(vendor_order_ids)s::bigint[])

-- name: store_state
-- A store's connection state changes once; the words say why. out: nothing when it was so already.
-- in: ids, states, words, versions (null = whatever its row was meanwhile), now
UPDATE store s SET state = w.state, state_words = w.words, state_at = %(now)s,
       failures = CASE WHEN w.state = 'connected' THEN 0 ELSE s.failures END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(words)s::text[], %(versions)s::bigint[]) AS w(id, state, words, version)
WHERE s.id = w.id AND s.state <> w.state AND s.state <> 'disconnected'
  AND (w.version IS NULL OR s.xmin::text::bigint = w.version)
  AND NOT (w.state = 'connected' AND s.state <> 'unreachable')
RETURNING s.id, s.marketplace_id, s.state, s.state_words

-- name: keep_privacy
-- A request told twice is one. Told again while it is open it may name more orders; after it was answered it is a new one,
-- but for what was on its way then.
-- in: store_id, topic, remote_id, data, now, again
INSERT INTO privacy_request AS r (store_id, topic, remote_id, data, received_at)
VALUES (%(store_id)s, %(topic)s, %(remote_id)s, %(data)s::jsonb, %(now)s)
ON CONFLICT (store_id, topic, remote_id) DO UPDATE SET
    data = CASE WHEN r.done_at IS NULL THEN EXCLUDED.data || jsonb_build_object('order_ids', (
               SELECT COALESCE(jsonb_agg(DISTINCT each), '[]') FROM jsonb_array_elements(
                   COALESCE(r.data->'order_ids', '[]') || COALESCE(EXCLUDED.data->'order_ids', '[]')) AS each))
           ELSE EXCLUDED.data END,
    received_at = CASE WHEN r.done_at IS NULL THEN r.received_at ELSE EXCLUDED.received_at END,
    done_at = NULL
WHERE r.done_at IS NULL OR r.received_at < %(again)s

-- name: add_activities
-- Activities, and of those that somebody may want to hear of a tiding each: told is core.notices.Told.
-- in: arrays
WITH w AS (
    SELECT * FROM unnest(%(marketplace_ids)s::bigint[], %(store_ids)s::bigint[], %(order_ids)s::bigint[],
                         %(vendor_order_ids)s::bigint[], %(whats)s::text[], %(datas)s::text[], %(tolds)s::smallint[])
         AS w(marketplace_id, store_id, order_id, vendor_order_id, what, data, told)
), said AS (
    INSERT INTO activity (marketplace_id, store_id, order_id, vendor_order_id, at, who, what, data)
    SELECT w.marketplace_id, w.store_id, w.order_id, w.vendor_order_id, %(now)s, '', w.what, w.data::jsonb FROM w
)
INSERT INTO tiding (marketplace_id, store_id, order_id, vendor_order_id, at, what, data)
SELECT w.marketplace_id, w.store_id, w.order_id, w.vendor_order_id, %(now)s, w.what, w.data::jsonb FROM w
WHERE w.told = 1 OR (w.told = 2 AND EXISTS (
    SELECT FROM webhook_endpoint e WHERE e.marketplace_id = w.marketplace_id AND e.state = 'active'))

-- name: open_attentions
-- One open item per thing; opening it again refreshes its data. A new one is a tiding too.
WITH opened AS (
INSERT INTO attention AS a (marketplace_id, store_id, order_id, vendor_order_id, reason, data, opened_at, closed_by)
SELECT w.marketplace_id, w.store_id, w.order_id, w.vendor_order_id, w.reason, w.data::jsonb, %(now)s, ''
FROM unnest(%(marketplace_ids)s::bigint[], %(store_ids)s::bigint[], %(order_ids)s::bigint[],
            %(vendor_order_ids)s::bigint[], %(reasons)s::text[], %(datas)s::text[])
     AS w(marketplace_id, store_id, order_id, vendor_order_id, reason, data)
ON CONFLICT (marketplace_id, store_id, order_id, vendor_order_id, reason) WHERE closed_at IS NULL
DO UPDATE SET data = EXCLUDED.data
RETURNING a.id, a.marketplace_id, a.store_id, a.order_id, a.vendor_order_id, a.reason, xmax = 0 AS fresh
)
INSERT INTO tiding (marketplace_id, store_id, order_id, vendor_order_id, attention_id, at, what, data)
SELECT o.marketplace_id, o.store_id, o.order_id, o.vendor_order_id, o.id, %(now)s, 'attention.opened',
       jsonb_build_object('reason', o.reason)
FROM opened o WHERE o.fresh

-- name: close_attentions
-- The world agrees again: items of these vendor orders, orders or stores close by themselves.
-- in: vendor_order_ids, order_ids, store_ids, reasons (parallel; the first id that is given counts), now
UPDATE attention a SET closed_at = %(now)s, closed_by = 'hub'
FROM unnest(%(vendor_order_ids)s::bigint[], %(order_ids)s::bigint[], %(store_ids)s::bigint[], %(reasons)s::text[])
     AS w(vendor_order_id, order_id, store_id, reason)
WHERE a.closed_at IS NULL AND a.reason = w.reason
  AND CASE WHEN w.vendor_order_id IS NOT NULL THEN a.vendor_order_id = w.vendor_order_id
           WHEN w.order_id IS NOT NULL THEN a.vendor_order_id IS NULL AND a.order_id = w.order_id
           ELSE a.vendor_order_id IS NULL AND a.order_id IS NULL AND a.store_id = w.store_id END
