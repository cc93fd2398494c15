-- name: schema_version
SELECT version FROM schema_version

-- name: schema_advance
UPDATE schema_version SET version = $1, compatible = $2
