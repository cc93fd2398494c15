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
