-- The first schema.  Ids are UUIDs as text; times are milliseconds since 1970; flags are 0 or 1.
-- Both engines take this text as it stands.

CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE person (
    id             TEXT   NOT NULL PRIMARY KEY,
    email          TEXT   NOT NULL UNIQUE, -- lower case
    name           TEXT   NOT NULL,
    search         TEXT   NOT NULL,        -- lower-case name and address, for finding by a part
    role           TEXT   NOT NULL,
    password       TEXT,                   -- argon2id in its encoded form
    presence       TEXT,                   -- set by hand, or NULL
    created_at     BIGINT NOT NULL,
    deactivated_at BIGINT
);

-- What belongs to a person takes last_change: sidebar, read markers, profile.
CREATE TABLE person_head (
    person        TEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    last_change   BIGINT NOT NULL,
    calls_seen_at BIGINT NOT NULL
);

CREATE TABLE session (
    id           TEXT   NOT NULL PRIMARY KEY,
    token_hash   TEXT   NOT NULL UNIQUE, -- SHA-256, hex
    person       TEXT   NOT NULL REFERENCES person (id),
    ip           TEXT   NOT NULL,
    user_agent   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX session_by_person ON session (person);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE invite (
    id         TEXT   NOT NULL PRIMARY KEY,
    token_hash TEXT   NOT NULL UNIQUE,
    kind       TEXT   NOT NULL, -- setup, member
    created_by TEXT REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    max_uses   BIGINT NOT NULL,
    uses       BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE team (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE team_member (
    team      TEXT   NOT NULL REFERENCES team (id),
    person    TEXT   NOT NULL REFERENCES person (id),
    role      TEXT   NOT NULL, -- owner, member
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (team, person)
);
CREATE INDEX team_member_by_person ON team_member (person);

CREATE TABLE channel (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL, -- standard, group, direct
    team       TEXT REFERENCES team (id),
    name       TEXT,
    direct_key TEXT UNIQUE,     -- the pair's ids in order, with a colon between
    created_by TEXT REFERENCES person (id),
    idem_key   TEXT,            -- Idempotency-Key of the one who made it
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX channel_by_idem_key ON channel (created_by, idem_key);
CREATE INDEX channel_by_kind ON channel (kind);

-- The narrow, hot row of a channel: all its counters are taken here, inside the transaction.
CREATE TABLE channel_head (
    channel     TEXT   NOT NULL PRIMARY KEY REFERENCES channel (id),
    last_seq    BIGINT NOT NULL,
    last_n      BIGINT NOT NULL,
    last_change BIGINT NOT NULL
);

CREATE TABLE member (
    channel   TEXT   NOT NULL REFERENCES channel (id),
    person    TEXT   NOT NULL REFERENCES person (id),
    read_seq  BIGINT NOT NULL,
    read_n    BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (channel, person)
);
CREATE INDEX member_by_person ON member (person);

CREATE TABLE message (
    channel    TEXT   NOT NULL REFERENCES channel (id),
    seq        BIGINT NOT NULL, -- orders rows, from 1 without holes
    n          BIGINT NOT NULL, -- how many rows up to this one count as unread
    change     BIGINT NOT NULL, -- taken anew whenever anything about the row changes
    id         TEXT   NOT NULL UNIQUE,
    sender     TEXT REFERENCES person (id),
    client_id  TEXT,
    kind       TEXT   NOT NULL, -- text, system, call
    body       TEXT   NOT NULL,
    data       TEXT,            -- JSON of system and call rows
    created_at BIGINT NOT NULL,
    edited_at  BIGINT,
    deleted    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, seq)
);
CREATE UNIQUE INDEX message_by_client_id ON message (sender, client_id);
CREATE UNIQUE INDEX message_by_change ON message (channel, change);

-- A call as the history tells it.
CREATE TABLE call (
    id          TEXT    NOT NULL PRIMARY KEY,
    channel     TEXT    NOT NULL REFERENCES channel (id),
    caller      TEXT    NOT NULL REFERENCES person (id),
    video       INTEGER NOT NULL,
    state       TEXT    NOT NULL, -- ringing, active, ended
    reason      TEXT,
    started_at  BIGINT  NOT NULL,
    answered_at BIGINT,
    ended_at    BIGINT
);
CREATE INDEX call_by_state ON call (state);

-- One row a person of each call.
CREATE TABLE call_person (
    person   TEXT NOT NULL REFERENCES person (id),
    call     TEXT NOT NULL REFERENCES call (id),
    peer     TEXT REFERENCES person (id),
    incoming INTEGER NOT NULL,
    outcome  TEXT, -- answered, missed, declined, cancelled, lost; NULL while it runs
    PRIMARY KEY (person, call)
);
