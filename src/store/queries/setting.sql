-- name: setting_get
SELECT value FROM setting WHERE key = $1

-- name: setting_put
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value

-- name: setting_insert
INSERT INTO setting (key, value) VALUES ($1, $2)
