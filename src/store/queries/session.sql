-- name: session_insert
INSERT INTO session (id, token_hash, person, ip, user_agent, created_at, last_seen_at, expires_at,
                     method)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)

-- Who comes in now, as they are now; and whoever ends their sessions waits, or has been waited for.
-- name: session_person_hold
UPDATE person SET role = role WHERE id = $1 AND deactivated_at IS NULL RETURNING role, password

-- name: session_made_at
SELECT created_at FROM session WHERE id = $1 AND person = $2 AND revoked_at IS NULL AND expires_at > $3

-- name: session_by_token
SELECT s.id, s.person, p.role, s.expires_at, s.last_seen_at, COALESCE(p.guest_until, 0)
FROM session s JOIN person p ON p.id = s.person
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND p.deactivated_at IS NULL

-- name: session_touch
UPDATE session SET last_seen_at = $2, expires_at = $3 WHERE id = $1 AND revoked_at IS NULL

-- name: session_revoke
UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- name: session_revoke_one
UPDATE session SET revoked_at = $3 WHERE id = $1 AND person = $2 AND revoked_at IS NULL

-- name: session_revoke_all
UPDATE session SET revoked_at = $3 WHERE person = $1 AND id <> $2 AND revoked_at IS NULL
RETURNING id

-- name: session_list
SELECT id, ip, user_agent, method, created_at, last_seen_at, expires_at
FROM session WHERE person = $1 AND revoked_at IS NULL AND expires_at > $2
ORDER BY last_seen_at DESC, id DESC LIMIT $3

-- name: session_ended_since
SELECT id, person FROM session WHERE revoked_at > $1
UNION ALL
SELECT id, person FROM session WHERE expires_at > $1 AND expires_at <= $2 AND revoked_at IS NULL
UNION ALL
SELECT id, person FROM api_token
WHERE revoked_at > $1 OR (expires_at > $1 AND expires_at <= $2 AND revoked_at IS NULL)

-- name: session_rights_since
SELECT a.n, a.target, p.role FROM audit a JOIN person p ON p.id = a.target
WHERE a.action = 'person.role' AND a.n > $1 AND a.at > $2 ORDER BY a.n

-- name: session_sweep
DELETE FROM session WHERE expires_at <= $1 OR revoked_at <= $2

-- name: once_sweep
DELETE FROM once WHERE expires_at <= $1

-- name: session_person
SELECT person FROM session WHERE id = $1 AND revoked_at IS NULL

-- name: session_all
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture, 0,
       s.id, s.ip, s.user_agent, s.method, s.created_at, s.last_seen_at, s.expires_at
FROM session s JOIN person p ON p.id = s.person
WHERE ($1 = '' OR s.person = $1) AND s.revoked_at IS NULL AND s.expires_at > $2
ORDER BY s.last_seen_at DESC, s.id DESC LIMIT $3 OFFSET $4

-- name: session_rotate
UPDATE session SET token_hash = $3 WHERE id = $1 AND person = $2 AND revoked_at IS NULL

-- name: session_count_at
SELECT COUNT(*) FROM session WHERE person = $1 AND ip = $2

-- name: session_going
SELECT s.id FROM session s JOIN person p ON p.id = s.person
WHERE s.id = $1 AND s.person = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
  AND p.deactivated_at IS NULL
UNION ALL
SELECT t.id FROM api_token t JOIN person p ON p.id = t.person
WHERE t.id = $1 AND t.person = $2 AND t.revoked_at IS NULL
  AND (t.expires_at IS NULL OR t.expires_at > $3) AND p.deactivated_at IS NULL
