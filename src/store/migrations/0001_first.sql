-- The first schema.  Ids are UUIDs as text; times are milliseconds since 1970; flags are 0 or 1.
-- Both engines take this text as it stands; CTEXT is text compared byte by byte (a domain in
-- PostgreSQL, a name that SQLite takes for TEXT).

CREATE TABLE setting (
    key   CTEXT NOT NULL PRIMARY KEY,
    value CTEXT NOT NULL
);

CREATE TABLE person (
    id             CTEXT  NOT NULL PRIMARY KEY,
    email          CTEXT  NOT NULL UNIQUE, -- lower case
    name           CTEXT  NOT NULL,
    search         CTEXT  NOT NULL,        -- lower-case name and address, for finding by a part
    role           CTEXT  NOT NULL,
    password       CTEXT,                   -- argon2id in its encoded form
    presence       CTEXT,                   -- set by hand, or NULL
    created_at     BIGINT NOT NULL,
    deactivated_at BIGINT
);

-- What belongs to a person takes last_change: sidebar, read markers, profile.
CREATE TABLE person_head (
    person        CTEXT  NOT NULL PRIMARY KEY REFERENCES person (id),
    last_change   BIGINT NOT NULL,
    calls_seen_at BIGINT NOT NULL
);

CREATE TABLE session (
    id           CTEXT  NOT NULL PRIMARY KEY,
    token_hash   CTEXT  NOT NULL UNIQUE, -- SHA-256, hex
    person       CTEXT  NOT NULL REFERENCES person (id),
    ip           CTEXT  NOT NULL,
    user_agent   CTEXT  NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX session_by_person ON session (person);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE invite (
    id         CTEXT  NOT NULL PRIMARY KEY,
    token_hash CTEXT  NOT NULL UNIQUE,
    kind       CTEXT  NOT NULL, -- setup, member
    created_by CTEXT REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    max_uses   BIGINT NOT NULL,
    uses       BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE team (
    id         CTEXT  NOT NULL PRIMARY KEY,
    name       CTEXT  NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE team_member (
    team      CTEXT  NOT NULL REFERENCES team (id),
    person    CTEXT  NOT NULL REFERENCES person (id),
    role      CTEXT  NOT NULL, -- owner, member
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (team, person)
);
CREATE INDEX team_member_by_person ON team_member (person);

CREATE TABLE channel (
    id         CTEXT  NOT NULL PRIMARY KEY,
    kind       CTEXT  NOT NULL, -- standard, group, direct
    team       CTEXT REFERENCES team (id),
    name       CTEXT,
    direct_key CTEXT UNIQUE,     -- the pair's ids in order, with a colon between
    created_by CTEXT REFERENCES person (id),
    idem_key   CTEXT,            -- Idempotency-Key of the one who made it
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX channel_by_idem_key ON channel (created_by, idem_key);
CREATE INDEX channel_by_kind ON channel (kind);

-- The narrow, hot row of a channel: all its counters are taken here, inside the transaction.
CREATE TABLE channel_head (
    channel     CTEXT  NOT NULL PRIMARY KEY REFERENCES channel (id),
    last_seq    BIGINT NOT NULL,
    last_n      BIGINT NOT NULL,
    last_change BIGINT NOT NULL
);

CREATE TABLE member (
    channel   CTEXT  NOT NULL REFERENCES channel (id),
    person    CTEXT  NOT NULL REFERENCES person (id),
    read_seq  BIGINT NOT NULL,
    read_n    BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (channel, person)
);
CREATE INDEX member_by_person ON member (person);

CREATE TABLE message (
    channel    CTEXT  NOT NULL REFERENCES channel (id),
    seq        BIGINT NOT NULL, -- orders rows, from 1 without holes
    n          BIGINT NOT NULL, -- how many rows up to this one count as unread
    change     BIGINT NOT NULL, -- taken anew whenever anything about the row changes
    id         CTEXT  NOT NULL UNIQUE,
    sender     CTEXT REFERENCES person (id),
    client_id  CTEXT,
    kind       CTEXT  NOT NULL, -- text, system, call
    body       CTEXT  NOT NULL,
    data       CTEXT,            -- JSON of system and call rows
    created_at BIGINT NOT NULL,
    edited_at  BIGINT,
    deleted    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, seq)
);
CREATE UNIQUE INDEX message_by_client_id ON message (sender, client_id);
CREATE UNIQUE INDEX message_by_change ON message (channel, change);

-- A call as the history tells it.
CREATE TABLE call (
    id          CTEXT   NOT NULL PRIMARY KEY,
    channel     CTEXT   NOT NULL REFERENCES channel (id),
    caller      CTEXT   NOT NULL REFERENCES person (id),
    video       INTEGER NOT NULL,
    state       CTEXT   NOT NULL, -- ringing, active, ended
    reason      CTEXT,
    started_at  BIGINT  NOT NULL,
    answered_at BIGINT,
    ended_at    BIGINT
);
CREATE INDEX call_by_state ON call (state);

-- One row a person of each call.
CREATE TABLE call_person (
    person   CTEXT NOT NULL REFERENCES person (id),
    call     CTEXT NOT NULL REFERENCES call (id),
    peer     CTEXT REFERENCES person (id),
    incoming INTEGER NOT NULL,
    outcome  CTEXT, -- answered, missed, declined, cancelled, lost; NULL while it runs
    PRIMARY KEY (person, call)
);
