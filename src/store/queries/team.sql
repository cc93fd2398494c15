-- name: team_insert
INSERT INTO team (id, name, created_at) VALUES ($1, $2, $3)

-- name: team_list
SELECT t.id, t.name, m.role FROM team t JOIN team_member m ON m.team = t.id
WHERE m.person = $1 ORDER BY t.name, t.id

-- name: team_all
SELECT id, name FROM team ORDER BY created_at, id

-- name: team_member_insert
INSERT INTO team_member (team, person, role, joined_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (team, person) DO NOTHING

-- name: team_join_all
INSERT INTO team_member (team, person, role, joined_at)
SELECT t.id, CAST($1 AS CTEXT), 'member', CAST($2 AS BIGINT) FROM team t WHERE t.id <> ''
ON CONFLICT (team, person) DO NOTHING

-- name: team_role
SELECT role FROM team_member WHERE team = $1 AND person = $2

-- name: team_people
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture, 0,
       m.role
FROM team_member m JOIN person p ON p.id = m.person
WHERE m.team = $1 ORDER BY m.role DESC, p.name, p.id LIMIT $2

-- name: team_count_owners
SELECT COUNT(*) FROM team_member m JOIN person p ON p.id = m.person
WHERE m.team = $1 AND m.role = 'owner' AND p.deactivated_at IS NULL

-- name: team_set_role
UPDATE team_member SET role = $3 WHERE team = $1 AND person = $2
