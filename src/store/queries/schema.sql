-- name: schema_version
SELECT version, compatible FROM schema_version

-- name: schema_advance
UPDATE schema_version SET version = $1, compatible = $2
