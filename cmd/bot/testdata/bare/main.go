// Command bare is what the bench compares the bot with: the library's own
// webhook handler, one read and one write per update, and the reply. It keeps
// no promise: an update is confirmed before it is handled.
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	db, err := sqlx.ConnectContext(ctx, "postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	if _, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS bare (id BIGINT PRIMARY KEY, body TEXT NOT NULL)`); err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	handler := func(ctx context.Context, b *tg.Bot, u *models.Update) {
		if u.Message == nil {
			return
		}
		var body []string
		if err := db.SelectContext(ctx, &body, `SELECT body FROM bare WHERE id = $1`, u.Message.From.ID); err != nil {
			log.Print(err)
			return
		}
		if _, err := db.ExecContext(ctx, `INSERT INTO bare (id, body) VALUES ($1, $2)
			ON CONFLICT (id) DO UPDATE SET body = excluded.body`, u.Message.From.ID, u.Message.Text); err != nil {
			log.Print(err)
			return
		}
		if _, err := b.SendMessage(ctx, &tg.SendMessageParams{ChatID: u.Message.Chat.ID, Text: "You said: " + u.Message.Text}); err != nil {
			log.Print(err)
		}
	}
	b, err := tg.New(os.Getenv("TELEGRAM_TOKEN"), tg.WithServerURL(os.Getenv("TELEGRAM_API_URL")), tg.WithSkipGetMe(),
		tg.WithHTTPClient(time.Minute, &http.Client{Transport: transport}), tg.WithDefaultHandler(handler),
		tg.WithWebhookSecretToken(os.Getenv("WEBHOOK_SECRET")))
	if err != nil {
		return err
	}
	server := &http.Server{Addr: os.Getenv("LISTEN_ADDR"), Handler: b.WebhookHandler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	if _, err := b.SetWebhook(ctx, &tg.SetWebhookParams{
		URL: os.Getenv("WEBHOOK_URL"), SecretToken: os.Getenv("WEBHOOK_SECRET"), MaxConnections: 100,
	}); err != nil {
		return err
	}
	b.StartWebhook(ctx)
	return server.Shutdown(context.Background())
}
