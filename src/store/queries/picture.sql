-- name: picture_put
INSERT INTO picture (person, version, type, data) VALUES ($1, $2, $3, $4)
ON CONFLICT (person) DO UPDATE
SET version = excluded.version, type = excluded.type, data = excluded.data

-- name: picture_show
UPDATE person SET picture = $2 WHERE id = $1

-- name: picture_get
SELECT version, type, data FROM picture WHERE person = $1
