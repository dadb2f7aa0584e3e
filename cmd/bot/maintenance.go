package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/caarlos0/env/v11"

	"bazarbot/storage"
)

// databaseConfig is the database of the environment, for a subcommand.
func databaseConfig() (settings, storage.Config, error) {
	cfg, err := loadDatabaseSettings(os.Environ())
	if err != nil {
		return cfg, storage.Config{}, err
	}
	address, ring, err := cfg.database()
	return cfg, storage.Config{URL: address, Ring: ring, Log: newLogger(cfg, nil)}, err
}

// migrate brings the schema to a version, the newest by default, and tells
// what it does. An embedded database is backed up first.
func migrate(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("migrate", flag.ContinueOnError)
	flags.SetOutput(out)
	to := flags.Int64("to", storage.Latest, "go to this version of the schema")
	down := flags.Int("down", 0, "go back by this many steps")
	only := flags.Bool("n", false, "only tell what would be done")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 || *down < 0 || *down > 0 && *to != storage.Latest {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return &usageError{"migrate takes -to VERSION or -down N, and -n"}
	}
	_, config, err := databaseConfig()
	if err != nil {
		return err
	}
	at, known, err := storage.Schema(ctx, config)
	if err != nil {
		return err
	}
	version, err := target(at, known, *to, *down)
	if err != nil {
		return err
	}
	if *only && at == version {
		_, err = fmt.Fprintf(out, "nothing to do: the database is at version %d\n", at)
		return err
	}
	if err := tellSteps(out, at, version, known); err != nil || *only {
		return err
	}
	from, version, err := storage.Migrate(ctx, config, version)
	if err != nil {
		return err
	}
	if version == known[len(known)-1].Version {
		if err := openOnce(ctx, config); err != nil {
			return err
		}
	}
	if from == version {
		_, err = fmt.Fprintf(out, "the database is up to date, at version %d\n", version)
	} else {
		_, err = fmt.Fprintf(out, "the database went from version %d to %d\n", from, version)
	}
	return err
}

// openOnce opens the database as a start does, which makes sure of its keys.
func openOnce(ctx context.Context, config storage.Config) error {
	db, err := storage.Open(ctx, config)
	if err != nil {
		return err
	}
	return db.Shutdown()
}

// target is the version that the flags ask for. Going back beyond the first
// step would delete everything, which is nobody's maintenance.
func target(at int64, known []storage.Step, to int64, down int) (int64, error) {
	if to == storage.Latest && down == 0 {
		return max(at, known[len(known)-1].Version), nil // a newer schema is refused by what follows
	}
	if down > 0 {
		here := slices.IndexFunc(known, func(s storage.Step) bool { return s.Version == at })
		if here < 0 || here-down < 0 {
			return 0, fmt.Errorf("the database is at version %d: there are no %d steps to go back", at, down)
		}
		to = known[here-down].Version
	}
	if !slices.ContainsFunc(known, func(s storage.Step) bool { return s.Version == to }) {
		return 0, fmt.Errorf("there is no version %d: known are %d to %d", to, known[0].Version, known[len(known)-1].Version)
	}
	return to, nil
}

// tellSteps lists the steps from one version to another, in their order.
func tellSteps(out io.Writer, at, version int64, known []storage.Step) (err error) {
	say := func(what string, s storage.Step) {
		if err == nil {
			_, err = fmt.Fprintf(out, "%s %s\n", what, s.Name)
		}
	}
	for _, s := range known {
		if s.Version > at && s.Version <= version {
			say("apply", s)
		}
	}
	for _, s := range slices.Backward(known) {
		if s.Version <= at && s.Version > version {
			say("take back", s)
		}
	}
	return err
}

// healthcheck asks the running bot of this machine whether it is ready. It
// needs no setting but OPS_ADDR.
func healthcheck(ctx context.Context, environ []string) error {
	var s settings
	if err := env.ParseWithOptions(&s, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, closeWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.OpsAddr+"/readyz", nil)
	if err != nil {
		return errors.New("OPS_ADDR is no address")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not running: %w", err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New("not ready")
	}
	return nil
}

// newKeyID names a key by the second: two of one ring must not have one name.
func newKeyID(now time.Time) string { return "k" + now.UTC().Format("20060102-150405") }
