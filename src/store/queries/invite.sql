-- name: invite_insert
INSERT INTO invite (id, token_hash, kind, created_by, created_at, expires_at, max_uses, uses, role)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)

-- name: invite_list
SELECT id, created_by, created_at, expires_at, max_uses, uses, revoked_at, role
FROM invite WHERE kind = 'member' ORDER BY id DESC LIMIT 200

-- name: invite_by_id
SELECT id, created_by, created_at, expires_at, max_uses, uses, revoked_at, role
FROM invite WHERE id = $1 AND kind = 'member'

-- name: invite_by_token
SELECT i.id, i.created_by, i.created_at, i.expires_at, i.max_uses, i.uses, i.revoked_at, i.role, p.name
FROM invite i LEFT JOIN person p ON p.id = i.created_by
WHERE i.token_hash = $1 AND i.kind = $2 AND i.revoked_at IS NULL AND i.expires_at > $3
  AND i.uses < i.max_uses

-- name: invite_use
UPDATE invite SET uses = uses + 1
WHERE token_hash = $1 AND kind = $2 AND revoked_at IS NULL AND expires_at > $3 AND uses < max_uses
RETURNING role

-- name: invite_revoke
UPDATE invite SET revoked_at = $2 WHERE id = $1 AND kind = 'member' AND revoked_at IS NULL

-- Links that somebody made by rights that they have no longer: to come in, and for a new password.
-- name: invite_end_made_by
UPDATE invite SET revoked_at = $2
WHERE created_by = $1 AND kind IN ('member', 'reset') AND revoked_at IS NULL

-- name: invite_end_setups
DELETE FROM invite WHERE kind = 'setup'
