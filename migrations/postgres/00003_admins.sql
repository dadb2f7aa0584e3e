-- +goose Up
-- A handle is a keyed hash of a username: who asks for one finds its person, and
-- nobody reads it out of a dump.
ALTER TABLE persons ADD COLUMN handle TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN active_at BIGINT NOT NULL DEFAULT 0; -- when they last did something
ALTER TABLE persons ADD COLUMN news_off BIGINT NOT NULL DEFAULT 0;
ALTER TABLE persons ADD COLUMN blocked_at BIGINT NOT NULL DEFAULT 0; -- kept out by the staff; 0: not
UPDATE persons SET active_at = seen_at;
CREATE INDEX persons_handle ON persons (handle) WHERE handle <> '';

CREATE TABLE staff (
    person       BIGINT PRIMARY KEY,
    role         TEXT NOT NULL,
    appointed_by BIGINT NOT NULL, -- 0: the settings
    since        BIGINT NOT NULL
);

CREATE TABLE audit (
    id      TEXT COLLATE "C" PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   BIGINT NOT NULL,
    what    TEXT NOT NULL,
    whom    BIGINT NOT NULL,
    details BYTEA
);
CREATE INDEX audit_at ON audit (at, id);

CREATE TABLE broadcasts (
    id         TEXT COLLATE "C" PRIMARY KEY,
    author     BIGINT NOT NULL,
    state      TEXT NOT NULL,
    wanted     TEXT NOT NULL,
    body       BYTEA,
    audience   TEXT NOT NULL,
    due_at     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    told_at    BIGINT NOT NULL DEFAULT 0,
    worked     BIGINT NOT NULL DEFAULT 0, -- microseconds
    total      BIGINT NOT NULL DEFAULT 0,
    delivered  BIGINT NOT NULL DEFAULT 0,
    blocked    BIGINT NOT NULL DEFAULT 0,
    failed     BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX broadcasts_created ON broadcasts (created_at);

-- Those with fewer failed tries come first, so who could not be reached is tried
-- again when everybody else was.
CREATE TABLE recipients (
    broadcast TEXT COLLATE "C" NOT NULL,
    person    BIGINT NOT NULL,
    lang      TEXT NOT NULL,
    state     TEXT NOT NULL,
    tries     BIGINT NOT NULL DEFAULT 0,
    reason    TEXT NOT NULL DEFAULT '', -- Telegram's
    ended_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (broadcast, person)
) WITH (fillfactor = 80);
CREATE INDEX recipients_open ON recipients (broadcast, tries, person) WHERE ended_at = 0;

-- Scope: bulk, all, or chat:<id>.
CREATE TABLE pauses (
    scope TEXT COLLATE "C" PRIMARY KEY,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
);

-- How many messages each process sent to people in its last second.
CREATE TABLE traffic (
    owner   TEXT COLLATE "C" PRIMARY KEY,
    replies BIGINT NOT NULL,
    at      BIGINT NOT NULL
);

CREATE TABLE alerts (
    kind    TEXT COLLATE "C" PRIMARY KEY,
    count   BIGINT NOT NULL,  -- not told yet
    detail  TEXT NOT NULL,
    told_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE alerts;
DROP TABLE traffic;
DROP TABLE pauses;
DROP TABLE recipients;
DROP TABLE broadcasts;
DROP TABLE audit;
DROP TABLE staff;
DROP INDEX persons_handle;
ALTER TABLE persons DROP COLUMN blocked_at;
ALTER TABLE persons DROP COLUMN news_off;
ALTER TABLE persons DROP COLUMN active_at;
ALTER TABLE persons DROP COLUMN handle;
