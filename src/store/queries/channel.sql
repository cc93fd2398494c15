-- name: channel_insert
INSERT INTO channel (id, kind, team, name, direct_key, created_by, idem_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: channel_head_insert
INSERT INTO channel_head (channel, last_seq, last_n, last_change, members)
VALUES ($1, 0, 0, 0, 0)

-- name: channel_standard
SELECT id FROM channel WHERE kind = 'standard' ORDER BY id

-- name: channel_mine
SELECT c.id, c.kind, c.team, c.name, c.created_at, h.last_seq, h.last_n, h.last_change,
       m.read_seq, m.read_n, h.members, COALESCE(t.role, m.role),
       r.id, r.channel, r.seq, r.n, r.change, r.sender, r.client_id, r.kind, r.body, r.data,
       r.created_at, r.edited_at, r.deleted
FROM member m JOIN channel c ON c.id = m.channel JOIN channel_head h ON h.channel = c.id
LEFT JOIN team_member t ON t.team = c.team AND t.person = m.person AND t.role = 'owner'
LEFT JOIN message r ON r.channel = c.id AND r.seq = h.last_seq
WHERE m.person = $1 ORDER BY COALESCE(r.created_at, c.created_at) DESC, c.id DESC LIMIT $2

-- name: channel_mine_one
SELECT c.id, c.kind, c.team, c.name, c.created_at, h.last_seq, h.last_n, h.last_change,
       m.read_seq, m.read_n, h.members, COALESCE(t.role, m.role),
       r.id, r.channel, r.seq, r.n, r.change, r.sender, r.client_id, r.kind, r.body, r.data,
       r.created_at, r.edited_at, r.deleted
FROM member m JOIN channel c ON c.id = m.channel JOIN channel_head h ON h.channel = c.id
LEFT JOIN team_member t ON t.team = c.team AND t.person = m.person AND t.role = 'owner'
LEFT JOIN message r ON r.channel = c.id AND r.seq = h.last_seq
WHERE m.person = $1 AND c.id = $2

-- name: channel_relation
SELECT c.kind, COALESCE(t.role, m.role), m.person FROM channel c
LEFT JOIN member m ON m.channel = c.id AND m.person = $2
LEFT JOIN team_member t ON t.team = c.team AND t.person = $2 AND t.role = 'owner'
WHERE c.id = $1

-- name: channel_by_direct_key
SELECT id FROM channel WHERE direct_key = $1

-- name: channel_by_idem_key
SELECT id FROM channel WHERE created_by = $1 AND idem_key = $2

-- name: channel_rename
UPDATE channel SET name = $2 WHERE id = $1

-- name: channel_bump
UPDATE channel_head SET last_seq = last_seq + 1, last_n = last_n + $2, last_change = last_change + 1
WHERE channel = $1 RETURNING last_seq, last_n, last_change

-- name: member_insert
INSERT INTO member (channel, person, read_seq, read_n, joined_at)
SELECT h.channel, CAST($2 AS CTEXT), h.last_seq, h.last_n, CAST($3 AS BIGINT)
FROM channel_head h WHERE h.channel = $1
ON CONFLICT (channel, person) DO NOTHING

-- name: channel_count
UPDATE channel_head SET members = members + $2 WHERE channel = $1

-- name: member_delete
DELETE FROM member WHERE channel = $1 AND person = $2

-- name: member_people
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0
FROM member m JOIN person p ON p.id = m.person
WHERE m.channel = $1 AND m.person > $2 ORDER BY m.person LIMIT $3

-- name: member_mark
UPDATE member SET read_seq = $3, read_n = $4 WHERE channel = $1 AND person = $2 AND read_seq < $3

-- name: member_read
SELECT m.read_seq, m.read_n, h.last_seq, h.last_n FROM member m
JOIN channel_head h ON h.channel = m.channel WHERE m.channel = $1 AND m.person = $2

-- name: member_people_of_mine
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0, x.channel
FROM member m JOIN channel c ON c.id = m.channel JOIN member x ON x.channel = c.id
JOIN person p ON p.id = x.person
WHERE m.person = $1 AND c.kind <> 'standard' ORDER BY x.channel, p.id

-- name: member_moderators
SELECT m.person FROM member m JOIN channel c ON c.id = m.channel
LEFT JOIN team_member t ON t.team = c.team AND t.person = m.person AND t.role = 'owner'
WHERE m.channel = $1 AND (m.role = 'moderator' OR t.role IS NOT NULL)

-- name: member_set_role
UPDATE member SET role = $3 WHERE channel = $1 AND person = $2
