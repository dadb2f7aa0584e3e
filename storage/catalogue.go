package storage

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"bazarbot/market"
)

// maxCatalogueEntry bounds what an entry unpacks to.
const maxCatalogueEntry = 64 << 20

// CatalogueEntry reads what a market said about itself under key, and when it
// was asked. Not ok: it never was.
func (db *DB) CatalogueEntry(ctx context.Context, m market.ID, key string) (body []byte, fetched time.Time, ok bool, err error) {
	var r struct {
		Body    []byte
		Fetched int64 `db:"fetched_at"`
	}
	err = db.sql.GetContext(ctx, &r, db.sql.Rebind(
		`SELECT body, fetched_at FROM catalogue WHERE market = ? AND key = ?`), string(m), key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, time.Time{}, false, nil
	}
	if err == nil {
		body, err = unpack(r.Body)
	}
	if err != nil {
		return nil, time.Time{}, false, fmt.Errorf("storage: catalogue of %s, %s: %w", m, key, err)
	}
	return body, moment(r.Fetched), true, nil
}

// PutCatalogueEntry keeps what a market said about itself, over what is kept
// under the same key already. It is public data and not sealed.
func (db *DB) PutCatalogueEntry(ctx context.Context, m market.ID, key string, body []byte, fetched time.Time) error {
	packed, err := pack(body)
	if err == nil {
		_, err = db.sql.ExecContext(ctx, db.sql.Rebind(`
			INSERT INTO catalogue (market, key, body, fetched_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (market, key) DO UPDATE SET body = excluded.body, fetched_at = excluded.fetched_at`),
			string(m), key, packed, fetched.UnixMicro())
	}
	if err != nil {
		return fmt.Errorf("storage: keep catalogue of %s, %s: %w", m, key, err)
	}
	return nil
}

func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, maxCatalogueEntry))
}
