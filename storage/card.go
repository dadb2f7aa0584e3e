package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"bazarbot/market"
)

// cardLines is how much of a kind a person's card shows.
const cardLines = 5

// PersonCard reads what support sees of a person; false when nobody is known by
// that id. It holds no secret and nothing they wrote but their accounts' names.
func (db *DB) PersonCard(ctx context.Context, id int64) (card market.PersonCard, ok bool, err error) {
	found, err := collect[struct {
		Lang    market.Lang
		Created int64  `db:"created_at"`
		Active  int64  `db:"active_at"`
		Gone    *int64 `db:"gone_at"`
		Blocked int64  `db:"blocked_at"`
		NewsOff bool   `db:"news_off"`
	}](db.query(ctx, nil, `SELECT lang, created_at, active_at, gone_at, blocked_at, news_off FROM persons WHERE id = ?`, id))
	if err != nil {
		return card, false, fmt.Errorf("storage: card of %d: %w", id, err)
	}
	if len(found) == 0 {
		return card, false, nil
	}
	f := found[0]
	card = market.PersonCard{
		ID: id, Lang: f.Lang, Created: moment(f.Created), Active: moment(f.Active), Blocked: moment(f.Blocked), NewsOff: f.NewsOff,
	}
	if f.Gone != nil {
		card.Gone = moment(*f.Gone)
	}
	return card, true, db.fillCard(ctx, &card)
}

// fillCard adds what other tables know.
func (db *DB) fillCard(ctx context.Context, card *market.PersonCard) (err error) {
	if card.Role, err = db.StaffRole(ctx, card.ID); err != nil {
		return err
	}
	if card.Accounts, err = db.Accounts(ctx, card.ID); err != nil {
		return err
	}
	if card.Drafts, err = db.Drafts(ctx, card.ID); err != nil {
		return err
	}
	var accounts []string
	boxes := []string{"user:" + strconv.FormatInt(card.ID, 10)}
	for i, a := range card.Accounts {
		card.Accounts[i].Secret = ""
		accounts, boxes = append(accounts, a.ID), append(boxes, "account:"+a.ID)
	}
	for i := range card.Drafts {
		card.Drafts[i].Body = nil
	}
	if card.Charges, err = db.paidTries(ctx, accounts); err != nil {
		return err
	}
	card.Refs, err = db.deadRefs(ctx, boxes)
	return err
}

// paidTries lists the newest paid writes of accounts, whatever became of them.
func (db *DB) paidTries(ctx context.Context, accounts []string) ([]market.Try, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	of, args := db.dialect.names(accounts)
	paid, more := db.dialect.names(texts(market.PaidActions))
	found, err := collect[struct {
		Step  market.Action
		State market.AttemptState
		AdID  string `db:"ad_id"`
		Begun int64  `db:"begun_at"`
	}](db.query(ctx, nil, `SELECT step, state, ad_id, begun_at FROM attempts
		WHERE account `+of+` AND step `+paid+` ORDER BY begun_at DESC LIMIT ?`,
		slices.Concat(args, more, []any{cardLines})...))
	if err != nil {
		return nil, fmt.Errorf("storage: paid attempts: %w", err)
	}
	tries := make([]market.Try, len(found))
	for i, f := range found {
		tries[i] = market.Try{What: f.Step, State: f.State, Ad: f.AdID, At: moment(f.Begun)}
	}
	return tries, nil
}

// deadRefs lists the references of what was set aside in lanes, the last first.
func (db *DB) deadRefs(ctx context.Context, names []string) ([]market.Ref, error) {
	list, args := db.dialect.names(names)
	found, err := collect[struct {
		Ref, Kind string
		Closed    int64 `db:"closed_at"`
	}](db.query(ctx, nil, `SELECT ref, kind, closed_at FROM work WHERE ref <> '' AND closed_at > 0 AND lane `+list+`
		ORDER BY closed_at DESC LIMIT ?`, append(args, cardLines)...))
	if err != nil {
		return nil, fmt.Errorf("storage: work set aside: %w", err)
	}
	refs := make([]market.Ref, len(found))
	for i, f := range found {
		refs[i] = market.Ref{Ref: f.Ref, Kind: f.Kind, At: moment(f.Closed)}
	}
	return refs, nil
}
