-- name: identity_by_subject
SELECT id, person FROM identity WHERE iss = $1 AND sub = $2

-- name: identity_insert
INSERT INTO identity (id, iss, sub, person, email, created_at, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)

-- name: identity_used
UPDATE identity SET email = $2, last_used_at = $3 WHERE id = $1

-- name: identity_list
SELECT id, iss, email, created_at, last_used_at FROM identity WHERE person = $1
ORDER BY created_at, id

-- name: identity_count
SELECT COUNT(*) FROM identity WHERE person = $1

-- name: identity_one
SELECT iss FROM identity WHERE id = $1 AND person = $2

-- name: identity_delete
DELETE FROM identity WHERE id = $1 AND person = $2

-- name: once_insert
INSERT INTO once (key, expires_at) VALUES ($1, $2)
