-- Links for a new password: rows of invite, of kind reset, with the person.

-- name: reset_insert
INSERT INTO invite (id, token_hash, kind, created_by, created_at, expires_at, max_uses, uses, role,
                    person)
VALUES ($1, $2, 'reset', $3, $4, $5, 1, 0, 'member', $6)

-- name: reset_by_token
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture, 0
FROM invite i JOIN person p ON p.id = i.person
WHERE i.token_hash = $1 AND i.kind = 'reset' AND i.revoked_at IS NULL AND i.expires_at > $2
  AND i.uses < i.max_uses AND p.deactivated_at IS NULL

-- name: reset_use
UPDATE invite SET uses = uses + 1
WHERE token_hash = $1 AND kind = 'reset' AND revoked_at IS NULL AND expires_at > $2
  AND uses < max_uses
RETURNING person

-- name: reset_end_all
UPDATE invite SET revoked_at = $2 WHERE person = $1 AND kind = 'reset' AND revoked_at IS NULL

-- name: reset_sweep
DELETE FROM invite
WHERE (kind IN ('reset', 'setup') AND expires_at <= $1) OR (kind = 'member' AND expires_at <= $2)
