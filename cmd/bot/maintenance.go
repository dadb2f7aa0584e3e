package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/caarlos0/env/v11"

	"bazarbot/storage"
)

// open opens the database for a subcommand.
func open(ctx context.Context, cfg settings) (*storage.DB, error) {
	address, ring, err := cfg.database()
	if err != nil {
		return nil, err
	}
	return storage.Open(ctx, storage.Config{URL: address, Ring: ring, Log: newLogger(cfg, nil)})
}

// migrate brings the schema up to date; opening the database does it.
func migrate(ctx context.Context, cfg settings, out io.Writer) error {
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	if err := db.Shutdown(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the database is up to date")
	return err
}

// keys makes, checks and changes encryption keys.
func keys(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return &usageError{"keys takes one of new, check, rotate"}
	}
	if args[0] == "new" {
		_, err := fmt.Fprintln(out, storage.NewKey("k"+time.Now().UTC().Format("20060102")))
		return err
	}
	if args[0] != "check" && args[0] != "rotate" {
		return &usageError{"keys takes one of new, check, rotate"}
	}
	cfg, err := loadSettings(os.Environ())
	if err != nil {
		return err
	}
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = db.Shutdown() }()
	if args[0] == "check" {
		_, err := fmt.Fprintln(out, "the keys open the database")
		return err
	}
	n, err := db.Rotate(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d values sealed anew with the first key\n", n)
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
