package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"bazarbot/storage"
)

// errUnopened fails a check or a rotation that met values no key opens.
var errUnopened = errors.New("not everything in the database opens with these keys")

// keys makes, checks and changes encryption keys.
func keys(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return &usageError{"keys takes one of new, check, rotate"}
	}
	switch args[0] {
	case "new":
		_, err := fmt.Fprintln(out, storage.NewKey(newKeyID(time.Now())))
		return err
	case "check":
		return checkKeys(ctx, out)
	case "rotate":
		return rotateKeys(ctx, out)
	}
	return &usageError{"keys takes one of new, check, rotate"}
}

// checkKeys opens every value and tells what each key is needed for. It changes
// nothing, and works beside a running bot.
func checkKeys(ctx context.Context, out io.Writer) error {
	_, config, err := databaseConfig()
	if err != nil {
		return err
	}
	reader, err := storage.OpenReader(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	report, err := reader.CheckKeys(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(report.Values)) {
		if _, err := fmt.Fprintf(out, "key %s: %d values\n", id, report.Values[id]); err != nil {
			return err
		}
	}
	if err := tellUnopened(out, report.Unopened); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the keys open the database")
	return err
}

// rotateKeys seals everything anew with the first key. The embedded database is
// one process's, so its bot must have stopped; on Postgres it may run.
func rotateKeys(ctx context.Context, out io.Writer) error {
	_, config, err := databaseConfig()
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = db.Shutdown() }()
	rotated, err := db.Rotate(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "%d values sealed anew with the first key\n", rotated.Resealed); err != nil {
		return err
	}
	return tellUnopened(out, rotated.Unopened)
}

// tellUnopened lists values that no key opens; it fails when there are any.
func tellUnopened(out io.Writer, u storage.Unopened) error {
	if u.Count == 0 {
		return nil
	}
	for _, value := range u.First {
		if _, err := fmt.Fprintln(out, "not opened:", value); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: %d values do not; see docs/operations.md, \"Keys\"", errUnopened, u.Count)
}
