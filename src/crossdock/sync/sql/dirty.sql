-- name: mark
-- Makes keys due at due_at; marking twice is marking once, and a mark made while the key is worked survives (generation).
-- Tells awake lanes to look again and returns those that sleep. FOR SHARE: a drainer that is falling asleep waits for
-- this transaction and then finds its keys, or is seen asleep here. MATERIALIZED: as a sub-select it would be given the
-- condition below, and awake lanes would pass by without being locked.
-- in: store_ids, kinds, refs, priorities, due_ats, reasons, now
WITH marked AS (
    INSERT INTO dirty_key AS k (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)
    SELECT DISTINCT ON (w.store_id, w.kind, w.ref)
           w.store_id, (w.store_id %% 8)::smallint, w.kind, w.ref, w.priority, w.due_at, 1, 0, w.reason, %(now)s
    FROM unnest(%(store_ids)s::bigint[], %(kinds)s::text[], %(refs)s::bigint[], %(priorities)s::smallint[],
                %(due_ats)s::timestamptz[], %(reasons)s::text[]) AS w(store_id, kind, ref, priority, due_at, reason)
    ORDER BY w.store_id, w.kind, w.ref, w.due_at
    ON CONFLICT (store_id, kind, ref) DO UPDATE SET
        generation = k.generation + 1,
        attempts = 0,
        due_at = LEAST(k.due_at, EXCLUDED.due_at),
        priority = LEAST(k.priority, EXCLUDED.priority),
        reason = EXCLUDED.reason,
        marked_at = EXCLUDED.marked_at
    RETURNING k.lane, k.due_at
), held AS MATERIALIZED (
    SELECT id, awake FROM lane WHERE id IN (SELECT m.lane FROM marked m WHERE m.due_at <= %(now)s) ORDER BY id FOR SHARE
)
SELECT l.id FROM held l
WHERE CASE WHEN l.awake THEN pg_notify('crossdock_lane', l.id::text) IS NULL ELSE true END

-- name: lock_keys
-- Keys that this transaction will clear, give back or mark, in the order in which marking takes them.
-- in: ids, store_ids, kinds, refs
SELECT k.id FROM dirty_key k
WHERE k.id = ANY(%(ids)s::bigint[])
   OR (k.store_id, k.kind, k.ref) IN (SELECT * FROM unnest(%(store_ids)s::bigint[], %(kinds)s::text[], %(refs)s::bigint[]))
ORDER BY k.store_id, k.kind, k.ref
FOR UPDATE

-- name: marked_since
-- A key, where it is of another generation than the one that was claimed. in: id, generation
SELECT k.id FROM dirty_key k WHERE k.id = %(id)s AND k.generation <> %(generation)s

-- name: wake
-- Tells awake lanes to look again and returns those that sleep, as `mark` does.
-- in: lanes
WITH held AS MATERIALIZED (SELECT id, awake FROM lane WHERE id = ANY(%(lanes)s::smallint[]) ORDER BY id FOR SHARE)
SELECT l.id FROM held l
WHERE CASE WHEN l.awake THEN pg_notify('crossdock_lane', l.id::text) IS NULL ELSE true END

-- name: defer_drains
-- One Procrastinate job per sleeping lane; a job that waits already is enough (its queueing lock refuses the twin, and
-- DO NOTHING keeps that from aborting the caller's transaction).
-- in: lanes
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
SELECT 'drain', 'crossdock.drain_lane', 'lane:' || lane, 'lane:' || lane, jsonb_build_object('lane', lane)
FROM unnest(%(lanes)s::smallint[]) AS lane
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING

-- name: mark_orders
-- Marks the orders of a marketplace that have vendor orders in the given states (and, if given, of one vendor): what a
-- changed setting, link or connection may release.
-- in: marketplace_id, vendor_id, states, reason, now
INSERT INTO dirty_key AS k (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)
SELECT DISTINCT o.store_id, (o.store_id %% 8)::smallint, 'order', o.id, 0, %(now)s::timestamptz, 1, 0, %(reason)s, %(now)s
FROM vendor_order v JOIN merchant_order o ON o.id = v.order_id
WHERE v.marketplace_id = %(marketplace_id)s AND v.state = ANY(%(states)s::text[])
  AND (%(vendor_id)s::bigint IS NULL OR v.vendor_id = %(vendor_id)s::bigint)
ORDER BY 1, 4
ON CONFLICT (store_id, kind, ref) DO UPDATE SET
    generation = k.generation + 1, attempts = 0, due_at = LEAST(k.due_at, EXCLUDED.due_at),
    reason = EXCLUDED.reason, marked_at = EXCLUDED.marked_at
RETURNING k.lane

-- name: mark_unassigned
-- Marks the orders that have lines nobody was found for (merchant_share.lines): what a new link or vendor may release.
-- in: marketplace_id, reason, now
INSERT INTO dirty_key AS k (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)
SELECT o.store_id, (o.store_id %% 8)::smallint, 'order', o.id, 0, %(now)s::timestamptz, 1, 0, %(reason)s, %(now)s
FROM merchant_order o
WHERE o.marketplace_id = %(marketplace_id)s AND o.has_unassigned
ORDER BY o.store_id, o.id
ON CONFLICT (store_id, kind, ref) DO UPDATE SET
    generation = k.generation + 1, attempts = 0, due_at = LEAST(k.due_at, EXCLUDED.due_at),
    reason = EXCLUDED.reason, marked_at = EXCLUDED.marked_at
RETURNING k.lane

-- name: claim
-- Leases due keys of a lane, most urgent first. Keys of stores that are paused, parked or already busy enough are left
-- (routing an order speaks to no store, so it is never left). A lease of an older epoch is of a dead drainer: free.
-- Sweeps and subscriptions (priority 8 and up) have places of their own, oldest first: however much there is to push, what
-- makes up for lost webhooks is not starved.
-- in: lane, epoch, now, busy, size, calm
WITH due AS (
    SELECT urgent.id FROM (
        SELECT k.id FROM dirty_key k JOIN store s ON s.id = k.store_id
        WHERE k.lane = %(lane)s AND k.due_at <= %(now)s AND (k.lease IS NULL OR k.lease < %(epoch)s) AND k.priority < 8
          AND (k.kind = 'order' OR (s.state IN ('connected', 'unreachable')
                                    AND (s.paused_until IS NULL OR s.paused_until <= %(now)s)))
          AND NOT k.store_id = ANY(%(busy)s::bigint[])
        ORDER BY k.priority, k.due_at
        LIMIT %(size)s
        FOR UPDATE OF k SKIP LOCKED
    ) AS urgent
    UNION ALL
    SELECT calm.id FROM (
        SELECT k.id FROM dirty_key k JOIN store s ON s.id = k.store_id
        WHERE k.lane = %(lane)s AND k.due_at <= %(now)s AND (k.lease IS NULL OR k.lease < %(epoch)s) AND k.priority >= 8
          AND s.state IN ('connected', 'unreachable') AND (s.paused_until IS NULL OR s.paused_until <= %(now)s)
        ORDER BY k.due_at
        LIMIT %(calm)s
        FOR UPDATE OF k SKIP LOCKED
    ) AS calm
)
UPDATE dirty_key k SET lease = %(epoch)s
FROM due, store s
WHERE k.id = due.id AND s.id = k.store_id
RETURNING k.id, k.store_id, k.kind, k.ref, k.generation, k.attempts, k.reason, s.xmin::text::bigint, s.failures > 0

-- name: done
-- Clears keys whose generation is the one that was worked; one marked meanwhile stays due, its lease is given back. It waits
-- since it was marked: what it was due for before has been worked. Which of the two is asked once the row is locked: a
-- mark committed while this waits for it is in no snapshot of this statement, and its key would keep the lease for ever.
-- in: ids, generations
WITH worked AS (
    SELECT k.id, k.generation = w.generation AS same
    FROM unnest(%(ids)s::bigint[], %(generations)s::bigint[]) AS w(id, generation) JOIN dirty_key k ON k.id = w.id
    ORDER BY k.id FOR UPDATE OF k
), cleared AS (DELETE FROM dirty_key k USING worked w WHERE k.id = w.id AND w.same)
UPDATE dirty_key k SET lease = NULL, due_at = GREATEST(k.due_at, k.marked_at)
FROM worked w WHERE k.id = w.id AND NOT w.same

-- name: again
-- Gives keys back to be due later (null = parked until marked). One marked meanwhile is due since then.
-- `anew`: what was tried before is done, so the next failure is a first one.
-- in: ids, generations, due_ats, reasons, counts, anew
UPDATE dirty_key k SET
    lease = NULL,
    due_at = CASE WHEN k.generation = w.generation THEN w.due_at ELSE GREATEST(k.due_at, k.marked_at) END,
    attempts = CASE WHEN k.generation <> w.generation THEN k.attempts WHEN w.anew THEN 0 ELSE k.attempts + w.counts END,
    reason = CASE WHEN k.generation = w.generation THEN w.reason ELSE k.reason END
FROM unnest(%(ids)s::bigint[], %(generations)s::bigint[], %(due_ats)s::timestamptz[], %(reasons)s::text[],
            %(counts)s::int[], %(anew)s::boolean[]) AS w(id, generation, due_at, reason, counts, anew)
WHERE k.id = w.id

-- name: bring_forward
-- These stores answer again: what waited for that alone is tried at once. in: store_ids, now
WITH waiting AS (
    SELECT k.id FROM dirty_key k
    WHERE k.store_id = ANY(%(store_ids)s::bigint[]) AND k.reason = 'unavailable' AND k.due_at > %(now)s
    ORDER BY k.id FOR UPDATE
)
UPDATE dirty_key k SET due_at = %(now)s FROM waiting w WHERE k.id = w.id

-- name: free_forgotten
-- Keys of a lane that its drainer leased and does not have in hand. in: lane, epoch, in_hand. out: kind, ref
UPDATE dirty_key k SET lease = NULL
WHERE k.lane = %(lane)s AND k.lease = %(epoch)s AND NOT k.id = ANY(%(in_hand)s::bigint[])
RETURNING k.kind, k.ref

-- name: start_lane
-- A drainer takes the lane: everything leased before is free again.
-- in: lane
UPDATE lane SET awake = true, epoch = epoch + 1 WHERE id = %(lane)s RETURNING epoch

-- name: leave_lane
-- in: lane
UPDATE lane SET awake = false WHERE id = %(lane)s

-- name: lane_due
-- When the lane's next key is due (null = none is); keys in hand and stores that cannot be spoken to left out.
-- in: lane
SELECT min(GREATEST(k.due_at, COALESCE(CASE WHEN k.kind <> 'order' THEN s.paused_until END, k.due_at)))
FROM dirty_key k JOIN store s ON s.id = k.store_id
JOIN lane l ON l.id = k.lane
WHERE k.lane = %(lane)s AND k.due_at IS NOT NULL AND (k.lease IS NULL OR k.lease < l.epoch)
  AND (k.kind = 'order' OR s.state IN ('connected', 'unreachable'))

-- name: lanes_due
-- Lanes with a key that is due and whose drainer sleeps: they want a job.
-- in: now
SELECT l.id FROM lane l
WHERE NOT l.awake AND EXISTS (
    SELECT FROM dirty_key k JOIN store s ON s.id = k.store_id
    WHERE k.lane = l.id AND k.due_at <= %(now)s
      AND (k.kind = 'order' OR (s.state IN ('connected', 'unreachable')
                                AND (s.paused_until IS NULL OR s.paused_until <= %(now)s))))
  AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.queueing_lock = 'lane:' || l.id AND j.status = 'todo')

-- name: lanes_doing
-- Lanes that should have a drainer: with a job that says it is being worked, or awake (a job that was cut off is deleted,
-- and leaves its lane so); and whether some session holds their lock.
SELECT j.id, l.id, l.epoch,
       EXISTS (SELECT FROM pg_locks p WHERE p.locktype = 'advisory' AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND p.classid = 714 AND p.objid = l.id::bigint AND p.granted)
FROM lane l
LEFT JOIN procrastinate_jobs j ON j.task_name = 'crossdock.drain_lane' AND j.status = 'doing' AND (j.args ->> 'lane')::smallint = l.id
WHERE l.awake OR j.id IS NOT NULL

-- name: rescue_lane
-- Ends the job (null = there is none) of a drainer that is dead, and lets its lane be taken again, unless it was.
-- in: job, lane, epoch
WITH ended AS (DELETE FROM procrastinate_jobs WHERE id = %(job)s::bigint AND status = 'doing')
UPDATE lane SET awake = false WHERE id = %(lane)s AND epoch = %(epoch)s
