package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"

	"bazarbot/lanes"
	"bazarbot/sandbox/telegram"
)

// outcomes are what sending can come to.
var outcomes = []struct {
	name    string
	reply   reply
	fault   telegram.Fault
	want    sent
	later   time.Duration // the error is a lanes.Later of at least that
	refused bool          // the error is our own
	shows   string        // the chat's last message of the bot
}{
	{name: "a message", reply: reply{Kind: "notice", Text: "Привет"}, want: sentOK, shows: "Привет"},
	{name: "an edit", reply: reply{Kind: "screen", Text: "Новое", Message: 2}, want: sentOK, shows: "Новое"},
	{name: "not modified", reply: reply{Kind: "screen", Text: "Старое", Message: 2}, want: sentSame, shows: "Старое"},
	{name: "no target", reply: reply{Kind: "screen", Text: "Новое", Message: 999}, want: sentOK, shows: "Новое"},
	{name: "target cannot be edited", reply: reply{Kind: "screen", Text: "Новое", Message: 2}, fault: refuse(400, "Bad Request: message can't be edited"), want: sentOK, shows: "Новое"},
	{name: "erased", reply: reply{Kind: "erase", Message: 1, Text: "Удалите сами"}, want: sentOK, shows: "Старое"},
	{name: "erased before", reply: reply{Kind: "erase", Message: 999, Text: "Удалите сами"}, want: sentSame, shows: "Старое"},
	{name: "cannot be erased", reply: reply{Kind: "erase", Message: 1, Text: "Удалите сами"}, fault: refuse(400, "Bad Request: message can't be deleted for everyone"), want: sentOK, shows: "Удалите сами"},
	{name: "press too old", reply: reply{Kind: "toast", Query: "1"}, want: sentTooOld, shows: "Старое"},
	{name: "late toast", reply: reply{Kind: "toast", Query: "1", Text: "5 < 7 & 8"}, want: sentOK, shows: "5 < 7 & 8"},
	{name: "blocked", reply: reply{Kind: "notice", Text: "x"}, fault: refuse(403, "Forbidden: bot was blocked by the user"), want: sentBlocked},
	{name: "deactivated", reply: reply{Kind: "notice", Text: "x"}, fault: refuse(403, "Forbidden: user is deactivated"), want: sentBlocked},
	{name: "no chat", reply: reply{Kind: "notice", Text: "x", Chat: 999}, want: sentBlocked},
	{name: "429", reply: reply{Kind: "notice", Text: "x"}, fault: telegram.Fault{Kind: telegram.FaultTooMany, RetryAfter: 7}, want: sentSlowDown, later: 7 * time.Second},
	{name: "502", reply: reply{Kind: "notice", Text: "x"}, fault: telegram.Fault{Kind: telegram.FaultServer}, want: sentFailed, later: time.Second},
	{name: "500", reply: reply{Kind: "notice", Text: "x"}, fault: refuse(500, "Internal Server Error"), want: sentFailed, later: time.Second},
	{name: "401", reply: reply{Kind: "notice", Text: "x"}, fault: refuse(401, "Unauthorized"), want: sentFailed, later: time.Second},
	{name: "lost", reply: reply{Kind: "notice", Text: "x"}, fault: telegram.Fault{Kind: telegram.FaultLostBefore}, want: sentFailed, later: time.Second},
	{name: "bad markup", reply: reply{Kind: "notice", Text: "<b>x"}, want: sentRefused, refused: true},
	{name: "too long", reply: reply{Kind: "notice", Text: strings.Repeat("x", 4097)}, want: sentRefused, refused: true},
	{name: "empty", reply: reply{Kind: "notice"}, want: sentRefused, refused: true},
}

func refuse(code int, description string) telegram.Fault {
	return telegram.Fault{Kind: telegram.FaultRefuse, Code: code, Description: description}
}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, tt := range outcomes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.person.Send("/start")
			if _, _, err := h.bot.send(h.ctx, reply{Kind: "screen", Chat: seller, Text: "Старое"}); err != nil {
				t.Fatal(err)
			}
			if tt.fault.Kind != "" {
				h.telegram.Inject(tt.fault)
			}
			if tt.reply.Chat == 0 {
				tt.reply.Chat = seller
			}
			_, outcome, err := h.bot.send(h.ctx, tt.reply)
			if outcome != tt.want {
				t.Errorf("%s, want %s: %v", outcome, tt.want, err)
			}
			var later *lanes.Later
			switch {
			case errors.As(err, &later) != (tt.later > 0), (err != nil) != (tt.later > 0 || tt.refused):
				t.Errorf("the error is %v", err)
			case tt.later > 0 && later.After < tt.later:
				t.Errorf("later, in %v", later.After)
			case err != nil && strings.Contains(err.Error(), h.telegram.Token()):
				t.Error("the token is in the error")
			}
			if tt.shows != "" {
				if last, _ := h.person.Last(); last.Text != tt.shows {
					t.Errorf("the chat shows %q", last.Text)
				}
			}
		})
	}
}

// What fails for a while is sent when it is over, once, and the rest after it.
func TestSendAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]telegram.Fault{
		"429": {Kind: telegram.FaultTooMany, Method: "sendMessage", RetryAfter: 1},
		"502": {Kind: telegram.FaultServer, Method: "sendMessage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.telegram.Inject(fault)
			h.person.Send("/start")
			h.live()
			h.ended(kindUpdate, lanes.Put)
			h.see("Ваши объявления")
			h.ended(kindUpdate, lanes.Done)
		})
	}
}

// A person who has left is noted, and noted again when they are back.
func TestGone(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	h.see("Ваши объявления")
	h.ended(kindUpdate, lanes.Done)
	for _, gone := range []bool{true, false} {
		if gone {
			h.person.Block()
		} else {
			h.person.Unblock()
		}
		h.ended(kindUpdate, lanes.Done)
		h.isGone(seller, gone)
	}
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultRefuse, Method: "sendMessage", Code: http.StatusForbidden, Description: "Forbidden: bot was blocked by the user"})
	h.person.Send("/help")
	h.ended(kindUpdate, lanes.Done)
	h.isGone(seller, true)
}

// isGone checks whether it is noted that a person has left.
func (h *house) isGone(person int64, want bool) {
	h.t.Helper()
	card, _, err := h.db.PersonCard(h.ctx, person)
	if err != nil {
		h.t.Fatal(err)
	}
	if card.Gone.IsZero() == want {
		h.t.Errorf("%d is gone since %v; want gone: %v", person, card.Gone, want)
	}
}

// A message that carries a key is deleted; if Telegram refuses, the person is
// asked to do it. The key reaches neither the log nor what is sent.
func TestSecretDeleted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/accounts")
	h.live()
	h.see("Аккаунтов пока нет")
	if err := h.person.PressContaining("Подключить 999.md"); err != nil {
		t.Fatal(err)
	}
	h.see("Где взять")
	h.person.Send("wrong-key")
	h.see("не принял этот ключ")
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultRefuse, Method: "deleteMessage", Code: 400, Description: "Bad Request: message can't be deleted"})
	h.person.Send("good-key")
	h.see("999.md подключён")
	kept, asked := false, false
	for _, m := range h.person.Messages() {
		if m.Text == "wrong-key" {
			t.Error("the refused key is still in the chat")
		}
		kept = kept || m.Text == "good-key"
		asked = asked || strings.Contains(m.Text, "не дал удалить")
	}
	if !kept || !asked {
		t.Errorf("kept: %v, asked to delete it: %v", kept, asked)
	}
	if log := h.log.String(); strings.Contains(log, "-key") {
		t.Errorf("a key is in the log:\n%s", log)
	}
}

// In a group the bot answers with the way to the private chat, and asks nothing.
func TestGroup(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	h.see("Ваши объявления")
	group := h.telegram.Group("Барахолка", h.person)
	for _, text := range []string{"/new", "/new@bazar_bot", "спроси у @bazar_bot"} {
		before := len(h.telegram.Calls("sendMessage"))
		h.person.InGroup(group, text)
		calls, err := h.telegram.WaitCalls(h.ctx, func(cs []telegram.Call) bool {
			return len(cs) > before && cs[len(cs)-1].Code != 0
		}, "sendMessage")
		if err != nil {
			t.Fatalf("%q was not answered", text)
		}
		if last := calls[len(calls)-1]; last.Chat != group.ID() || !strings.Contains(last.Params["text"], "только в личном чате") ||
			!strings.Contains(last.Params["reply_markup"], "https://t.me/bazar_bot") {
			t.Errorf("%q was answered with %+v", text, last.Params)
		}
	}
	h.person.InGroup(group, "/new@other_bot")
	h.person.InGroup(group, "просто разговор")
	h.person.Send("/help")
	h.see("Что умеет бот")
	if n := len(h.telegram.Calls("sendMessage")); n != 5 {
		t.Errorf("%d messages", n)
	}
}

// A group that takes no answer is nobody's trouble: the work ends, and who wrote
// there is not written to.
func TestGroupThatForbids(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	h.see("Ваши объявления")
	h.ended(kindUpdate, lanes.Done)
	group := h.telegram.Group("Барахолка", h.person)
	h.ended(kindUpdate, lanes.Done) // that the bot is in it
	before := len(h.person.Messages())
	h.telegram.Inject(telegram.Fault{
		Kind: telegram.FaultRefuse, Method: "sendMessage", Chat: group.ID(), Times: -1, Code: http.StatusBadRequest,
		Description: "Bad Request: not enough rights to send text messages to the chat",
	})
	h.person.InGroup(group, "/new")
	select {
	case e := <-h.worked:
		if e.Outcome != lanes.Done {
			t.Errorf("the work ended as %s", e.Outcome)
		}
	case <-h.ctx.Done():
		t.Fatal("nothing was worked")
	}
	if n := len(h.telegram.Calls("sendMessage")); n != 2 {
		t.Errorf("%d messages were sent", n)
	}
	if n := len(h.person.Messages()); n != before {
		t.Errorf("%d messages in the private chat, %d before", n, before)
	}
}

// What Telegram has taken is not sent again, whatever the library makes of its
// answer; a group that has become another one is not waited for.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	taken := json.Unmarshal([]byte(`"1"`), new(int))
	for name, tt := range map[string]struct {
		err  error
		want sent
	}{
		"taken, answered oddly": {fmt.Errorf("error decode response result for method sendMessage, %w", taken), sentOK},
		"a page of a proxy":     {fmt.Errorf("error decode response body for method sendMessage, <html>, %w", taken), sentFailed},
		"another group":         {&tg.MigrateError{Message: "Bad Request: group chat was upgraded to a supergroup chat", MigrateToChatID: -1002}, sentRefused},
	} {
		if got := outcomeOf(tt.err); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// Telegram bounds how often a bot is described, for hours: one that runs already
// as it should does not wait for that, nor end by being asked to wait a moment.
func TestStartIsPatient(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, method := range []string{"getMe", "setWebhook", "deleteWebhook"} {
		h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Method: method, RetryAfter: 1})
	}
	h.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Method: "setMyShortDescription", Times: -1, RetryAfter: 80_000})
	if err := h.bot.Start(h.ctx); err != nil {
		t.Errorf("start: %v", err)
	}
	if err := h.bot.Register(h.ctx, "https://bot.example.com/telegram", "0123456789abcdef"); err != nil {
		t.Errorf("register: %v", err)
	}
	if err := h.bot.Unregister(h.ctx); err != nil {
		t.Errorf("unregister: %v", err)
	}
	if !strings.Contains(h.log.String(), "the bot is not described") {
		t.Error("nobody is told that the bot is not described")
	}
}
