-- name: lock_vendor_rows
-- All vendor orders that this transaction will touch, by their number, before it touches any.
-- in: ids
SELECT v.id FROM vendor_order v WHERE v.id = ANY(%(ids)s::bigint[]) ORDER BY v.id FOR NO KEY UPDATE

-- name: lock_parcels
-- in: ids
SELECT p.id FROM parcel p WHERE p.id = ANY(%(ids)s::bigint[]) ORDER BY p.id FOR NO KEY UPDATE

-- name: send_orders
-- The intent to create: committed before the call, with what will be sent. Only a row that is still ready and still
-- wanted moves; its lines are frozen from here.
-- in: ids, now
UPDATE vendor_order v SET state = 'sending', sending_at = %(now)s, looked_at = NULL, attempt = v.attempt + 1, reason = '',
    sealed_sent = v.sealed, sent_digest = v.digest
WHERE v.id = ANY(%(ids)s::bigint[]) AND v.state = 'ready' AND NOT v.wants_cancel
RETURNING v.id, v.sealed, v.digest, v.attempt

-- name: send_parcels
-- The intent to write a parcel, with the tracking that will be sent: a look-up asks for that, whatever it is by then.
-- in: ids, now
UPDATE parcel p SET state = 'sending', sending_at = %(now)s, looked_at = NULL, attempt = p.attempt + 1, reason = '',
    sent_tracking = p.tracking
WHERE p.id = ANY(%(ids)s::bigint[]) AND p.state = 'ready'
RETURNING p.id, convert_to(p.tracking::text, 'UTF8'), ''::bytea, p.attempt

-- name: save_vendor_orders
-- What the drain of a vendor order learned; kept while the row is in the state it was found in, or was closed by its last
-- parcel meanwhile. A doubt that came up while it was being created outlives the creation.
UPDATE vendor_order v SET
    state = CASE WHEN w.state = w.was THEN v.state ELSE w.state END, reason = CASE WHEN w.state = w.was AND w.reason = '' THEN v.reason ELSE w.reason END,
    words = CASE WHEN v.sealed IS NULL THEN '' ELSE w.words END, sent_digest = w.sent_digest,
    sealed_sent = CASE WHEN v.sealed IS NULL THEN NULL ELSE w.sealed_sent END,  -- erased meanwhile: it stays so
    sending_at = w.sending_at, looked_at = w.looked_at,
    remote_id = w.remote_id, remote_name = w.remote_name, remote_lines = w.remote_lines::jsonb,
    cancel_job = w.cancel_job, remote_paid = v.remote_paid OR w.remote_paid, linked_at = w.linked_at,
    read_needed = v.read_needed OR w.read_needed  -- only a read clears it (intake): a new doubt may have come meanwhile
FROM unnest(%(id)s::bigint[], %(was)s::text[], %(state)s::text[], %(reason)s::text[], %(words)s::text[],
            %(sent_digest)s::bytea[], %(sealed_sent)s::bytea[], %(sending_at)s::timestamptz[],
            %(looked_at)s::timestamptz[], %(remote_id)s::text[], %(remote_name)s::text[], %(remote_lines)s::text[],
            %(cancel_job)s::text[], %(remote_paid)s::bool[], %(linked_at)s::timestamptz[], %(read_needed)s::bool[])
     AS w(id, was, state, reason, words, sent_digest, sealed_sent, sending_at, looked_at, remote_id, remote_name,
          remote_lines, cancel_job, remote_paid, linked_at, read_needed)
WHERE v.id = w.id AND (v.state = w.was OR (v.state = 'closed' AND w.was = 'linked'))

-- name: save_parcels
-- What the drain of a parcel learned. One that was taken off the merchant's order, and that its vendor has again since, is
-- to be written anew; lines that became known meanwhile stand.
UPDATE parcel p SET
    state = CASE WHEN w.state = 'cancelled' AND p.status NOT IN ('cancelled', 'failed') THEN 'ready' ELSE w.state END,
    merchant_id = CASE WHEN w.state = 'cancelled' AND p.status NOT IN ('cancelled', 'failed') THEN '' ELSE w.merchant_id END,
    lines = CASE WHEN p.lines = '[]' THEN w.lines::jsonb ELSE p.lines END, reason = w.reason, words = w.words,
    sent_tracking = w.sent_tracking::jsonb, sending_at = w.sending_at, looked_at = w.looked_at, linked_at = w.linked_at
FROM unnest(%(id)s::bigint[], %(was)s::text[], %(state)s::text[], %(lines)s::text[], %(reason)s::text[],
            %(words)s::text[], %(merchant_id)s::text[], %(sent_tracking)s::text[], %(sending_at)s::timestamptz[],
            %(looked_at)s::timestamptz[], %(linked_at)s::timestamptz[])
     AS w(id, was, state, lines, reason, words, merchant_id, sent_tracking, sending_at, looked_at, linked_at)
WHERE p.id = w.id AND p.state = w.was

-- name: pause_stores
-- The store asked for less; its keys are left until then.
-- in: ids, untils
UPDATE store s SET paused_until = GREATEST(COALESCE(s.paused_until, w.until), w.until)
FROM unnest(%(ids)s::bigint[], %(untils)s::timestamptz[]) AS w(id, until) WHERE s.id = w.id

-- name: count_failures
-- Stores that did not answer once more; the fifth time in a row they are called unreachable, once.
-- in: ids, now
UPDATE store s SET
    failures = s.failures + 1,
    state = CASE WHEN s.failures + 1 >= 5 AND s.state = 'connected' THEN 'unreachable' ELSE s.state END,
    state_at = CASE WHEN s.failures + 1 >= 5 AND s.state = 'connected' THEN %(now)s ELSE s.state_at END
WHERE s.id = ANY(%(ids)s::bigint[])
RETURNING s.id, s.marketplace_id, s.failures = 5 AND s.state = 'unreachable'
