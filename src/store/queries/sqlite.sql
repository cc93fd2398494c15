-- What only SQLite is asked; the names end in _sqlite.

-- name: schema_there_sqlite
SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'

-- name: integrity_sqlite
PRAGMA integrity_check(1)
