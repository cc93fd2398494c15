-- name: token_insert
INSERT INTO api_token (id, token_hash, person, name, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: token_by_hash
SELECT t.id, t.person, p.role, t.expires_at, COALESCE(t.last_used_at, 0), t.scopes
FROM api_token t JOIN person p ON p.id = t.person
WHERE t.token_hash = $1 AND t.revoked_at IS NULL
  AND (t.expires_at IS NULL OR t.expires_at > $2) AND p.deactivated_at IS NULL

-- name: token_touch
UPDATE api_token SET last_used_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- name: token_count
SELECT COUNT(*) FROM api_token
WHERE person = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)

-- name: token_list
SELECT id, name, scopes, created_at, COALESCE(expires_at, 0), COALESCE(last_used_at, 0)
FROM api_token
WHERE person = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
ORDER BY id DESC LIMIT $3

-- name: token_revoke
UPDATE api_token SET revoked_at = $3 WHERE id = $1 AND person = $2 AND revoked_at IS NULL

-- name: token_revoke_all
UPDATE api_token SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL
