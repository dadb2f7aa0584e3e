package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"bazarbot/bot"
	"bazarbot/dialogs"
	"bazarbot/jobs"
	"bazarbot/market"
	"bazarbot/market/md999"
	"bazarbot/market/omarket"
	"bazarbot/photos"
)

// markets are the markets that are switched on, as each part asks for them.
type markets struct {
	dialogs  []dialogs.Market
	jobs     []jobs.Market
	breakers []broken
}

// What the clients can do beside what every market can.
var (
	_ jobs.Poster             = md999Publisher{}
	_ dialogs.KeyTaker        = (*md999.Client)(nil)
	_ dialogs.Autorepublisher = (*md999.Client)(nil)
	_ jobs.Opener             = (*omarket.Client)(nil)
	_ jobs.Door               = (*omarket.Client)(nil)
	_ jobs.Portraitist        = (*omarket.Client)(nil)
	_ dialogs.Searcher        = (*omarket.Client)(nil)
	_ dialogs.Explainer       = (*omarket.Client)(nil)
	_ dialogs.Gatherer        = (*omarket.Client)(nil)
	_ dialogs.Guide           = (*md999.Client)(nil)
	_ dialogs.Guide           = (*omarket.Client)(nil)
	_ dialogs.Portrayer       = (*omarket.Client)(nil)
)

// markets makes the clients of the markets that are switched on.
func (a *app) markets() (on markets) {
	for _, id := range a.cfg.markets {
		switch id {
		case market.MD999:
			m := md999.New(md999.Config{
				BaseURL: a.cfg.MD999URL, HTTP: a.client(), Catalogue: a.cache, Log: a.log, Observer: a.marketCalled,
			})
			on.add(m, md999Publisher{m}, m)
		case market.OMarket:
			m := a.omarket()
			on.add(m, m, m)
		}
	}
	if a.seams.market != nil {
		a.seams.market(&on)
	}
	return on
}

// omarket makes the client of O!Market.
func (a *app) omarket() *omarket.Client {
	return omarket.New(omarket.Config{
		BaseURL: a.cfg.OMarketURL, APIKey: market.Secret(a.cfg.OMarketKey), APIKeyHeader: a.cfg.OMarketHeader,
		AuthScheme: a.cfg.OMarketScheme, Site: a.cfg.OMarketSite, Known: a.cfg.known,
		Vault: a.db, Knowledge: a.db, Catalogue: a.cache, HTTP: a.client(), TokenLife: a.seams.tokens,
		Unknown: func(c market.Option) { a.unlearnt(market.OMarket, c) },
		Log:     a.log, Observer: a.marketCalled,
	})
}

func (on *markets) add(d dialogs.Market, j jobs.Market, b broken) {
	on.dialogs, on.jobs, on.breakers = append(on.dialogs, d), append(on.jobs, j), append(on.breakers, b)
}

// md999Publisher gives the jobs what they ask of 999.md: posts and snapshots as
// the bytes in which they are saved.
type md999Publisher struct{ *md999.Client }

func (p md999Publisher) URL(lang market.Lang, ad string) string { return md999.AdURL(lang, ad) }

func (p md999Publisher) Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (json.RawMessage, error) {
	post, err := p.Client.Compose(ctx, key, lang, answers, images)
	if err != nil {
		return nil, err
	}
	return json.Marshal(post)
}

func (p md999Publisher) Snapshot(ctx context.Context, key market.Secret) (json.RawMessage, error) {
	snapshot, err := p.Client.Snapshot(ctx, key)
	if err != nil {
		return nil, err
	}
	return json.Marshal(snapshot)
}

func (p md999Publisher) Create(ctx context.Context, key market.Secret, post json.RawMessage) (string, error) {
	decoded, err := decode[md999.Post](post)
	if err != nil {
		return "", err
	}
	return p.Client.Create(ctx, key, decoded)
}

func (p md999Publisher) Lookup(ctx context.Context, key market.Secret, post, before json.RawMessage, since time.Time) ([]string, error) {
	decoded, err := decode[md999.Post](post)
	if err != nil {
		return nil, err
	}
	snapshot, err := decode[md999.Snapshot](before)
	if err != nil {
		return nil, err
	}
	return p.Client.Lookup(ctx, key, decoded, snapshot, since)
}

func decode[T any](saved json.RawMessage) (v T, err error) {
	if err := json.Unmarshal(saved, &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}

// pictures brings photos from Telegram, checked or ready for a market.
type pictures struct{ edge *bot.Bot }

// Check tells whether a picture sent as a file can be used.
func (p pictures) Check(ctx context.Context, photo market.Photo) error {
	raw, err := p.edge.Download(ctx, photo)
	if err != nil {
		return err
	}
	_, err = photos.Encode(raw)
	return err
}

// Fetch brings a picture in the form in which it goes to a market.
func (p pictures) Fetch(ctx context.Context, photo market.Photo) ([]byte, error) {
	raw, err := p.edge.Download(ctx, photo)
	if err != nil {
		return nil, err
	}
	return photos.Encode(raw)
}
