package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"bazarbot/market"
)

// changes is market.Changes as rows of the tables, sealed.
type changes struct {
	persons, drafts, accounts, renewed, attempts, ads, uploads, listings, watches [][]any

	news, staff, blocks, deeds, broadcasts, steers [][]any

	dropDrafts, dropAccounts []string
	dropUploads              []market.Upload
}

// sealChanges readies changes for their tables.
func (db *DB) sealChanges(ch market.Changes) changes {
	now := time.Now()
	c := changes{dropDrafts: ch.DropDrafts, dropAccounts: ch.DropAccounts, dropUploads: ch.DropUploads}
	if s := ch.Session; s != nil {
		c.persons = append(c.persons, db.sessionRow(*s, now))
	}
	for _, d := range ch.Drafts {
		c.drafts = append(c.drafts, db.draftRow(d, now))
	}
	for _, a := range ch.Accounts {
		if a.Renewed {
			c.renewed = append(c.renewed, db.accountRow(a, now))
		} else {
			c.accounts = append(c.accounts, db.accountRow(a, now))
		}
	}
	for _, a := range ch.Attempts {
		c.attempts = append(c.attempts, db.attemptRow(a, now))
	}
	for _, b := range ch.Bindings {
		c.ads = append(c.ads, db.bindingRow(b, now))
	}
	for _, u := range ch.Uploads {
		c.uploads = append(c.uploads, uploadRow(u, now))
	}
	for _, l := range ch.Listings {
		c.listings = append(c.listings, db.listingRow(l, now))
	}
	c.watches = watchRows(ch, now)
	db.sealStaffChanges(ch, &c, now)
	return c
}

// sealStaffChanges readies what the operator's people have decided.
func (db *DB) sealStaffChanges(ch market.Changes, c *changes, now time.Time) {
	for _, n := range ch.News {
		c.news = append(c.news, newsRow(n, now))
	}
	for _, s := range ch.Staff {
		c.staff = append(c.staff, staffRow(s, now))
	}
	for _, b := range ch.Blocks {
		c.blocks = append(c.blocks, blockRow(b, now))
	}
	for _, d := range ch.Deeds {
		c.deeds = append(c.deeds, db.deedRow(d, now))
	}
	for _, b := range ch.Broadcasts {
		c.broadcasts = append(c.broadcasts, db.broadcastRow(b, now))
	}
	for _, s := range ch.Steers {
		c.steers = append(c.steers, []any{s.Broadcast, string(s.Wanted)})
	}
}

// add gathers more changes of the same batch.
func (c *changes) add(more changes) {
	c.persons = append(c.persons, more.persons...)
	c.drafts = append(c.drafts, more.drafts...)
	c.accounts = append(c.accounts, more.accounts...)
	c.renewed = append(c.renewed, more.renewed...)
	c.attempts = append(c.attempts, more.attempts...)
	c.ads = append(c.ads, more.ads...)
	c.uploads = append(c.uploads, more.uploads...)
	c.listings = append(c.listings, more.listings...)
	c.watches = append(c.watches, more.watches...)
	c.news = append(c.news, more.news...)
	c.staff = append(c.staff, more.staff...)
	c.blocks = append(c.blocks, more.blocks...)
	c.deeds = append(c.deeds, more.deeds...)
	c.broadcasts = append(c.broadcasts, more.broadcasts...)
	c.steers = append(c.steers, more.steers...)
}

// put writes the gathered rows.
func (c *changes) put(ctx context.Context, db *DB, tx *sqlx.Tx) error {
	for _, part := range []struct {
		table table
		rows  [][]any
	}{
		{sessionTable, c.persons}, {draftTable, c.drafts}, {accountTable, c.accounts}, {renewedTable, c.renewed},
		{attemptTable, c.attempts}, {bindingTable, c.ads}, {uploadTable, c.uploads},
		{listingTable, c.listings}, {watchTable, c.watches},
		{newsTable, c.news}, {staffTable, c.staff}, {blockTable, c.blocks}, {deedTable, c.deeds},
		{broadcastTable, c.broadcasts},
	} {
		if err := part.table.put(ctx, db, tx, part.rows); err != nil {
			return err
		}
	}
	if err := steerBroadcasts(ctx, db, tx, c.steers); err != nil {
		return err
	}
	*c = changes{}
	return nil
}

// drop deletes what the changes drop.
func (c *changes) drop(ctx context.Context, tx *sqlx.Tx) error {
	for _, part := range []struct {
		table, key string
		ids        []string
	}{{"drafts", "id", c.dropDrafts}, {"accounts", "id", c.dropAccounts}, {"listings", "account", c.dropAccounts},
		{"watches", "account", c.dropAccounts}} {
		if len(part.ids) == 0 {
			continue
		}
		query, args, err := sqlx.In(`DELETE FROM `+part.table+` WHERE `+part.key+` IN (?)`, part.ids)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, tx.Rebind(query), args...); err != nil {
			return fmt.Errorf("%s: %w", part.table, err)
		}
	}
	return dropUploads(ctx, tx, c.dropUploads)
}

// drops reports whether the changes drop anything.
func (c *changes) drops() bool {
	return len(c.dropDrafts)+len(c.dropAccounts)+len(c.dropUploads) > 0
}

// applyChanges writes the changes of a batch, those of many writes in one
// statement per table. Deletions keep their place in the order of the writes.
func (db *DB) applyChanges(ctx context.Context, tx *sqlx.Tx, live []*write) error {
	var gathered changes
	for _, w := range live {
		gathered.add(w.changes)
		if !w.changes.drops() {
			continue
		}
		if err := gathered.put(ctx, db, tx); err != nil {
			return err
		}
		if err := w.changes.drop(ctx, tx); err != nil {
			return err
		}
	}
	return gathered.put(ctx, db, tx)
}

// orNow is a time as it is stored, where none means now.
func orNow(t, now time.Time) int64 {
	if t.IsZero() {
		return now.UnixMicro()
	}
	return t.UnixMicro()
}
