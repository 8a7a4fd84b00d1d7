-- name: deliveries_due
-- Messages to be tried now, the oldest first, a few of each endpoint so that a slow one does not hold up the others.
-- in: now, most, each
SELECT x.id, x.endpoint_id, x.marketplace_id, x.key, x.kind, x.body, x.attempts, x.url, x.sealed, x.old_until
FROM (
    SELECT h.id, h.endpoint_id, e.marketplace_id, h.key, h.kind, h.body, h.attempts, e.url, e.sealed, e.old_until,
           h.due_at, row_number() OVER (PARTITION BY h.endpoint_id ORDER BY h.due_at, h.id) AS place
    FROM webhook_delivery h JOIN webhook_endpoint e ON e.id = h.endpoint_id AND e.state = 'active'
    WHERE h.state = 'waiting' AND h.due_at <= %(now)s
) x
WHERE x.place <= %(each)s ORDER BY x.due_at, x.id LIMIT %(most)s

-- name: keep_tries
-- How each try went; the last ten are kept.
-- in: ids, states, due_ats, tries (parallel), now
UPDATE webhook_delivery h SET
    state = w.state, due_at = COALESCE(w.due_at, h.due_at), attempts = h.attempts + 1,
    delivered_at = CASE WHEN w.state = 'delivered' THEN %(now)s ELSE h.delivered_at END,
    tries = jsonb_path_query_array(h.tries || w.try::jsonb, '$[last - 9 to last]')
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(due_ats)s::timestamptz[], %(tries)s::text[])
     AS w(id, state, due_at, try)
WHERE h.id = w.id

-- name: endpoints_answered
-- in: good (endpoints that took a message), bad (those that took none), now
UPDATE webhook_endpoint e SET
    last_at = CASE WHEN e.id = ANY(%(good)s::bigint[]) THEN %(now)s ELSE e.last_at END,
    failing_since = CASE WHEN e.id = ANY(%(good)s::bigint[]) THEN NULL ELSE COALESCE(e.failing_since, %(now)s) END
WHERE e.id = ANY(%(good)s::bigint[]) OR e.id = ANY(%(bad)s::bigint[])

-- name: disable_endpoints
-- Those that said they are gone, and those that have taken nothing for so long.
-- in: gone, since
UPDATE webhook_endpoint e SET state = 'disabled'
WHERE e.state = 'active' AND (e.id = ANY(%(gone)s::bigint[]) OR e.failing_since < %(since)s)
RETURNING e.id, e.marketplace_id, e.url

-- name: forget_told
-- What was told long ago.
-- in: before, hooks_before
WITH notices AS (DELETE FROM notice n WHERE n.at < %(before)s AND n.email <> 'wanted'),
     mails AS (DELETE FROM mail l WHERE l.begun_at < %(before)s AND l.state <> 'sending'
               AND NOT EXISTS (SELECT FROM notice n WHERE n.mail_id = l.id AND n.at >= %(before)s))
DELETE FROM webhook_delivery h WHERE h.created_at < %(hooks_before)s AND h.state <> 'waiting'
