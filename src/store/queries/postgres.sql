-- What only PostgreSQL is asked; the names end in _postgres.

-- name: standby_postgres
SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END

-- name: schema_there_postgres
SELECT CASE WHEN to_regclass('schema_version') IS NULL THEN 0 ELSE 1 END

-- name: size_postgres
SELECT pg_database_size(current_database())
