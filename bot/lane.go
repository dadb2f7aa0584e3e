package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"

	"bazarbot/dialogs"
	"bazarbot/lanes"
	"bazarbot/market"
)

// Open makes the work of one tenure of a person's lane.
func (b *Bot) Open(lane string) lanes.Work {
	id, _ := strconv.ParseInt(strings.TrimPrefix(lane, Class+":"), 10, 64)
	return &conversation{bot: b, person: id}
}

// conversation works one person's rows. The session it keeps is true for as
// long as the lane is held.
type conversation struct {
	bot     *Bot
	person  int64
	session *dialogs.Session
	loaded  time.Time
}

// Do works a row: the event takes effect and its replies are saved in one
// transaction; then they are sent, each one checkpointed; then the row closes.
func (c *conversation) Do(ctx context.Context, held *lanes.Held, row lanes.Row) error {
	replies, err := decodeReplies(row.Replies)
	if err != nil {
		return err
	}
	if row.State == lanes.Queued {
		out, changes, err := c.answer(ctx, row)
		if err != nil {
			c.session = nil // what was changed in memory did not happen
			return err
		}
		replies = out.replies
		outcome := lanes.Outcome{Rows: out.rows, Close: len(replies) == 0}
		if len(replies) > 0 {
			if outcome.Replies, err = json.Marshal(replies); err != nil {
				return fmt.Errorf("encode replies: %w", err)
			}
		}
		if err := c.bot.Store.Commit(ctx, held.Lease(), row.ID, changes, outcome); err != nil {
			c.session = nil
			return fmt.Errorf("commit: %w", err)
		}
		if outcome.Close {
			return nil
		}
	}
	return c.sendAll(ctx, held, row, replies)
}

// answered is what a row's event leads to, besides changes.
type answered struct {
	replies []reply
	rows    []lanes.NewRow
}

// answer works the row's event without writing anything.
func (c *conversation) answer(ctx context.Context, row lanes.Row) (answered, market.Changes, error) {
	var none market.Changes
	if row.Kind == kindOdd {
		return answered{}, none, &lanes.Hopeless{Cause: errors.New("an update that cannot be decoded")}
	}
	if row.Kind != kindUpdate {
		ev, err := rowEvent(row.Kind, row.Payload, c.person)
		if err != nil {
			return answered{}, none, &lanes.Hopeless{Cause: err}
		}
		return c.converse(ctx, row, ev, "", nil)
	}
	var u models.Update
	if err := json.Unmarshal(row.Payload, &u); err != nil {
		return answered{}, none, &lanes.Hopeless{Cause: errors.New("an update that cannot be decoded")}
	}
	if u.MyChatMember != nil {
		return answered{}, none, c.cameOrLeft(ctx, u.MyChatMember)
	}
	if chat := groupOf(&u); chat != nil {
		return answered{replies: c.inGroup(&u, chat)}, none, nil
	}
	ev, ok := event(&u)
	if !ok {
		return answered{}, none, nil
	}
	query := ""
	if u.CallbackQuery != nil {
		query = u.CallbackQuery.ID
	}
	return c.converse(ctx, row, ev, query, seenIn(&u))
}

// seenIn is what an update tells of its person.
func seenIn(u *models.Update) *market.Seen {
	var from *models.User
	switch {
	case u.CallbackQuery != nil:
		from = &u.CallbackQuery.From
	case u.EditedMessage != nil:
		from = u.EditedMessage.From
	case u.Message != nil:
		from = u.Message.From
	}
	if from == nil {
		return nil
	}
	return &market.Seen{Username: from.Username, At: time.Now()}
}

// converse lets the dialogs answer an event.
func (c *conversation) converse(ctx context.Context, row lanes.Row, ev dialogs.Event, query string, seen *market.Seen) (answered, market.Changes, error) {
	var none market.Changes
	if err := c.load(ctx); err != nil {
		return answered{}, none, err
	}
	turn, err := c.bot.Dialogs.Handle(ctx, c.session, ev)
	if err != nil {
		return answered{}, none, fmt.Errorf("answer %s: %w", ev.Kind, err)
	}
	body, err := c.session.Encode()
	if err != nil {
		return answered{}, none, fmt.Errorf("encode session: %w", err)
	}
	turn.Changes.Session = &market.Session{Person: c.person, Lang: c.session.Lang, Body: body, Seen: seen}
	rows, err := jobRows(turn)
	if err != nil {
		return answered{}, none, err
	}
	return answered{replies: c.render(turn, row, query), rows: rows}, turn.Changes, nil
}

// standingFor is for how long a session is gone by: what others decide about a
// person who never stops is seen then too.
const standingFor = 2 * time.Second

// load reads the session at the first row of a tenure.
func (c *conversation) load(ctx context.Context) error {
	if c.session != nil && time.Since(c.loaded) < standingFor {
		return nil
	}
	c.session = nil
	stored, err := c.bot.Store.Session(ctx, c.person)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	session, err := dialogs.DecodeSession(stored.Body)
	if err != nil {
		return err
	}
	session.Screen, session.Blocked, session.NewsOff = stored.Screen, stored.Blocked, stored.NewsOff
	c.session, c.loaded = session, time.Now()
	return nil
}

// jobRows puts a turn's jobs into the lanes of their accounts, and each of its
// timers into a lane of its own.
func jobRows(turn *dialogs.Turn) ([]lanes.NewRow, error) {
	var rows []lanes.NewRow
	add := func(row lanes.NewRow, job any) error {
		payload, err := json.Marshal(job)
		if err != nil {
			return fmt.Errorf("encode %s: %w", row.Kind, err)
		}
		row.Payload = payload
		rows = append(rows, row)
		return nil
	}
	var errs []error
	for _, job := range turn.Jobs {
		errs = append(errs, add(lanes.NewRow{Lane: AccountLane(job.Account), Key: "publish:" + job.ID, Kind: market.JobPublish}, job))
	}
	for _, job := range turn.Acts {
		errs = append(errs, add(lanes.NewRow{Lane: AccountLane(job.Account), Key: "ad:" + job.ID, Kind: market.JobAd}, job))
	}
	for _, job := range turn.Signs {
		errs = append(errs, add(lanes.NewRow{Lane: AccountLane(job.Account), Key: "sign:" + job.ID, Kind: market.JobSign}, job))
	}
	for _, letter := range turn.Letters {
		rows = append(rows, letterRow(letter))
	}
	for _, job := range turn.Bulks {
		rows = append(rows, bulkRow(job))
	}
	for _, timer := range turn.Timers {
		lane := TimerLane(timer.ID)
		errs = append(errs, add(lanes.NewRow{Lane: lane, Key: lane, Kind: market.JobTimer, Due: timer.Due}, timer))
	}
	return rows, errors.Join(errs...)
}

// render makes the replies as they are saved and sent.
func (c *conversation) render(turn *dialogs.Turn, row lanes.Row, query string) []reply {
	r := renderer{texts: c.bot.Locales, lang: string(turn.Lang()), log: c.bot.Log}
	late := time.Since(row.Arrived) > c.bot.presses.within
	var replies []reply
	for _, d := range turn.Replies {
		if d.Kind != dialogs.ReplyToast {
			out := r.reply(d)
			out.Chat = c.person
			if d.Content != nil {
				content := c.bot.messageFor(*d.Content, d.Lang)
				out.Content = &content
			}
			replies = append(replies, out)
		} else if query != "" {
			replies = append(replies, c.toast(r, d, query, late)...)
		}
	}
	return replies
}

// toast answers a press. One that waited for too long was answered without a
// text, so what is to be said becomes a message. It is answered all the same:
// twice does no harm, and the process that took it in may have died before its
// time came.
func (c *conversation) toast(r renderer, d dialogs.Reply, query string, late bool) []reply {
	answer := dialogs.Reply{Kind: dialogs.ReplyToast}
	if !late {
		answer = d
	}
	out := r.reply(answer)
	out.Chat, out.Query = c.person, query
	if !late || d.Text.IsZero() {
		return []reply{out}
	}
	said := r.reply(dialogs.Reply{Kind: dialogs.ReplyNotice, View: dialogs.View{Text: []dialogs.Text{d.Text}}})
	said.Chat = c.person
	return []reply{out, said}
}

// sendAll sends what is not sent yet, and closes the row. A single reply needs
// no checkpoint of its own: closing is one.
func (c *conversation) sendAll(ctx context.Context, held *lanes.Held, row lanes.Row, replies []reply) error {
	var screen market.Screen
	for i := row.Sent; i < len(replies); i++ {
		if !held.Live() {
			return lanes.ErrStale
		}
		message, outcome, err := c.bot.send(ctx, replies[i])
		if replies[i].Chat != c.person && (outcome == sentRefused || outcome == sentSlowDown) {
			c.bot.Log.Info("a group takes no answer", "person", c.person, "error", err)
			continue // forbidden there, or too much for it: it must not hold up who wrote
		}
		if err != nil {
			return err
		}
		if outcome == sentBlocked && replies[i].Chat == c.person {
			if err := c.bot.Store.SetGone(ctx, c.person, true); err != nil {
				return fmt.Errorf("note that the person left: %w", err)
			}
			break
		}
		if replies[i].isScreen() {
			screen = market.Screen{Person: c.person, Message: message}
			if c.session != nil {
				c.session.Screen = message
			}
		}
		if err := c.noteProgress(ctx, row, replies[i], message); err != nil {
			return err
		}
		if i+1 < len(replies) {
			if err := c.bot.Store.Checkpoint(ctx, held.Lease(), row.ID, i+1, screen); err != nil {
				return fmt.Errorf("checkpoint: %w", err)
			}
		}
	}
	if err := c.bot.Store.Close(ctx, held.Lease(), row.ID, screen); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// noteProgress brings the id of a new progress message back to the dialogs, as
// a row: by then the turn that sent it is committed.
func (c *conversation) noteProgress(ctx context.Context, row lanes.Row, r reply, message int64) error {
	if r.Kind != string(dialogs.ReplyProgress) || message == 0 || message == r.Message {
		return nil
	}
	payload, err := json.Marshal(sentMessage{Name: r.Name, Message: message})
	if err != nil {
		return fmt.Errorf("encode sent message: %w", err)
	}
	key := fmt.Sprintf("sent:%d:%d", row.ID, message)
	_, err = c.bot.Store.Enqueue(ctx, lanes.NewRow{Lane: row.Lane, Key: key, Kind: kindSent, Payload: payload})
	if err != nil {
		return fmt.Errorf("note a progress message: %w", err)
	}
	return nil
}

// Apology tells the person that something of theirs could not be worked. What
// is no person's own, or is an apology itself, gets none.
func (c *conversation) Apology(row lanes.Row, ref string) []lanes.NewRow {
	if c.person <= 0 || row.Kind == kindFailed || row.Kind == kindOdd {
		return nil
	}
	return []lanes.NewRow{{
		Lane: row.Lane, Key: "apology:" + strconv.FormatInt(row.ID, 10), Kind: kindFailed, Payload: []byte(ref),
	}}
}

// cameOrLeft notes whether the person has blocked the bot.
func (c *conversation) cameOrLeft(ctx context.Context, m *models.ChatMemberUpdated) error {
	if m.Chat.Type != models.ChatTypePrivate {
		return nil
	}
	gone := m.NewChatMember.Type == models.ChatMemberTypeBanned || m.NewChatMember.Type == models.ChatMemberTypeLeft
	if err := c.bot.Store.SetGone(ctx, c.person, gone); err != nil {
		return fmt.Errorf("note who came or left: %w", err)
	}
	return nil
}
