-- What only SQLite is asked; the names end in _sqlite.

-- name: schema_there_sqlite
SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'

-- name: integrity_sqlite
PRAGMA integrity_check(1)

-- name: size_sqlite
SELECT c.page_count * s.page_size FROM pragma_page_count c, pragma_page_size s
