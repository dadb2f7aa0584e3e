package dialogs_test

import (
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// amends shows what becomes of a message above the screen.
func (c *chat) amends(r dialogs.Reply) {
	c.t.Helper()
	if c.amended == nil {
		c.amended = map[int64]dialogs.View{}
	}
	c.amended[r.Message] = r.View
	c.note("(above) " + c.speaker().screen(r.View))
	fits(c.t, r.View)
	if len(r.View.Rows) > 0 {
		c.t.Error("what is over has buttons")
	}
}

// tellsTheEnd checks what a message says by now that stood for the progress.
func (c *chat) tellsTheEnd(message int64, says string) {
	c.t.Helper()
	v, ok := c.amended[message]
	if !ok || !c.has(v, says) || c.has(v, "Публикуем") {
		c.fatal("message %d says %q, not %q", message, c.speaker().screen(v), says)
	}
}

// However publishing ends, and wherever the person is then, no message goes on
// saying that the ad is being published.
func TestProgressEnds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		report market.Report
		says   string
	}{
		{"done", market.Report{Stage: market.StageDone, AdID: "77"}, "Объявление отправлено на 999.md"},
		{"refused", market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "нет", Ref: "R"}, "Не опубликовано на 999.md"},
		{"no money", market.Report{Stage: market.StageFailed, Kind: market.NoMoney, Ref: "R"}, "Не опубликовано на 999.md"},
		{"key revoked", market.Report{Stage: market.StageFailed, Kind: market.NotSignedIn, Ref: "R"}, "Не опубликовано на 999.md"},
		{"unknown", market.Report{Stage: market.StageUnknown}, "Неизвестно, появилось ли объявление"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := published(t)
			first := c.screen
			c.report(market.Report{Stage: market.StagePhotos, Done: 1, Total: 2})
			c.talk("> сколько ещё?\n< Публикуем")
			second := c.screen
			c.report(market.Report{Stage: market.StageWaiting})
			c.report(tt.report)
			c.tellsTheEnd(first, tt.says)
			c.tellsTheEnd(second, tt.says)
			if c.screen == second || len(c.amended) != 2 || len(c.decoded().Standing) != 0 {
				c.fatal("the screen is message %d, and %d were put right", c.screen, len(c.amended))
			}
		})
		t.Run(tt.name+", elsewhere", func(t *testing.T) {
			t.Parallel()
			c := published(t)
			first := c.screen
			c.talk("> /help\n> [Главное меню]")
			c.report(tt.report)
			c.tellsTheEnd(first, tt.says)
			if len(c.amended) != 1 || len(c.notices) != 1 {
				c.fatal("%d were put right, %d came", len(c.amended), len(c.notices))
			}
		})
	}
}

// What was put in place of the progress needs nothing put right.
func TestProgressReplaced(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.report(market.Report{Stage: market.StageDone, AdID: "77"})
	c.talk("< Объявление отправлено\n> /help")
	if len(c.amended) != 0 {
		c.fatal("%d were put right", len(c.amended))
	}
	c = published(t)
	c.talk("> [Главное меню]\n> /help")
	c.report(market.Report{Stage: market.StageFailed, Ref: "R"})
	if len(c.amended) != 0 {
		c.fatal("%d were put right", len(c.amended))
	}
}

// disturbs counts what the newest turn did in the chat, but for what it put right
// above the screen, which nobody is told of.
func (c *chat) disturbs() (n int) {
	for _, r := range c.turn.Replies {
		if r.Kind != dialogs.ReplyNotice || r.Message == 0 {
			n++
		}
	}
	return n
}
