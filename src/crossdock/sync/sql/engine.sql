-- name: take_lane_lock
-- One drainer per lane in the whole installation, held by the worker's session: a dead process holds nothing.
-- in: lane
SELECT pg_try_advisory_lock(714, %(lane)s::int)

-- name: give_lane_lock
-- in: lane
SELECT pg_advisory_unlock(714, %(lane)s::int)

-- name: stay_awake
-- in: lane
UPDATE lane SET awake = true WHERE id = %(lane)s

-- name: workers_alive
-- in: seconds
SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)
