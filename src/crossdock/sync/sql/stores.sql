-- name: load_store
-- in: store_id
SELECT s.id, s.marketplace_id, s.vendor_id, s.platform, s.domain, s.base_url, s.sealed, s.hook_key, s.renew_at, s.state,
       s.xmin::text::bigint
FROM store s WHERE s.id = %(store_id)s

-- name: lock_store
-- Renewing credentials is for one process at a time; another waits, then finds what the first has kept.
-- in: store_id
SELECT pg_advisory_xact_lock(716, %(store_id)s::int)

-- name: save_credentials
-- in: store_id, sealed, renew_at
UPDATE store SET sealed = %(sealed)s, renew_at = %(renew_at)s WHERE id = %(store_id)s

-- name: save_store_info
-- What a connection test learned.
-- in: store_id, name, currency, remote_id, location_id, locations
UPDATE store SET name = COALESCE(NULLIF(%(name)s, ''), name), currency = COALESCE(NULLIF(%(currency)s, ''), currency),
                 remote_id = COALESCE(NULLIF(%(remote_id)s, ''), remote_id),
                 location_id = COALESCE(NULLIF(%(location_id)s, ''), location_id), locations = %(locations)s::jsonb
WHERE id = %(store_id)s

-- name: stores_answered
-- Stores that had not answered do again. in: ids, now. out: those that had been given up
UPDATE store s SET failures = 0,
    state = CASE WHEN s.state = 'unreachable' THEN 'connected' ELSE s.state END,
    state_at = CASE WHEN s.state = 'unreachable' THEN %(now)s ELSE s.state_at END
WHERE s.id = ANY(%(ids)s::bigint[]) AND s.failures > 0
RETURNING s.id, s.state_at = %(now)s
