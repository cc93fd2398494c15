-- The batch that each writing connection to PostgreSQL committed last: after a lost connection it tells
-- whether the commit under way took place.  SQLite has the table too, and nothing in it.
-- compatible: 1

CREATE TABLE writer (
    lane    CTEXT  NOT NULL PRIMARY KEY,
    batch   BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
