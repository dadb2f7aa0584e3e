package dialogs

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"bazarbot/market"
)

// stock is an account's ads as its market gave them: all of them, or the first
// market.MostRead of very many.
type stock struct {
	Ads     []market.Ad `json:"ads"` // in the market's order
	Total   int         `json:"total"`
	Lang    market.Lang `json:"lang"`
	Version int64       `json:"version"` // of the account: another key may open other ads

	at   time.Time // when the market was asked
	away bool      // it does not answer now; this is what it said then
}

const (
	stockFresh = time.Minute      // how long ads are shown without asking again
	stockAway  = 15 * time.Second // how long a market that does not answer is not asked again
)

// StockMark is what a session knows of an account's ads beside the listing.
type StockMark struct {
	Acted time.Time `json:"acted,omitzero"` // something was done to an ad: what was read before is old
	Away  time.Time `json:"away,omitzero"`  // the market did not answer
}

// whole reports whether all ads of the account are there.
func (s *stock) whole() bool { return len(s.Ads) >= s.Total }

func (s *stock) ad(id string) (market.Ad, bool) {
	for _, ad := range s.Ads {
		if ad.ID == id {
			return ad, true
		}
	}
	return market.Ad{}, false
}

// stock gives an account's ads: as they were read within the last minute if
// nothing was done to them since, else as they are. While the market does not
// answer, they are as it gave them last.
func (t *Turn) stock(a market.Account, m Market) (*stock, error) {
	if s := t.stocks[a.ID]; s != nil {
		return s, nil
	}
	kept, err := t.keptStock(a.ID)
	if err != nil {
		return nil, err
	}
	mark := t.s.Stocks[a.ID]
	switch {
	case kept == nil || t.anew:
	case t.now.Sub(mark.Away) < stockAway:
		kept.away = true
		return t.showStock(a.ID, kept), nil
	case kept.fresh(t, a, mark):
		return t.showStock(a.ID, kept), nil
	}
	read, err := t.readStock(a, m)
	if merr, ok := asMarketError(err); ok && merr.Kind == market.Unavailable && kept != nil {
		t.d.Log.Warn("ads are shown as they were", "person", t.ev.Person.ID, "error", merr)
		mark.Away = t.now
		t.markStock(a.ID, mark)
		kept.away = true
		return t.showStock(a.ID, kept), nil
	}
	if err != nil {
		return nil, err
	}
	return t.showStock(a.ID, read), t.keepStock(a.ID, read)
}

// fresh reports whether what was kept can be shown without asking the market.
func (s *stock) fresh(t *Turn, a market.Account, mark StockMark) bool {
	return t.now.Sub(s.at) < stockFresh && !s.at.Before(mark.Acted) && s.Lang == t.s.Lang && s.Version == a.Version
}

func (t *Turn) showStock(account string, s *stock) *stock {
	if t.stocks == nil {
		t.stocks = map[string]*stock{}
	}
	t.stocks[account] = s
	return s
}

// keptStock is what an account's market gave when it was asked last; nil when it
// never was.
func (t *Turn) keptStock(account string) (*stock, error) {
	l, ok, err := t.d.Listings.Listing(t, account)
	if err != nil || !ok {
		return nil, err
	}
	s := &stock{at: l.At}
	if err := json.Unmarshal(l.Body, s); err != nil {
		return nil, fmt.Errorf("decode listing: %w", err)
	}
	return s, nil
}

func (t *Turn) keepStock(account string, s *stock) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode listing: %w", err)
	}
	t.Changes.Listings = append(t.Changes.Listings, market.Listing{Account: account, Body: body, At: s.at})
	return nil
}

// readStock asks the market.
func (t *Turn) readStock(a market.Account, m Market) (*stock, error) {
	ads, total, err := market.ReadAds(t, func(ctx context.Context, query market.AdQuery) (market.AdPage, error) {
		return m.Ads(ctx, a.Secret, t.s.Lang, query)
	})
	if err != nil {
		return nil, err
	}
	for i := range ads {
		ads[i] = ads[i].Slim()
	}
	return &stock{Ads: ads, Total: total, Lang: t.s.Lang, Version: a.Version, at: t.now}, nil
}

// stockActed notes that a job has ended: what was read of the account's ads
// before is old.
func (t *Turn) stockActed(r market.Report) {
	if r.Final() && r.Account != "" {
		t.markStock(r.Account, StockMark{Acted: t.now})
	}
}

// markStock notes something of an account's ads, and forgets what is so old that
// it no longer counts.
func (t *Turn) markStock(account string, mark StockMark) {
	maps.DeleteFunc(t.s.Stocks, func(_ string, m StockMark) bool {
		return t.now.Sub(m.Acted) > stockFresh && t.now.Sub(m.Away) > stockFresh
	})
	if t.s.Stocks == nil {
		t.s.Stocks = map[string]StockMark{}
	}
	t.s.Stocks[account] = mark
}
