package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"bazarbot/jobs"
	"bazarbot/sandbox/md999"
	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// demoKey is the API key with which the stand-in of 999.md lets one in. It
// opens nothing anywhere else.
const demoKey = "demo-key-of-999md"

// town is the world the demo and the end-to-end tests run the bot in: stand-ins
// for Telegram and the markets, on this machine only.
type town struct {
	telegram *telegram.Server
	md999    *md999.Server
	omarket  *omarket.Server
}

// townOptions are the stand-ins' own options.
type townOptions struct {
	telegram telegram.Options
	md999    md999.Options
	omarket  omarket.Options
}

// openTown starts the stand-ins.
func openTown(opts townOptions) (*town, error) {
	t := &town{md999: md999.New(opts.md999), omarket: omarket.New(opts.omarket)}
	if err := t.md999.Start(); err != nil {
		return nil, err
	}
	if err := t.omarket.Start(); err != nil {
		return nil, errors.Join(err, t.md999.Close())
	}
	t.md999.AddAccount(md999.Account{
		Key: demoKey, Label: "Seller", Phones: []string{"37378888888"}, Balance: 100,
	})
	if opts.telegram.Web == nil {
		opts.telegram.Web = t.picture
	}
	opts.telegram.Panels = []telegram.Panel{
		{Title: "999.md", Handler: t.md999.Panel()},
		{Title: "O!Market", Handler: t.omarket.Panel()},
	}
	t.telegram = telegram.New(opts.telegram)
	if _, err := t.telegram.Start(); err != nil {
		return nil, errors.Join(err, t.md999.Close(), t.omarket.Close())
	}
	return t, nil
}

// picture is the web as far as Telegram finds pictures there: those of the
// markets.
func (t *town) picture(address string) []byte {
	if picture := t.md999.Image(address); picture != nil {
		return picture
	}
	return t.omarket.Image(address)
}

func (t *town) close() error {
	t.telegram.Close()
	return errors.Join(t.md999.Close(), t.omarket.Close())
}

// settings are those of a bot that lives in the town, with an embedded
// database in dir.
func (t *town) settings(dir string) []string {
	return []string{
		"TELEGRAM_TOKEN=" + t.telegram.Token(),
		"TELEGRAM_API_URL=" + t.telegram.URL(),
		"MD999_URL=" + t.md999.URL(),
		"OMARKET_URL=" + t.omarket.URL(),
		"OMARKET_API_KEY=" + omarket.DefaultAPIKey,
		"DATA_DIR=" + dir,
		"OPS_ADDR=127.0.0.1:0",
		"LOG_LEVEL=warn",
	}
}

// demo runs the very bot of production in the town. It needs nothing but this
// program.
func demo(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(out)
	played := flags.Bool("play", false, "play a seller's conversation in the terminal; fails if anything in it does")
	lang := flags.String("lang", "ru", "with -play: the seller's language, ru, ro or ky")
	addr := flags.String("addr", "127.0.0.1:8088", "where the chat page is served")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return &usageError{err.Error()}
	}
	if *played {
		*addr = "127.0.0.1:0"
	}
	t, err := openTown(townOptions{telegram: telegram.Options{Addr: *addr, Username: "bazarbot_demo_bot", Name: "Bazarbot", People: telegram.DemoPeople()}})
	if err != nil {
		return fmt.Errorf("%w (is another demo running? choose a place with -addr)", err)
	}
	defer func() { _ = t.close() }()
	dir, err := os.MkdirTemp("", "bazarbot-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cfg, err := loadSettings(append(t.settings(dir), "ADMIN_IDS="+strconv.Itoa(telegram.DemoAdmin)))
	if err != nil {
		return err
	}
	return t.live(ctx, cfg, func(ctx context.Context) error {
		if *played {
			return play(ctx, t, *lang, true, out)
		}
		_, err := fmt.Fprintf(out, "\n  The chat:  %s\n  The API key to connect 999.md with:  %s\n  What O!Market sends by SMS:  on its panel, beside the chat\n  Who may /broadcast, and more:  Admin\n\n  Everything is on this machine, and gone at the end: stop with Ctrl-C.\n\n",
			t.telegram.URL(), demoKey)
		<-ctx.Done()
		return err
	})
}

// demoPace: who decides on a panel beside the chat what becomes of an ad wants to
// see at once what its seller reads.
var demoPace = jobs.Pace{Tick: 500 * time.Millisecond, Checked: time.Second, Usual: 5 * time.Second, Idle: time.Minute}

// live runs the bot beside what is done with it, and ends both.
func (t *town) live(ctx context.Context, cfg settings, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready, stopped := make(chan struct{}), make(chan error, 1)
	go func() { stopped <- run(ctx, cfg, seams{pace: demoPace, ready: func(string) { close(ready) }}) }()
	select {
	case err := <-stopped:
		return err
	case <-ready:
	}
	err := do(ctx)
	cancel()
	return errors.Join(err, <-stopped)
}

// playWithin bounds the played conversation.
const playWithin = 90 * time.Second

// newPersonID is a person nobody has met yet.
func newPersonID() int64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return 1_000_000 + int64(b[0])<<16 + int64(b[1])<<8 + int64(b[2])
}
