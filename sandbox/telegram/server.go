// Package telegram stands in for Telegram: a Bot API server over real HTTP, the
// people on the other side of it as a Go API, and a page to chat on.
//
// It is a strict witness. What Telegram refuses it refuses with the same code
// and description; where it is stricter than Telegram (an unknown parameter, a
// button without a text) the comment beside it says so. Facts come from the
// Bot API's documentation (https://core.telegram.org/bots/api, sections are
// named by their anchors) and from what the public server answers.
//
// A Server has two sides that share nothing but its state: bots call
// /bot<token>/<method> and get updates by getUpdates or a webhook; people are
// driven by [Person], or by the page at "/".
package telegram

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bazarbot/sandbox/stand"
)

// Options configure a Server. The zero value works.
type Options struct {
	// Token is the bot's, "<bot id>:<secret>". Default: a made-up one; see [Server.Token].
	Token string
	// Username and Name are the bot's, as getMe and the page tell them.
	Username, Name string
	// Addr is where Start listens. Default: 127.0.0.1:0.
	Addr string
	// FirstUpdateID is the id of the first update. Default: 1000001.
	FirstUpdateID int64
	// Keep is how many messages a chat holds; older ones are forgotten, as if
	// deleted. Default 1000, negative: all.
	Keep int
	// Calls is how many of the bot's calls are remembered. Default 10000, negative: none.
	Calls int
	// CallbackTTL is how long an undelivered press waits for the bot. Default 150 s.
	CallbackTTL time.Duration
	// AnswerWithin is how long after a press its answer is still taken. Default 15 s.
	AnswerWithin time.Duration
	// WebhookBackoff tells how long to wait after a chat's delivery failed for
	// the n-th time in a row (from 1). Default: 1 s, doubling up to a minute.
	WebhookBackoff func(failures int) time.Duration
	// WebhookTimeout bounds one delivery. Default 60 s.
	WebhookTimeout time.Duration
	// Before is called with every call before it takes effect and After when it
	// has, before the answer is sent. They may block; they run in the call's
	// goroutine.
	Before, After func(Call)
	// Web gives what there is at a web address that a bot names as a picture; nil
	// where there is nothing. Without it nothing is anywhere.
	Web func(address string) []byte
	// People are there from the start, for the page to choose from.
	People []Profile
	// Panels are further pages shown beside the chat.
	Panels []Panel
}

// Panel is a page shown beside the chat. Its handler sees paths from "/".
type Panel struct {
	Title   string
	Handler http.Handler
}

// Server is one bot's Telegram. It is safe for concurrent use.
type Server struct {
	opts  Options
	token string
	bot   User

	chats  sync.Map // chat id → *chat
	people sync.Map // user id → *Person
	files  *fileStore
	queue  *queue
	faults faultList
	calls  *callLog
	facts  botFacts // commands, descriptions, menu buttons

	host   *stand.Host
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	groups atomic.Int64 // groups made
	albums atomic.Int64 // albums made

	mu       sync.Mutex     // guards what follows
	inFlight sync.WaitGroup // handlers; so that Close waits for them
	closed   bool
}

// New makes a server; Start makes it listen. Close it in either case.
func New(opts Options) *Server {
	opts = opts.withDefaults()
	id, _, _ := strings.Cut(opts.Token, ":")
	botID, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		botID = defaultBotID
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		opts:   opts,
		token:  opts.Token,
		bot:    User{ID: botID, IsBot: true, FirstName: opts.Name, Username: opts.Username},
		files:  newFileStore(opts.Token),
		calls:  newCallLog(opts.Calls),
		ctx:    ctx,
		cancel: cancel,
	}
	s.queue = newQueue(ctx, opts)
	s.host = stand.NewHost("Telegram", opts.Addr, s.routes())
	for _, profile := range opts.People {
		s.Person(profile)
	}
	return s
}

const (
	defaultBotID = 7000000001
	defaultToken = "7000000001:sandbox-token-of-a-bot-that-is-not"
)

func (o Options) withDefaults() Options {
	orString := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	orDuration := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	orString(&o.Token, defaultToken)
	orString(&o.Username, "bazar_sandbox_bot")
	orString(&o.Name, "Bazarbot")
	orDuration(&o.CallbackTTL, 150*time.Second)
	orDuration(&o.AnswerWithin, 15*time.Second)
	orDuration(&o.WebhookTimeout, time.Minute)
	if o.FirstUpdateID == 0 {
		o.FirstUpdateID = 1000001
	}
	if o.Keep == 0 {
		o.Keep = 1000
	}
	if o.Calls == 0 {
		o.Calls = 10000
	}
	if o.WebhookBackoff == nil {
		o.WebhookBackoff = doubling
	}
	return o
}

// doubling is the default backoff of webhook deliveries.
func doubling(failures int) time.Duration {
	return min(time.Second<<min(failures-1, 6), time.Minute)
}

// Token is the bot's token.
func (s *Server) Token() string { return s.token }

// Bot is the bot as people see it.
func (s *Server) Bot() User { return s.bot }

// Handler serves the Bot API and the page.
func (s *Server) Handler() http.Handler { return s.host.Handler() }

// Start listens and serves until Close. It returns the server's base URL, which
// is what the bot takes as its Bot API address.
func (s *Server) Start() (string, error) {
	err := s.host.Start()
	return s.host.URL(), err
}

// URL is the base URL, "" before Start.
func (s *Server) URL() string { return s.host.URL() }

// Close ends long polls, deliveries and streams and waits for them, and for
// calls that Before or After holds.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	_ = s.host.Close()
	s.inFlight.Wait()
	s.queue.close()
}

// enter counts a running handler; it reports false when the server is closed.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.inFlight.Add(1)
	return true
}

func (s *Server) routes() http.Handler {
	page := s.pageRoutes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			http.Error(w, "closed", http.StatusServiceUnavailable)
			return
		}
		defer s.inFlight.Done()
		switch {
		case strings.HasPrefix(r.URL.Path, "/bot"):
			s.serveBot(w, r)
		case strings.HasPrefix(r.URL.Path, "/file/bot"):
			s.serveFile(w, r)
		default:
			page.ServeHTTP(w, r)
		}
	})
}
