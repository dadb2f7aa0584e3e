package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/storage"
)

// learnBudget is how many requests one category is worth.
const learnBudget = 60

// learn asks O!Market ahead for what no route of it tells: the filters of whole
// categories, and places, from the ads that stand there. What it brings is kept
// in the database, where the running bot finds it within a minute.
func learn(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("learn", flag.ContinueOnError)
	flags.SetOutput(out)
	only := flags.String("category", "", "the id of one category; empty: all of them")
	budget := flags.Int("budget", learnBudget, "requests per category at most")
	if len(args) == 0 || args[0] != string(market.OMarket) {
		return &usageError{"learn takes a market: bot learn omarket [-category ID] [-budget N]"}
	}
	if err := flags.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return &usageError{err.Error()}
	}
	if flags.NArg() > 0 || *budget < 1 {
		return &usageError{"learn takes a market, -category ID and -budget N of at least 1"}
	}
	cfg, err := parseSettings(os.Environ())
	if err != nil {
		return err
	}
	if err := faulty(cfg.checkDatabase(), cfg.checkMarkets(), cfg.checkOps()); err != nil {
		return err
	}
	if !slices.Contains(cfg.markets, market.OMarket) {
		return errors.New("omarket is not switched on: OMARKET_URL and OMARKET_API_KEY say where and with which key")
	}
	address, ring, err := cfg.database()
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, storage.Config{URL: address, Ring: ring, Log: newLogger(cfg, nil)})
	if err != nil {
		return err
	}
	defer func() { _ = db.Shutdown() }()
	return learnCategories(ctx, cfg, db, *only, *budget, out)
}

// learnCategories goes through the categories; one that fails keeps the others
// from nothing.
func learnCategories(ctx context.Context, cfg settings, db *storage.DB, only string, budget int, out io.Writer) error {
	a := &app{cfg: cfg, db: db, log: newLogger(cfg, nil), metrics: newMetrics()}
	a.cache = catalogue.New(catalogue.Config{Store: db, Log: a.log})
	defer a.cache.Close()
	client := a.omarket()
	categories, err := client.Categories(ctx, "")
	if err != nil {
		return err
	}
	failed, found := 0, false
	for _, category := range categories {
		if only != "" && only != category.ID {
			continue
		}
		found = true
		learnt, err := client.Learn(ctx, "", category.ID, budget)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		note := ""
		if err != nil {
			failed++
			note = ", then: " + err.Error()
		}
		if _, err := fmt.Fprintf(out, "%s %s: %d ads, %d requests; new: %d filters, %d options, %d places%s\n",
			category.ID, category.Title, learnt.Ads, learnt.Requests, learnt.Filters, learnt.Options, learnt.Places, note); err != nil {
			return err
		}
	}
	switch {
	case !found:
		return fmt.Errorf("no category %q", only)
	case failed > 0:
		return fmt.Errorf("%d categories were not learnt whole", failed)
	}
	return nil
}
