-- name: message_insert
INSERT INTO message (channel, seq, n, change, id, sender, client_id, kind, body, data, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: message_by_client_id
SELECT id, channel, seq, n, change, sender, client_id, kind, body, data, created_at, edited_at, deleted
FROM message WHERE sender = $1 AND client_id = $2

-- name: message_before
SELECT id, channel, seq, n, change, sender, client_id, kind, body, data, created_at, edited_at, deleted
FROM message WHERE channel = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3

-- name: message_from
SELECT id, channel, seq, n, change, sender, client_id, kind, body, data, created_at, edited_at, deleted
FROM message WHERE channel = $1 AND seq >= $2 ORDER BY seq LIMIT $3

-- name: message_changed
SELECT id, channel, seq, n, change, sender, client_id, kind, body, data, created_at, edited_at, deleted
FROM message WHERE channel = $1 AND change > $2 ORDER BY change LIMIT $3

-- name: message_n_at
SELECT seq, n FROM message WHERE channel = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1
