-- +goose Up

-- When somebody looks next at what became of an account's ads, and what its
-- person was told of them last (sealed; NULL before the first look). Version
-- grows whenever the look is taken, so that only who took it last may end it.
CREATE TABLE watches (
    account TEXT COLLATE "C" PRIMARY KEY,
    body    BYTEA,
    version BIGINT NOT NULL DEFAULT 0,
    due_at  BIGINT NOT NULL
);
CREATE INDEX watches_due ON watches (due_at);
INSERT INTO watches (account, due_at) SELECT id, 0 FROM accounts;

-- +goose Down
DROP TABLE watches;
