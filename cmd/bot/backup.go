package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"bazarbot/storage"
)

// backup copies the embedded database to a new file, also while the bot runs.
func backup(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return &usageError{"backup takes the name of the new file"}
	}
	cfg, config, err := embeddedConfig("pg_dump --format=custom --file=FILE \"$DATABASE_URL\"")
	if err != nil {
		return err
	}
	reader, err := storage.OpenReader(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	if err := reader.Backup(ctx, args[0]); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "backed up to %s. It opens only with %s: keep them too, and elsewhere\n", args[0], cfg.keysPlace())
	return err
}

// restore puts a backup in the place of the embedded database.
func restore(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 1 {
		return &usageError{"restore takes the backup's file"}
	}
	cfg, config, err := embeddedConfig("pg_restore --dbname=\"$DATABASE_URL\" FILE, into an empty database")
	if err != nil {
		return err
	}
	replaced, err := storage.Restore(ctx, config, args[0])
	if err != nil {
		return err
	}
	if replaced != "" {
		_, err = fmt.Fprintf(out, "restored; what was there before is now %s\n", replaced)
	} else {
		_, err = fmt.Fprintf(out, "restored to %s\n", cfg.databaseFile())
	}
	return err
}

// embeddedConfig is the embedded database with the keys it has. With Postgres
// the error tells what to call instead.
func embeddedConfig(instead string) (settings, storage.Config, error) {
	cfg, err := loadDatabaseSettings(os.Environ())
	if err != nil {
		return cfg, storage.Config{}, err
	}
	if !cfg.embedded() {
		return cfg, storage.Config{}, fmt.Errorf("DATABASE_URL is a Postgres, which has its own tools: %s", instead)
	}
	ring, err := cfg.existingKeys()
	return cfg, storage.Config{URL: cfg.databaseFile(), Ring: ring, Log: newLogger(cfg, nil)}, err
}

// keysPlace tells where the embedded database's keys are.
func (s *settings) keysPlace() string {
	if s.ring != nil {
		return "the keys of ENCRYPTION_KEYS"
	}
	return "the keys of " + s.keyFile()
}
