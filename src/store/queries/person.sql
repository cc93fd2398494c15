-- name: person_by_id
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       h.last_change
FROM person p JOIN person_head h ON h.person = p.id WHERE p.id = $1

-- name: person_by_email
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       h.last_change
FROM person p JOIN person_head h ON h.person = p.id WHERE p.email = $1

-- name: person_search
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0
FROM person p
WHERE p.deactivated_at IS NULL AND p.search LIKE $1 ESCAPE '\'
ORDER BY p.name, p.id LIMIT $2

-- name: person_first
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0
FROM person p
WHERE p.deactivated_at IS NULL ORDER BY p.name, p.id LIMIT $1

-- name: person_count
SELECT COUNT(*) FROM person

-- name: person_insert
INSERT INTO person (id, email, name, search, role, password, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: person_head_insert
INSERT INTO person_head (person, last_change, calls_seen_at) VALUES ($1, 1, 0)

-- name: person_rename
UPDATE person SET name = $2, search = $3 WHERE id = $1

-- name: person_set_presence
UPDATE person SET presence = $2 WHERE id = $1

-- name: person_changed
UPDATE person_head SET last_change = last_change + 1 WHERE person = $1

-- name: person_count_owners
SELECT COUNT(*) FROM person WHERE role = 'owner' AND deactivated_at IS NULL

-- name: person_set_role
UPDATE person SET role = $2 WHERE id = $1

-- name: person_set_active
UPDATE person SET deactivated_at = $2 WHERE id = $1

-- name: person_counts
SELECT (SELECT COUNT(*) FROM person WHERE deactivated_at IS NULL AND role <> 'guest'),
       (SELECT COUNT(*) FROM person WHERE deactivated_at IS NULL AND role = 'guest'),
       (SELECT COUNT(*) FROM channel),
       (SELECT COALESCE(SUM(last_seq), 0) FROM channel_head),
       (SELECT COUNT(*) FROM session WHERE revoked_at IS NULL AND expires_at > $1)

-- name: person_set_bot
UPDATE person SET bot = 1 WHERE id = $1

-- name: person_set_password
UPDATE person SET password = $2 WHERE id = $1
