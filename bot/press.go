package bot

import (
	"context"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
)

// answerWithin is how long a press may wait for its answer: until then the
// person's app shows the button as busy.
const answerWithin = 1500 * time.Millisecond

// presses answers presses whose lane is busy for too long. It knows only those
// that arrived at this process; answering one that another process has already
// answered does no harm.
type presses struct {
	bot    *Bot
	within time.Duration // answerWithin
	queue  chan waiting

	mu   sync.Mutex
	open map[string]struct{}
}

type waiting struct {
	id string
	at time.Time
}

func newPresses(b *Bot) *presses {
	const enough = 4096
	return &presses{bot: b, within: answerWithin, queue: make(chan waiting, enough), open: map[string]struct{}{}}
}

// arrived starts a press's time. With thousands open the bot has other
// troubles than busy buttons, and further ones are left to their lanes.
func (p *presses) arrived(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.queue <- waiting{id: id, at: time.Now()}:
		p.open[id] = struct{}{}
	default:
	}
}

// answered ends a press's time: its lane answers it.
func (p *presses) answered(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
}

func (p *presses) overdue(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, open := p.open[id]
	delete(p.open, id)
	return open
}

// run answers what is overdue, in order of arrival, until ctx ends. A Telegram
// that hangs on one answer holds up no other.
func (p *presses) run(ctx context.Context) {
	var answering sync.WaitGroup
	defer answering.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-p.queue:
			timer.Reset(time.Until(w.at.Add(p.within)))
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			if p.overdue(w.id) {
				answering.Go(func() { p.answer(ctx, w.id) })
			}
		}
	}
}

func (p *presses) answer(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	_, err := p.bot.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{CallbackQueryID: id})
	if outcome := outcomeOf(err); outcome != sentOK && outcome != sentTooOld {
		p.bot.Log.Warn("press not answered in time", "error", redact(err, p.bot.Token))
	}
}
