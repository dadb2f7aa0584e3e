package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bazarbot/market"
)

var attemptTable = table{
	name: "attempts",
	columns: []string{
		"job", "step", "account", "fence", "state", "before", "result", "ad_id", "begun_at", "ended_at",
	},
	types: []kind{text, text, text, integer, text, bytea, bytea, text, integer, integer},
	keys:  2,
}

func (db *DB) attemptRow(a market.Attempt, now time.Time) []any {
	return []any{
		a.Job, a.Step, a.Account, a.Fence, string(a.State),
		db.ring.seal(accountPlace(a.Account, "attempts", "before"), a.Before),
		db.ring.seal(accountPlace(a.Account, "attempts", "result"), a.Result),
		a.AdID, orNow(a.BegunAt, now), micros(a.EndedAt),
	}
}

// Attempts lists a job's attempts in the order in which they were begun.
func (db *DB) Attempts(ctx context.Context, job string) ([]market.Attempt, error) {
	var found []struct {
		Job, Step, Account string
		Fence              int64
		State              market.AttemptState
		Before, Result     []byte
		AdID               string `db:"ad_id"`
		Begun              int64  `db:"begun_at"`
		Ended              int64  `db:"ended_at"`
	}
	err := db.sql.SelectContext(ctx, &found, db.sql.Rebind(`
		SELECT job, step, account, fence, state, before, result, ad_id, begun_at, ended_at
		FROM attempts WHERE job = ? ORDER BY begun_at, step`), job)
	if err != nil {
		return nil, fmt.Errorf("storage: attempts of %s: %w", job, err)
	}
	attempts := make([]market.Attempt, len(found))
	for i, r := range found {
		before, err := db.ring.open(accountPlace(r.Account, "attempts", "before"), r.Before)
		if err != nil {
			return nil, err
		}
		result, err := db.ring.open(accountPlace(r.Account, "attempts", "result"), r.Result)
		if err != nil {
			return nil, err
		}
		attempts[i] = market.Attempt{
			Job: r.Job, Step: r.Step, Account: r.Account, Fence: r.Fence, State: r.State,
			Before: before, Result: result, AdID: r.AdID, BegunAt: moment(r.Begun), EndedAt: moment(r.Ended),
		}
	}
	return attempts, nil
}

// Spending lists what an account paid for, the last first, at most the given
// number: what was begun and has failed, or was never found, is not in it.
func (db *DB) Spending(ctx context.Context, account string, most int) ([]market.Charge, error) {
	paid := make([]string, len(market.PaidActions))
	for i, action := range market.PaidActions {
		paid[i] = string(action)
	}
	list, args := db.dialect.names(paid)
	found, err := collect[struct {
		Step  market.Action
		AdID  string `db:"ad_id"`
		Ended int64  `db:"ended_at"`
	}](db.query(ctx, nil, `
		SELECT step, ad_id, ended_at FROM attempts
		WHERE account = ? AND state = ? AND step `+list+`
		ORDER BY ended_at DESC, job LIMIT ?`,
		slices.Concat([]any{account, string(market.AttemptDone)}, args, []any{most})...))
	if err != nil {
		return nil, fmt.Errorf("storage: spending of %s: %w", account, err)
	}
	charges := make([]market.Charge, len(found))
	for i, r := range found {
		charges[i] = market.Charge{What: r.Step, Ad: r.AdID, At: moment(r.Ended)}
	}
	return charges, nil
}
