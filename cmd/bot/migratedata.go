package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"bazarbot/storage"
)

// migrateData copies the embedded database of DATA_DIR to the Postgres of
// DATABASE_URL. ENCRYPTION_KEYS are the keys of both: values are copied as they
// are sealed.
func migrateData(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		return &usageError{"migrate-data takes no arguments: it copies from DATA_DIR to DATABASE_URL"}
	}
	cfg, err := loadDatabaseSettings(os.Environ())
	if err != nil {
		return err
	}
	if cfg.embedded() {
		return errors.New("migrate-data copies to a Postgres: name it with DATABASE_URL")
	}
	log := newLogger(cfg, nil)
	copied, err := storage.Copy(ctx,
		storage.Config{URL: cfg.databaseFile(), Ring: cfg.ring, Log: log},
		storage.Config{URL: cfg.DatabaseURL, Ring: cfg.ring, Log: log})
	if errors.Is(err, storage.ErrKeys) {
		return fmt.Errorf("%w: ENCRYPTION_KEYS must hold what stands in %s", err, cfg.keyFile())
	}
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(copied)) {
		if _, err := fmt.Fprintf(out, "%-10s %d rows\n", table, copied[table]); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(out, "copied and checked. %s stays as it is: start the bot with DATABASE_URL from now on\n", cfg.databaseFile())
	return err
}
