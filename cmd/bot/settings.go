package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/caarlos0/env/v11"

	"bazarbot/market"
	"bazarbot/market/omarket"
	"bazarbot/storage"
)

// settings are read once, from the environment. All are texts here: secrets
// must not be quoted by a parser's error, and all faults are named at once.
type settings struct {
	TelegramToken  string `env:"TELEGRAM_TOKEN" help:"the bot's token from @BotFather (required)"`
	TelegramAPIURL string `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org" help:"the Bot API, or a local Bot API server"`
	WebhookURL     string `env:"WEBHOOK_URL" help:"public https address for updates; unset: long polling"`
	WebhookSecret  string `env:"WEBHOOK_SECRET" help:"with WEBHOOK_URL: 16 to 256 characters A-Z a-z 0-9 _ -"`
	ListenAddr     string `env:"LISTEN_ADDR" envDefault:":8080" help:"with WEBHOOK_URL: where updates are taken"`
	OpsAddr        string `env:"OPS_ADDR" envDefault:"127.0.0.1:9090" help:"/healthz, /readyz and /metrics"`
	PprofAddr      string `env:"PPROF_ADDR" help:"Go's profiles, on this machine only, as 127.0.0.1:6060; unset: none"`
	DatabaseURL    string `env:"DATABASE_URL" help:"postgres://..., or sqlite; unset: sqlite; must be said with WEBHOOK_URL"`
	DataDir        string `env:"DATA_DIR" envDefault:"data" help:"folder of the embedded database and its key file"`
	EncryptionKeys string `env:"ENCRYPTION_KEYS" help:"id:key,... from 'bot keys new'; required with Postgres, else a key file is made"`
	AdminIDs       string `env:"ADMIN_IDS" help:"the owners' Telegram ids, separated by commas; /id tells each person theirs"`
	BulkRate       string `env:"BULK_RATE" help:"how many messages a second broadcasts send at most, 1 to 1000 (default 25)"`
	Markets        string `env:"MARKETS" help:"999md, omarket; unset: every market whose settings are complete"`
	MD999URL       string `env:"MD999_URL" envDefault:"https://partners-api.999.md" help:"the API of 999.md"`
	OMarketURL     string `env:"OMARKET_URL" help:"the API of O!Market; no address of it is documented but that of a staging host"`
	OMarketStaging string `env:"OMARKET_STAGING" help:"true: OMARKET_URL may be the staging host, where ads reach no buyer"`
	OMarketKey     string `env:"OMARKET_API_KEY" help:"the operator's key for O!Market"`
	OMarketHeader  string `env:"OMARKET_API_KEY_HEADER" envDefault:"x-api-key" help:"the header that carries it"`
	OMarketScheme  string `env:"OMARKET_AUTH_SCHEME" help:"what stands before an access token, as Bearer; unset: nothing"`
	OMarketSite    string `env:"OMARKET_SITE" help:"where people go for what the bot cannot do, as resetting a password"`
	OMarketKnown   string `env:"OMARKET_KNOWN_FILE" help:"a JSON file of filters and places that adds to what is learnt, or corrects it"`
	LogLevel       string `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	LogFormat      string `env:"LOG_FORMAT" envDefault:"text" help:"text or json"`

	owners   []int64
	bulkRate int
	markets  []market.ID
	level    slog.Level
	ring     *storage.Ring  // nil: the key file's
	known    *omarket.Known // of OMARKET_KNOWN_FILE; nil: none
}

// loadSettings reads and checks the settings. The error names every fault, and
// how to mend it; it quotes no value of a secret.
func loadSettings(environ []string) (settings, error) {
	s, err := parseSettings(environ)
	if err != nil {
		return s, err
	}
	return s, faulty(s.checkTelegram(), s.checkDatabase(), s.checkOffice(), s.checkMarkets(), s.checkOps())
}

// loadDatabaseSettings reads and checks the settings that a subcommand needs
// which only works on the database.
func loadDatabaseSettings(environ []string) (settings, error) {
	s, err := parseSettings(environ)
	if err != nil {
		return s, err
	}
	return s, faulty(s.checkDatabase(), s.checkOps())
}

func parseSettings(environ []string) (s settings, err error) {
	if err := env.ParseWithOptions(&s, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	return s, nil
}

// faulty names all faults in one error.
func faulty(found ...[]string) error {
	if faults := slices.Concat(found...); len(faults) > 0 {
		return errors.New("settings:\n  - " + strings.Join(faults, "\n  - "))
	}
	return nil
}

var (
	tokenForm  = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]{10,}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{16,256}$`)
)

func (s *settings) checkTelegram() (faults []string) {
	switch {
	case s.TelegramToken == "":
		faults = append(faults, "TELEGRAM_TOKEN is missing: get one from @BotFather")
	case !tokenForm.MatchString(s.TelegramToken):
		faults = append(faults, "TELEGRAM_TOKEN is no token: it looks like 123456:ABC-DEF..., as @BotFather gives it")
	}
	if !webAddress(s.TelegramAPIURL, "https", "http") {
		faults = append(faults, "TELEGRAM_API_URL is no address: it looks like https://api.telegram.org")
	}
	if s.WebhookURL == "" {
		if s.WebhookSecret != "" {
			faults = append(faults, "WEBHOOK_SECRET is set and WEBHOOK_URL is not: set both, or neither for long polling")
		}
		return faults
	}
	if !webAddress(s.WebhookURL, "https", "http") || strings.HasPrefix(s.WebhookURL, "http:") && !loopback(s.WebhookURL) {
		faults = append(faults, "WEBHOOK_URL is no public https address: it looks like https://bot.example.com/telegram")
	}
	if !secretForm.MatchString(s.WebhookSecret) {
		faults = append(faults, "WEBHOOK_SECRET must have 16 to 256 characters A-Z a-z 0-9 _ -: make one with 'openssl rand -hex 32'")
	}
	if _, _, err := net.SplitHostPort(s.ListenAddr); err != nil {
		faults = append(faults, "LISTEN_ADDR is no address: it looks like :8080")
	}
	return faults
}

func (s *settings) checkDatabase() (faults []string) {
	switch {
	case s.DatabaseURL == "" && s.WebhookURL != "":
		faults = append(faults, "DATABASE_URL must be said with WEBHOOK_URL: postgres://user:password@host/name, or sqlite for a single process")
	case s.embedded():
		if s.DataDir == "" {
			faults = append(faults, "DATA_DIR is empty: name a folder for the embedded database")
		}
	case !strings.HasPrefix(s.DatabaseURL, "postgres://") && !strings.HasPrefix(s.DatabaseURL, "postgresql://"):
		faults = append(faults, "DATABASE_URL is neither postgres://user:password@host/name nor sqlite")
	case s.EncryptionKeys == "":
		faults = append(faults, "ENCRYPTION_KEYS is missing: with Postgres the keys are yours to keep; make one with 'bot keys new'")
	}
	if s.EncryptionKeys != "" {
		ring, err := storage.ParseRing(s.EncryptionKeys)
		if err != nil {
			faults = append(faults, "ENCRYPTION_KEYS cannot be read: make a key with 'bot keys new'; several are separated by commas, each with an id of its own")
		}
		s.ring = ring
	}
	return faults
}

func (s *settings) checkOps() (faults []string) {
	if _, _, err := net.SplitHostPort(s.OpsAddr); err != nil {
		faults = append(faults, "OPS_ADDR is no address: it looks like 127.0.0.1:9090")
	}
	if s.PprofAddr != "" && !loopbackHost(s.PprofAddr) {
		faults = append(faults, "PPROF_ADDR must be an address of this very machine, as 127.0.0.1:6060: profiles show what is in memory")
	}
	if err := s.level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		faults = append(faults, "LOG_LEVEL is not one of debug, info, warn, error")
	}
	if s.LogFormat != "text" && s.LogFormat != "json" {
		faults = append(faults, "LOG_FORMAT is neither text nor json")
	}
	return faults
}

// embedded reports whether the database is a file of this process.
func (s *settings) embedded() bool { return s.DatabaseURL == "" || s.DatabaseURL == "sqlite" }

// database is where the database is, and the keys that open it. With the
// embedded one a key file is made at the first start.
func (s *settings) database() (address string, ring *storage.Ring, err error) {
	if !s.embedded() {
		return s.DatabaseURL, s.ring, nil
	}
	const onlyOwner = 0o700
	if err := os.MkdirAll(s.DataDir, onlyOwner); err != nil {
		return "", nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	if _, err := os.Stat(s.databaseFile()); s.ring == nil && errors.Is(err, fs.ErrNotExist) {
		ring, err := storage.LoadOrCreateKeyFile(s.keyFile())
		return s.databaseFile(), ring, err
	}
	ring, err = s.existingKeys()
	return s.databaseFile(), ring, err
}

// existingKeys are the embedded database's. None are made: a database opens
// with the keys it was sealed with and no others.
func (s *settings) existingKeys() (*storage.Ring, error) {
	if s.ring != nil {
		return s.ring, nil
	}
	ring, err := storage.LoadKeyFile(s.keyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key file %s is missing, and the database opens with nothing else: put it back from where it is kept", s.keyFile())
	}
	return ring, err
}

// databaseFile is the embedded database.
func (s *settings) databaseFile() string { return filepath.Join(s.DataDir, "bazarbot.db") }

// keyFile holds its keys, where ENCRYPTION_KEYS does not.
func (s *settings) keyFile() string { return filepath.Join(s.DataDir, "keys") }

func webAddress(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Host != ""
}

func loopback(address string) bool {
	u, err := url.Parse(address)
	return err == nil && thisMachine(u.Hostname())
}

func loopbackHost(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && thisMachine(host)
}

func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

const usage = `Bazarbot: a seller's classified ads, run from a Telegram chat.

  bot [run]        run the bot with the settings below
  bot demo         the whole bot with stand-ins for Telegram and the markets
  bot demo -play   a seller's conversation in the terminal; fails if anything in it does
  bot healthcheck  exit 0 when the running bot is ready

  bot backup FILE  copy the embedded database to a new file, also while the bot runs
  bot restore FILE put a backup in the embedded database's place
  bot migrate      bring the schema up to date; -to VERSION or -down N to go back,
                   -n to be told only what would be done
  bot migrate-data copy the embedded database of DATA_DIR to the Postgres of DATABASE_URL

  bot learn omarket
                   learn the filters and places of its categories ahead

  bot keys new     print a new encryption key
  bot keys check   tell whether the keys open the database, and what each is needed for
  bot keys rotate  seal everything with the first key of ENCRYPTION_KEYS

Settings, from the environment:
`

// helpText is what bot -h prints.
func helpText() string {
	var b strings.Builder
	b.WriteString(usage)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	t := reflect.TypeFor[settings]()
	for i := range t.NumField() {
		f := t.Field(i)
		name, help := f.Tag.Get("env"), f.Tag.Get("help")
		if name == "" {
			continue
		}
		if d := f.Tag.Get("envDefault"); d != "" {
			help += " (default " + d + ")"
		}
		_, _ = fmt.Fprintf(w, "  %s\t%s\n", name, help) // a Builder takes everything
	}
	_ = w.Flush()
	return b.String()
}
