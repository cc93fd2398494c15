-- name: writer_batch
INSERT INTO writer (lane, batch, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (lane) DO UPDATE SET batch = excluded.batch, seen_at = excluded.seen_at

-- name: writer_read
INSERT INTO writer (lane, batch, seen_at) VALUES ($1, 0, $2)
ON CONFLICT (lane) DO UPDATE SET seen_at = excluded.seen_at RETURNING batch

-- name: writer_sweep
DELETE FROM writer WHERE seen_at < $1

-- name: writer_probe
INSERT INTO writer (lane, batch, seen_at) VALUES ('probe', 0, $1)
ON CONFLICT (lane) DO UPDATE SET seen_at = excluded.seen_at
