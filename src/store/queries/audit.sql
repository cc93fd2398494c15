-- name: audit_head_make
INSERT INTO audit_head (id, last_n, last_hash) VALUES (1, 0, '') ON CONFLICT (id) DO NOTHING

-- name: audit_head_take
UPDATE audit_head SET last_n = last_n + 1 WHERE id = 1 RETURNING last_n, last_hash

-- name: audit_head_put
UPDATE audit_head SET last_hash = $1 WHERE id = 1

-- name: audit_head_read
SELECT last_n, last_hash FROM audit_head WHERE id = 1

-- name: audit_insert
INSERT INTO audit (n, at, actor, actor_name, action, target, target_name, ip, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: audit_list
SELECT n, at, actor, actor_name, action, target, target_name, ip, detail, hash FROM audit
WHERE n < $1 AND ($2 = '' OR action = $2) AND ($3 = '' OR actor = $3 OR target = $3)
ORDER BY n DESC LIMIT $4

-- name: audit_page
SELECT n, at, actor, actor_name, action, target, target_name, ip, detail, hash FROM audit
WHERE n > $1 ORDER BY n LIMIT $2

-- name: audit_count
SELECT COUNT(*) FROM audit
