-- name: take_tell_lock
-- One teller of a kind in the whole installation (1: notices and mails, 2: webhooks), held by the worker's session: a
-- dead process holds nothing.
-- in: number
SELECT pg_try_advisory_lock(715, %(number)s::int)

-- name: tell
-- The oldest facts that nobody was told of, gone when this transaction commits, and what becomes of them.
-- Notices: each fact to everybody of its audiences who wants it, by what is nearest: the person's own choice, the
-- marketplace's, the kind's. Told once: a fact that comes twice finds its notice. A part that was cancelled before it
-- left is told only where somebody had it to fulfil by hand.
-- Messages: each fact to every endpoint of its marketplace that listens for it. The body is fixed here, so that what is
-- signed is the same each time; ids, codes and figures, no words of stores and no buyers' data.
-- in: most, now, hub_url, hooked (what endpoints may hear of); arrays of what a fact is told as: whats, of_reasons ("" =
-- any), kinds, audiences, emails and apps (how the kind begins)
WITH taken AS MATERIALIZED (
    DELETE FROM tiding t
    WHERE t.id = ANY(ARRAY(SELECT n.id FROM tiding n ORDER BY n.id LIMIT %(most)s FOR UPDATE SKIP LOCKED))
    RETURNING t.id, t.marketplace_id, t.store_id, t.order_id, t.vendor_order_id, t.attention_id, t.at, t.what, t.data,
              CASE WHEN t.what = 'attention.opened' THEN COALESCE(t.data->>'reason', '') ELSE '' END AS reason
), meant AS MATERIALIZED (
    SELECT * FROM unnest(%(whats)s::text[], %(of_reasons)s::text[], %(kinds)s::text[], %(audiences)s::text[],
                         %(emails)s::bool[], %(apps)s::bool[]) AS k(what, reason, kind, audience, email, app)
    WHERE k.email OR k.app OR EXISTS (
        SELECT FROM notice_choice h WHERE h.kind = k.kind AND h.audience = k.audience AND h.on)
), told AS (
    INSERT INTO notice (marketplace_id, user_id, vendor_id, audience, kind, subject, store_id, order_id, vendor_order_id,
                        attention_id, reason, data, at, email, app)
    SELECT w.marketplace_id, r.user_id, r.vendor_id, k.audience, k.kind,
           CASE WHEN w.attention_id IS NOT NULL THEN 'attention:' || w.attention_id
                WHEN w.vendor_order_id IS NOT NULL THEN 'vendor_order:' || w.vendor_order_id
                ELSE 'tiding:' || w.id END,
           w.store_id, w.order_id, w.vendor_order_id, w.attention_id, w.reason, w.data, w.at,
           CASE WHEN c.email THEN 'wanted' ELSE 'no' END, c.app
    FROM taken w
    JOIN meant k ON k.what = w.what AND k.reason = w.reason
    LEFT JOIN vendor_order v ON v.id = w.vendor_order_id
    LEFT JOIN store s ON s.id = w.store_id
    JOIN LATERAL (
        SELECT m.user_id, m.vendor_id, p.email <> '' AS reachable
        FROM membership m JOIN person p ON p.id = m.user_id AND p.is_active
        WHERE k.audience = 'merchant' AND m.marketplace_id = w.marketplace_id AND m.vendor_id IS NULL
        UNION ALL
        SELECT m.user_id, m.vendor_id, p.email <> ''
        FROM membership m JOIN person p ON p.id = m.user_id AND p.is_active
        WHERE k.audience = 'vendor' AND m.vendor_id = COALESCE(v.vendor_id, s.vendor_id)
        UNION ALL
        SELECT NULL, d.id, true FROM vendor d
        WHERE k.audience = 'vendor' AND d.id = COALESCE(v.vendor_id, s.vendor_id) AND d.email <> ''
          AND NOT EXISTS (SELECT FROM membership m WHERE m.vendor_id = d.id)
    ) r ON true
    CROSS JOIN LATERAL (
        SELECT r.reachable AND COALESCE(bool_or(n.on) FILTER (WHERE n.channel = 'email' AND n.own),
                                        bool_or(n.on) FILTER (WHERE n.channel = 'email'), k.email) AS email,
               r.user_id IS NOT NULL AND COALESCE(bool_or(n.on) FILTER (WHERE n.channel = 'app' AND n.own),
                                                  bool_or(n.on) FILTER (WHERE n.channel = 'app'), k.app) AS app
        FROM (SELECT h.channel, h.on, h.user_id IS NOT NULL OR h.vendor_id IS NOT NULL AS own FROM notice_choice h
              WHERE h.marketplace_id = w.marketplace_id AND h.audience = k.audience AND h.kind = k.kind
                AND ((h.user_id IS NULL AND h.vendor_id IS NULL)
                     OR (h.user_id IS NOT DISTINCT FROM r.user_id AND h.vendor_id IS NOT DISTINCT FROM r.vendor_id))) n
    ) c
    WHERE (c.email OR c.app)
      AND (w.what <> 'vendor_order.cancelled' OR EXISTS (
          SELECT FROM activity a
          WHERE a.order_id = w.order_id AND a.vendor_order_id = w.vendor_order_id AND a.what = 'vendor_order.manual'))
    ORDER BY w.id
    ON CONFLICT DO NOTHING
), sent AS (
    INSERT INTO webhook_delivery (endpoint_id, key, kind, body, state, created_at, due_at, attempts, tries)
    SELECT e.id, 'msg_' || w.id || '_' || extract(epoch FROM w.at)::bigint, w.what, jsonb_build_object(
        'type', w.what, 'timestamp', to_char(w.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', jsonb_build_object(
            'marketplace', m.slug,
            'order', CASE WHEN o.id IS NOT NULL THEN jsonb_build_object(
                'id', o.id, 'name', o.name, 'remote_id', o.remote_id) END,
            'vendor_order', CASE WHEN v.id IS NOT NULL THEN jsonb_build_object(
                'id', v.id, 'reference', v.reference, 'state', v.state, 'reason', v.reason, 'remote_id', v.remote_id,
                'remote_name', v.remote_name, 'total', v.total::text, 'currency', v.currency,
                'quantity', v.quantity) END,
            'vendor', CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('id', d.id, 'name', d.name) END,
            'store', CASE WHEN s.id IS NOT NULL THEN jsonb_build_object(
                'id', s.id, 'domain', s.domain, 'platform', s.platform, 'state', s.state) END,
            'details', w.data - 'words' - 'lines',
            'url', %(hub_url)s::text || '/m/' || m.slug
                || CASE WHEN o.id IS NOT NULL THEN '/orders/' || o.id || '/' ELSE '/' END
        ))::text, 'waiting', %(now)s, %(now)s, 0, '[]'::jsonb
    FROM taken w
    JOIN webhook_endpoint e ON e.marketplace_id = w.marketplace_id AND e.state = 'active'
        AND (e.kinds = '[]'::jsonb OR e.kinds ? w.what)
    JOIN marketplace m ON m.id = w.marketplace_id
    LEFT JOIN merchant_order o ON o.id = w.order_id
    LEFT JOIN vendor_order v ON v.id = w.vendor_order_id
    LEFT JOIN store s ON s.id = COALESCE(w.store_id, v.store_id)
    LEFT JOIN vendor d ON d.id = COALESCE(v.vendor_id, s.vendor_id)
    WHERE w.what = ANY(%(hooked)s::text[])
    ORDER BY w.id
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM taken

-- name: find_late
-- Parts that a vendor has had for longer than its marketplace allows, in the days since they became late: facts as any
-- other. Looked for now and then; who was told is not told again.
-- in: now, days (how a marketplace begins), back (how many days of becoming late are looked at)
INSERT INTO tiding (marketplace_id, store_id, order_id, vendor_order_id, at, what, data)
SELECT v.marketplace_id, v.store_id, v.order_id, v.id, %(now)s, 'vendor_order.late',
       jsonb_build_object('days', COALESCE(m.late_days, %(days)s::int), 'reference', v.reference)
FROM marketplace m JOIN vendor_order v ON v.marketplace_id = m.id AND v.state IN ('linked', 'manual')
WHERE COALESCE(m.late_days, %(days)s::int) > 0
  AND COALESCE(v.linked_at, v.created_at) < %(now)s::timestamptz
      - make_interval(days => COALESCE(m.late_days, %(days)s::int))
  AND COALESCE(v.linked_at, v.created_at) > %(now)s::timestamptz
      - make_interval(days => COALESCE(m.late_days, %(days)s::int) + %(back)s::int)
  AND NOT EXISTS (SELECT FROM notice n WHERE n.vendor_order_id = v.id AND n.kind = 'order_late')

-- name: begin_alone
-- Mails are begun by one transaction at a time: two would each make one for the same person.
SELECT pg_advisory_xact_lock(715, 3)

-- name: drop_notices
-- What is over is not mailed: an item that closed, a part that is gone or was shipped, a person who has left.
UPDATE notice n SET email = 'dropped'
WHERE n.email = 'wanted' AND (
    EXISTS (SELECT FROM attention a WHERE a.id = n.attention_id AND a.closed_at IS NOT NULL)
    OR (n.kind = 'order_received' AND NOT EXISTS (SELECT FROM vendor_order v WHERE v.id = n.vendor_order_id))
    OR (n.kind = 'order_late' AND NOT EXISTS (
        SELECT FROM vendor_order v WHERE v.id = n.vendor_order_id AND v.state IN ('linked', 'manual')))
    OR (n.user_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM membership m JOIN person p ON p.id = m.user_id AND p.is_active AND p.email <> ''
        WHERE m.user_id = n.user_id AND m.marketplace_id = n.marketplace_id
          AND m.vendor_id IS NOT DISTINCT FROM n.vendor_id)))

-- name: begin_mails
-- One mail for everything that one person is to be told, once the first of it has waited for more (gather) and the mail
-- before is long enough ago (pause). Nobody has two on the way: what comes meanwhile is for the next. The intent is
-- committed before any server is spoken to.
-- in: now, gather, pause (seconds)
WITH due AS (
    SELECT n.marketplace_id, n.audience, n.user_id, n.vendor_id, gen_random_uuid() AS key
    FROM notice n WHERE n.email = 'wanted'
    GROUP BY n.marketplace_id, n.audience, n.user_id, n.vendor_id
    HAVING min(n.at) <= %(now)s::timestamptz - make_interval(secs => %(gather)s) AND NOT EXISTS (
        SELECT FROM mail l
        WHERE l.marketplace_id = n.marketplace_id AND l.audience = n.audience
          AND l.user_id IS NOT DISTINCT FROM n.user_id AND l.vendor_id IS NOT DISTINCT FROM n.vendor_id
          AND (l.state = 'sending' OR l.begun_at > %(now)s::timestamptz - make_interval(secs => %(pause)s)))
), begun AS (
    INSERT INTO mail (marketplace_id, audience, user_id, vendor_id, key, state, begun_at, due_at, attempts, words)
    SELECT d.marketplace_id, d.audience, d.user_id, d.vendor_id, d.key, 'sending', %(now)s, %(now)s, 0, '' FROM due d
    RETURNING id, marketplace_id, audience, user_id, vendor_id
)
UPDATE notice n SET email = 'taken', mail_id = b.id FROM begun b
WHERE n.email = 'wanted' AND n.marketplace_id = b.marketplace_id AND n.audience = b.audience
  AND n.user_id IS NOT DISTINCT FROM b.user_id AND n.vendor_id IS NOT DISTINCT FROM b.vendor_id

-- name: mails_due
-- Mails to be tried now, the oldest first, as many as the installation may still send in this minute.
-- in: now, rate, most
SELECT l.id, l.key::text, l.attempts, l.begun_at, l.audience, l.vendor_id, l.user_id, m.id, m.slug, m.name,
       COALESCE(p.email, d.email, ''), COALESCE(NULLIF(p.name, ''), d.name, ''),
       COALESCE(NULLIF(p.language, ''), m.language), COALESCE(NULLIF(p.time_zone, ''), m.time_zone)
FROM mail l JOIN marketplace m ON m.id = l.marketplace_id
LEFT JOIN person p ON p.id = l.user_id
LEFT JOIN vendor d ON d.id = l.vendor_id
WHERE l.state = 'sending' AND l.due_at <= %(now)s
ORDER BY l.due_at, l.id
LIMIT GREATEST(0, LEAST(%(most)s::int, %(rate)s::int - (
    SELECT count(*) FROM mail s WHERE s.sent_at > %(now)s::timestamptz - interval '1 minute')))

-- name: mail_items
-- What these mails tell, as it is now.
-- in: ids
SELECT n.mail_id, n.kind, n.reason, n.at, n.data::text, n.order_id, COALESCE(o.name, ''), n.vendor_order_id,
       COALESCE(v.state, ''), v.total, COALESCE(v.currency, ''), COALESCE(d.name, ''), COALESCE(s.domain, ''),
       n.attention_id
FROM notice n
LEFT JOIN merchant_order o ON o.id = n.order_id
LEFT JOIN vendor_order v ON v.id = n.vendor_order_id
LEFT JOIN store s ON s.id = COALESCE(n.store_id, v.store_id)
LEFT JOIN vendor d ON d.id = COALESCE(v.vendor_id, s.vendor_id)
WHERE n.mail_id = ANY(%(ids)s::bigint[])
ORDER BY n.mail_id, n.id

-- name: mail_sent
-- in: id, now
UPDATE mail l SET state = 'sent', sent_at = %(now)s, words = '' WHERE l.id = %(id)s AND l.state = 'sending'

-- name: mail_again
-- in: id, due_at, words
UPDATE mail l SET due_at = %(due_at)s, words = %(words)s, attempts = l.attempts + 1
WHERE l.id = %(id)s AND l.state = 'sending'

-- name: mail_failed
-- in: id, words
UPDATE mail l SET state = 'failed', words = %(words)s, attempts = l.attempts + 1
WHERE l.id = %(id)s AND l.state = 'sending'
