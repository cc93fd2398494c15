-- name: session_insert
INSERT INTO session (id, token_hash, person, ip, user_agent, created_at, last_seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)

-- name: session_by_token
SELECT s.id, s.person, p.role, s.expires_at, s.last_seen_at
FROM session s JOIN person p ON p.id = s.person
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND p.deactivated_at IS NULL

-- name: session_touch
UPDATE session SET last_seen_at = $2, expires_at = $3 WHERE id = $1 AND revoked_at IS NULL

-- name: session_revoke
UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- name: session_sweep
DELETE FROM session WHERE expires_at <= $1
