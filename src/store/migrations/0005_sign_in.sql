-- Who may come in: providers, second factors, guests, moderators, bots, API tokens, the audit log.

-- An account at a provider; who it is, is (iss, sub) and never an address (OpenID Connect Core 5.7).
CREATE TABLE identity (
    id           CTEXT  NOT NULL PRIMARY KEY,
    iss          CTEXT  NOT NULL,
    sub          CTEXT  NOT NULL,
    person       CTEXT  NOT NULL REFERENCES person (id),
    email        CTEXT  NOT NULL, -- as the provider has it; for people to read
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_by_subject ON identity (iss, sub);
CREATE INDEX identity_by_person ON identity (person);

-- What may happen once only: the state of a flow that came back, a code of an authenticator.
CREATE TABLE once (
    key        CTEXT  NOT NULL PRIMARY KEY, -- SHA-256, hex
    expires_at BIGINT NOT NULL
);
CREATE INDEX once_by_expiry ON once (expires_at);

-- The authenticator of a person: its secret sealed by SESSION_SECRET, and waiting until a code of it came.
CREATE TABLE totp (
    person       CTEXT   NOT NULL PRIMARY KEY REFERENCES person (id),
    sealed       CTEXT   NOT NULL,
    confirmed_at BIGINT,
    last_step    BIGINT  NOT NULL, -- of the last code taken: none is taken twice
    wrong        INTEGER NOT NULL DEFAULT 0,
    wrong_until  BIGINT  NOT NULL DEFAULT 0
);

CREATE TABLE recovery_code (
    person    CTEXT  NOT NULL REFERENCES person (id),
    code_hash CTEXT  NOT NULL, -- HMAC by SESSION_SECRET, hex
    PRIMARY KEY (person, code_hash)
);

-- A picture as it is served: a few kilobytes, kept in the database so that every node has it.
CREATE TABLE picture (
    person  CTEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    version CTEXT NOT NULL, -- the first 16 digits of its SHA-256
    type    CTEXT NOT NULL, -- image/png, image/jpeg, image/webp
    data    CTEXT NOT NULL  -- base64url
);

ALTER TABLE person ADD COLUMN bot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN picture CTEXT;     -- its version
ALTER TABLE person ADD COLUMN guest_link CTEXT;  -- by which a guest came
ALTER TABLE person ADD COLUMN guest_until BIGINT;

ALTER TABLE session ADD COLUMN method CTEXT NOT NULL DEFAULT 'password';
CREATE INDEX session_by_end ON session (revoked_at);

-- Links: of kind reset they have a person, of kind guest a channel; token and use as before.
ALTER TABLE invite ADD COLUMN role CTEXT NOT NULL DEFAULT 'member';
ALTER TABLE invite ADD COLUMN person CTEXT;
ALTER TABLE invite ADD COLUMN channel CTEXT;
CREATE INDEX invite_by_channel ON invite (channel);

ALTER TABLE member ADD COLUMN role CTEXT NOT NULL DEFAULT 'member'; -- or moderator

-- Who made a group was free to change it; now that is a moderator.
UPDATE member SET role = 'moderator'
WHERE EXISTS (SELECT 1 FROM channel c WHERE c.id = member.channel AND c.kind = 'group'
              AND c.created_by = member.person);

CREATE TABLE api_token (
    id           CTEXT  NOT NULL PRIMARY KEY,
    token_hash   CTEXT  NOT NULL UNIQUE,
    person       CTEXT  NOT NULL REFERENCES person (id),
    name         CTEXT  NOT NULL,
    scopes       CTEXT  NOT NULL, -- words with a blank between: read write admin
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX api_token_by_person ON api_token (person);
CREATE INDEX api_token_by_end ON api_token (revoked_at);

-- What was done by whom, only ever added to; each row's hash covers the one before.  The head is made
-- with the first entry.
CREATE TABLE audit (
    n           BIGINT NOT NULL PRIMARY KEY,
    at          BIGINT NOT NULL,
    actor       CTEXT,
    actor_name  CTEXT  NOT NULL,
    action      CTEXT  NOT NULL,
    target      CTEXT  NOT NULL,
    target_name CTEXT  NOT NULL,
    ip          CTEXT  NOT NULL,
    detail      CTEXT  NOT NULL, -- a JSON object
    hash        CTEXT  NOT NULL
);
CREATE INDEX audit_by_action ON audit (action, n);
CREATE INDEX audit_by_actor ON audit (actor, n);

CREATE TABLE audit_head (
    id        INTEGER NOT NULL PRIMARY KEY, -- 1
    last_n    BIGINT  NOT NULL,
    last_hash CTEXT   NOT NULL
);
