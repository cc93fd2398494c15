-- name: call_put
INSERT INTO call (id, channel, caller, video, state, reason, started_at, answered_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at

-- name: call_person_put
INSERT INTO call_person (person, call, peer, incoming, outcome) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person, call) DO UPDATE SET outcome = excluded.outcome

-- name: call_open
SELECT c.id, c.channel, c.caller, p.peer, c.video, c.started_at, c.answered_at
FROM call c JOIN call_person p ON p.call = c.id AND p.person = c.caller
WHERE c.state <> 'ended' ORDER BY c.id LIMIT $1

-- name: call_history
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0,
       c.id, c.channel, c.video, c.started_at, c.answered_at, c.ended_at, m.incoming, m.outcome
FROM call_person m JOIN call c ON c.id = m.call LEFT JOIN person p ON p.id = m.peer
WHERE m.person = $1 AND m.call < $2 AND m.outcome IS NOT NULL ORDER BY m.call DESC LIMIT $3

-- name: call_history_missed
SELECT p.id, p.name, p.email, p.role, p.password, p.presence, p.deactivated_at, p.bot, p.picture,
       0,
       c.id, c.channel, c.video, c.started_at, c.answered_at, c.ended_at, m.incoming, m.outcome
FROM call_person m JOIN call c ON c.id = m.call LEFT JOIN person p ON p.id = m.peer
WHERE m.person = $1 AND m.call < $2 AND m.outcome = 'missed' AND m.incoming = 1
ORDER BY m.call DESC LIMIT $3

-- name: call_missed_count
SELECT COUNT(*) FROM call_person m JOIN call c ON c.id = m.call
JOIN person_head h ON h.person = m.person
WHERE m.person = $1 AND m.outcome = 'missed' AND m.incoming = 1 AND c.ended_at > h.calls_seen_at

-- name: call_seen
UPDATE person_head SET calls_seen_at = $2, last_change = last_change + 1
WHERE person = $1 AND calls_seen_at < $2

-- name: call_guests
SELECT m.person, COALESCE(t.role, m.role), p.presence, p.deactivated_at FROM member m
JOIN channel c ON c.id = m.channel JOIN person p ON p.id = m.person
LEFT JOIN team_member t ON t.team = c.team AND t.person = m.person AND t.role = 'owner'
WHERE m.channel = $1
