// Package bot is the Telegram edge: updates come in by long polling or by a
// webhook and become work rows; rows of a person's lane are worked by the
// conversations; what those answer is rendered in the person's language and
// sent.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/locales"
	"bazarbot/market"
)

// Class is the class of the lanes this package works: one lane per person.
const Class = "user"

// The kinds of rows in a person's lane.
const (
	kindUpdate  = "update"            // payload: a Telegram update as it came
	KindReport  = "report"            // payload: a market.Report as JSON
	KindTimed   = "timed"             // payload: a market.Timer as JSON
	KindWatched = "watched"           // payload: a market.Watched as JSON
	KindLetter  = "letter"            // payload: a market.Letter as JSON
	kindSent    = "sent"              // payload: a sentMessage as JSON
	kindFailed  = "failed"            // payload: the reference of a row that was set aside
	kindOdd     = "update.unreadable" // payload: an update that cannot be decoded
)

// Lane is a person's lane.
func Lane(person int64) string { return Class + ":" + strconv.FormatInt(person, 10) }

// AccountLane is the lane of an account's writes to its market.
func AccountLane(account string) string { return "account:" + account }

// TimerLane is the lane in which a timer waits.
func TimerLane(id string) string { return "timer:" + id }

// Store is what the edge asks of the database.
type Store interface {
	Enqueue(ctx context.Context, rows ...lanes.NewRow) (int, error)
	Session(ctx context.Context, person int64) (market.Session, error)
	Commit(ctx context.Context, lease lanes.Lease, row int64, ch market.Changes, out lanes.Outcome) error
	Checkpoint(ctx context.Context, lease lanes.Lease, row int64, sent int, screen market.Screen) error
	Close(ctx context.Context, lease lanes.Lease, row int64, screen market.Screen) error
	SetGone(ctx context.Context, person int64, gone bool) error
}

// Config is what the edge needs.
type Config struct {
	Token    string
	APIURL   string // Telegram's, or a local Bot API server
	HTTP     *http.Client
	Store    Store
	Dialogs  *dialogs.Dialogs
	Locales  *locales.Bundle
	Log      *slog.Logger
	Observer Observer
	Bulk     Bulk    // nil: nothing is sent to many
	Pauses   Pauses  // nil: no other process sends with this token
	Owner    string  // names this process to the others
	BulkRate int     // messages a second to many; 0: DefaultBulkRate
	Alerts   *Alerts // nil: the staff hears of nothing
}

// Observer hears of what is sent, for metrics. It must be quick.
type Observer interface {
	Sent(kind, outcome string, took time.Duration)
	Received(kind string)
}

// Bot is the Telegram edge of one process.
type Bot struct {
	Config
	api      *tg.Bot
	username string
	presses  *presses
	pace     *pacer
}

// longestCall ends what hangs: polling, and a picture of the largest size, take
// less. Most calls have a shorter time of their own.
const longestCall = time.Minute

// New prepares the edge. It makes no call: Start does.
func New(cfg Config) (*Bot, error) {
	bounded := *cfg.HTTP
	bounded.Timeout = longestCall
	cfg.HTTP = &bounded
	api, err := tg.New(cfg.Token, tg.WithSkipGetMe(), tg.WithServerURL(strings.TrimRight(cfg.APIURL, "/")),
		tg.WithHTTPClient(time.Minute, cfg.HTTP),
		tg.WithErrorsHandler(func(err error) { cfg.Log.Warn("telegram client", "error", redact(err, cfg.Token)) }))
	if err != nil {
		return nil, fmt.Errorf("telegram client: %w", redact(err, cfg.Token))
	}
	b := &Bot{Config: cfg, api: api}
	b.presses = newPresses(b)
	b.pace = newPacer(cfg.Pauses, cfg.Owner, cfg.BulkRate, cfg.Log)
	return b, nil
}

// Username is the bot's, as Telegram tells it; empty before Start.
func (b *Bot) Username() string { return b.username }

// Start asks Telegram who the bot is and gives it its commands and
// descriptions, in every language. Those are bounded for hours at a time and
// stay as they were: that they are not taken is only worth a word.
func (b *Bot) Start(ctx context.Context) error {
	var me *models.User
	err := patiently(ctx, func() (err error) {
		me, err = b.api.GetMe(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("telegram getMe: %w", redact(err, b.Token))
	}
	b.username = me.Username
	for _, lang := range b.Locales.Langs() {
		if err := b.describe(ctx, lang); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			b.Log.Warn("the bot is not described", "lang", lang, "error", redact(err, b.Token))
		}
	}
	return nil
}

const (
	patience     = 5                // how often a call of the start is made at most
	longestDelay = 30 * time.Second // that is waited for before the next
)

// patiently makes a call that a start needs, and makes it again when Telegram
// asks to wait a moment, as it does when several processes start together.
func patiently(ctx context.Context, call func() error) error {
	for tries := 1; ; tries++ {
		err := call()
		wait := retryAfter(err)
		if outcomeOf(err) != sentSlowDown || tries == patience || wait > longestDelay || !pause(ctx, wait) {
			return err
		}
	}
}

// describe sets commands and descriptions for one language; the source
// language serves everybody whose own is not there.
func (b *Bot) describe(ctx context.Context, lang string) error {
	commands, err := b.commands(lang, b.Dialogs.Commands())
	if err != nil {
		return err
	}
	about, err := b.Locales.Text(lang, "bot.about", nil)
	if err != nil {
		return err
	}
	code := languageCode(lang)
	private := &models.BotCommandScopeAllPrivateChats{}
	if _, err := b.api.SetMyCommands(ctx, &tg.SetMyCommandsParams{Commands: commands, Scope: private, LanguageCode: code}); err != nil {
		return err
	}
	_, err = b.api.SetMyShortDescription(ctx, &tg.SetMyShortDescriptionParams{ShortDescription: about, LanguageCode: code})
	return err
}

// Run answers presses that the lanes are too slow for, until ctx ends.
func (b *Bot) Run(ctx context.Context) { b.presses.run(ctx) }

// longestError bounds an error's text: the library's may hold a whole page that a
// proxy gave in Telegram's place.
const longestError = 400

// redact keeps the token out of an error's text, and what is too long; the chain
// stays.
func redact(err error, token string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if token != "" {
		text = strings.ReplaceAll(text, token, "[token]")
	}
	if text = cut(text, longestError); text == err.Error() {
		return err
	}
	return &redacted{text: text, err: err}
}

type redacted struct {
	text string
	err  error
}

func (r *redacted) Error() string { return r.text }

func (r *redacted) Is(target error) bool { return errors.Is(r.err, target) }

func (r *redacted) As(target any) bool { return errors.As(r.err, target) }
