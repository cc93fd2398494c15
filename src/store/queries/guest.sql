-- name: guest_link_insert
INSERT INTO invite (id, token_hash, kind, created_by, created_at, expires_at, max_uses, uses, role,
                    channel)
VALUES ($1, $2, 'guest', $3, $4, $5, $6, 0, 'guest', $7)

-- name: guest_link_by_id
SELECT id, created_by, created_at, expires_at, max_uses, uses, revoked_at
FROM invite WHERE id = $1 AND channel = $2 AND kind = 'guest'

-- name: guest_link_list
SELECT id, created_by, created_at, expires_at, max_uses, uses, revoked_at
FROM invite WHERE channel = $1 AND kind = 'guest' ORDER BY id DESC LIMIT $2

-- name: guest_link_by_token
SELECT i.id, i.channel, i.expires_at, c.kind, c.name, h.members, p.name
FROM invite i JOIN channel c ON c.id = i.channel JOIN channel_head h ON h.channel = c.id
LEFT JOIN person p ON p.id = i.created_by
WHERE i.token_hash = $1 AND i.kind = 'guest' AND i.revoked_at IS NULL AND i.expires_at > $2
  AND i.uses < i.max_uses

-- name: guest_link_use
UPDATE invite SET uses = uses + 1 WHERE id = $1 AND revoked_at IS NULL AND uses < max_uses

-- name: guest_link_revoke
UPDATE invite SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL

-- name: guest_link_end_made_by
UPDATE invite SET revoked_at = $2 WHERE created_by = $1 AND kind = 'guest' AND revoked_at IS NULL

-- name: guest_set
UPDATE person SET guest_link = $2, guest_until = $3 WHERE id = $1

-- name: guest_end_all
UPDATE person SET deactivated_at = $2 WHERE guest_link = $1 AND deactivated_at IS NULL RETURNING id

-- name: guest_sweep
UPDATE person SET deactivated_at = $1
WHERE role = 'guest' AND guest_until <= $1 AND deactivated_at IS NULL

-- name: guest_at_end
SELECT m.person, m.channel FROM person p JOIN member m ON m.person = p.id
WHERE p.role = 'guest' AND (p.deactivated_at IS NOT NULL OR p.guest_until <= $1)
ORDER BY m.channel LIMIT $2

-- name: guest_place
SELECT COALESCE(name, '') FROM channel WHERE id = $1
