-- +goose Up
-- All times are UTC microseconds. Columns of type BLOB are sealed, but for
-- catalogue.body. Owner '' means that nobody holds the lane.

CREATE TABLE lanes (
    name        TEXT PRIMARY KEY,
    class       TEXT NOT NULL,
    owner       TEXT NOT NULL DEFAULT '',
    fence       BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    lapsed      BIGINT NOT NULL DEFAULT 0, -- 1: the tenure before this one was not released
    taken       BIGINT NOT NULL DEFAULT 0, -- drawn by the batch of arrivals that took the lane last
    due_at      BIGINT                     -- not after the head row is due; null: no open row
);
CREATE INDEX lanes_due ON lanes (class, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE work (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    lane       TEXT NOT NULL,
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    payload    BLOB,
    replies    BLOB,
    sent       BIGINT NOT NULL DEFAULT 0,
    errors     BIGINT NOT NULL DEFAULT 0,
    expired    BIGINT NOT NULL DEFAULT 0,
    ref        TEXT NOT NULL DEFAULT '',
    cause      BLOB,
    due_at     BIGINT NOT NULL,
    arrived_at BIGINT NOT NULL,
    closed_at  BIGINT                      -- null: open; else closed or dead
);
CREATE UNIQUE INDEX work_key ON work (key);
CREATE INDEX work_open ON work (lane, id) WHERE closed_at IS NULL;

CREATE TABLE persons (
    id         INTEGER PRIMARY KEY,
    lang       TEXT NOT NULL DEFAULT '',
    body       BLOB,
    screen     BIGINT NOT NULL DEFAULT 0,
    gone_at    BIGINT,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

CREATE TABLE drafts (
    id         TEXT PRIMARY KEY,
    person     BIGINT NOT NULL,
    market     TEXT NOT NULL,
    account    TEXT NOT NULL,
    state      TEXT NOT NULL,
    ad_id      TEXT NOT NULL,
    body       BLOB,
    updated_at BIGINT NOT NULL
);
CREATE INDEX drafts_person ON drafts (person);

CREATE TABLE accounts (
    id         TEXT PRIMARY KEY,
    person     BIGINT NOT NULL,
    market     TEXT NOT NULL,
    label      BLOB,
    state      TEXT NOT NULL,
    preferred  BIGINT NOT NULL,
    secret     BLOB,
    version    BIGINT NOT NULL,
    refresh_until BIGINT NOT NULL DEFAULT 0, -- until then somebody is refreshing this version of the secret
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_person ON accounts (person);

CREATE TABLE attempts (
    job      TEXT NOT NULL,
    step     TEXT NOT NULL,
    account  TEXT NOT NULL,
    fence    BIGINT NOT NULL,
    state    TEXT NOT NULL,
    before   BLOB,
    result   BLOB,
    ad_id    TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (job, step)
);

CREATE INDEX attempts_of_account ON attempts (account, ended_at);

CREATE TABLE ads (
    market   TEXT NOT NULL,
    ad_id    TEXT NOT NULL,
    account  TEXT NOT NULL,
    person   BIGINT NOT NULL,
    draft    TEXT NOT NULL,
    body     BLOB,
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (market, ad_id)
);
CREATE INDEX ads_draft ON ads (draft);

CREATE TABLE uploads (
    account     TEXT NOT NULL,
    hash        TEXT NOT NULL,
    remote      TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    PRIMARY KEY (account, hash)
);
CREATE INDEX uploads_at ON uploads (account, uploaded_at);

CREATE TABLE listings (
    account TEXT PRIMARY KEY,
    body    BLOB,
    read_at BIGINT NOT NULL
);

CREATE TABLE catalogue (
    market     TEXT NOT NULL,
    key        TEXT NOT NULL,
    body       BLOB NOT NULL,             -- the market's public data, gzip
    fetched_at BIGINT NOT NULL,
    PRIMARY KEY (market, key)
);

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

-- +goose Down
DROP TABLE meta;
DROP TABLE catalogue;
DROP TABLE listings;
DROP TABLE uploads;
DROP TABLE ads;
DROP TABLE attempts;
DROP TABLE accounts;
DROP TABLE drafts;
DROP TABLE persons;
DROP TABLE work;
DROP TABLE lanes;
