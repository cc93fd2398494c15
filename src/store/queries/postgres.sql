-- What only PostgreSQL is asked; the names end in _postgres.

-- name: schema_lock_postgres
SELECT pg_advisory_xact_lock(27988542917799525)

-- name: standby_postgres
SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END
