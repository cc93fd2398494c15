-- What administrators see of people.

-- name: staff_one
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture, 0,
       p.created_at, p.guest_until,
       (SELECT i.channel FROM invite i WHERE i.id = p.guest_link),
       (SELECT MAX(s.last_seen_at) FROM session s WHERE s.person = p.id),
       (SELECT COUNT(*) FROM session s
        WHERE s.person = p.id AND s.revoked_at IS NULL AND s.expires_at > $2),
       (SELECT COUNT(*) FROM totp t WHERE t.person = p.id AND t.confirmed_at IS NOT NULL),
       (SELECT MIN(i.iss) FROM identity i WHERE i.person = p.id)
FROM person p
WHERE p.id = $1

-- name: staff_list
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture, 0,
       p.created_at, p.guest_until,
       (SELECT i.channel FROM invite i WHERE i.id = p.guest_link),
       (SELECT MAX(s.last_seen_at) FROM session s WHERE s.person = p.id),
       (SELECT COUNT(*) FROM session s
        WHERE s.person = p.id AND s.revoked_at IS NULL AND s.expires_at > $2),
       (SELECT COUNT(*) FROM totp t WHERE t.person = p.id AND t.confirmed_at IS NOT NULL),
       (SELECT MIN(i.iss) FROM identity i WHERE i.person = p.id)
FROM person p
WHERE p.search LIKE $1 ESCAPE '\'
  AND ($3 = 'all' OR ($3 = 'active' AND p.deactivated_at IS NULL)
       OR ($3 = 'deactivated' AND p.deactivated_at IS NOT NULL)
       OR ($3 = 'guests' AND p.role = 'guest')
       OR ($3 = 'admins' AND p.role IN ('admin', 'owner'))
       OR ($3 = 'bots' AND p.bot = 1))
ORDER BY p.name, p.id LIMIT $4 OFFSET $5
