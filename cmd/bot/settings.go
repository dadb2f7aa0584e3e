package main

import (
	"errors"
	"fmt"
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
	"bazarbot/market/md999"
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
	DatabaseURL    string `env:"DATABASE_URL" help:"postgres://..., or sqlite; unset: sqlite; must be said with WEBHOOK_URL"`
	DataDir        string `env:"DATA_DIR" envDefault:"data" help:"folder of the embedded database and its key file"`
	EncryptionKeys string `env:"ENCRYPTION_KEYS" help:"id:key,... from 'bot keys new'; required with Postgres, else a key file is made"`
	Markets        string `env:"MARKETS" help:"999md; unset: every market whose settings are complete"`
	MD999URL       string `env:"MD999_URL" envDefault:"https://partners-api.999.md" help:"the API of 999.md"`
	LogLevel       string `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	LogFormat      string `env:"LOG_FORMAT" envDefault:"text" help:"text or json"`

	markets []market.ID
	level   slog.Level
	ring    *storage.Ring // nil: the key file's
}

// loadSettings reads and checks the settings. The error names every fault, and
// how to mend it; it quotes no value of a secret.
func loadSettings(environ []string) (settings, error) {
	var s settings
	if err := env.ParseWithOptions(&s, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	faults := slices.Concat(s.checkTelegram(), s.checkDatabase(), s.checkMarkets(), s.checkOps())
	if len(faults) > 0 {
		return s, errors.New("settings:\n  - " + strings.Join(faults, "\n  - "))
	}
	return s, nil
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
			faults = append(faults, "ENCRYPTION_KEYS cannot be read: make a key with 'bot keys new'; several are separated by commas")
		}
		s.ring = ring
	}
	return faults
}

func (s *settings) checkMarkets() (faults []string) {
	for _, name := range fields(s.Markets) {
		switch id := market.ID(name); id {
		case market.MD999:
			s.markets = append(s.markets, id)
		default:
			faults = append(faults, fmt.Sprintf("MARKETS names %q, which is not known: known is 999md", name))
		}
	}
	if len(s.markets) == 0 {
		s.markets = []market.ID{market.MD999}
	}
	if err := md999.CheckURL(s.MD999URL); err != nil {
		faults = append(faults, "MD999_URL must be an https address: "+md999.DefaultURL)
	}
	return faults
}

func (s *settings) checkOps() (faults []string) {
	if _, _, err := net.SplitHostPort(s.OpsAddr); err != nil {
		faults = append(faults, "OPS_ADDR is no address: it looks like 127.0.0.1:9090")
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
	if ring = s.ring; ring == nil {
		if ring, err = storage.LoadOrCreateKeyFile(filepath.Join(s.DataDir, "keys")); err != nil {
			return "", nil, err
		}
	}
	return filepath.Join(s.DataDir, "bazarbot.db"), ring, nil
}

func webAddress(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Host != ""
}

func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

const usage = `Bazarbot: a seller's classified ads, run from a Telegram chat.

  bot [run]        run the bot with the settings below
  bot demo         the whole bot with stand-ins for Telegram and the markets
  bot demo -play   a seller's conversation in the terminal; fails if anything in it does
  bot migrate      bring the database's schema up to date and exit
  bot keys new     print a new encryption key
  bot keys check   tell whether the keys open the database
  bot keys rotate  seal everything with the first key of ENCRYPTION_KEYS
  bot healthcheck  exit 0 when the running bot is ready

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
