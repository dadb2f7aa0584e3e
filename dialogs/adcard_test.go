package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/market"
)

// illustrated is a shop whose ad has photos.
func illustrated() *table {
	m := shop()
	m.ads[0].Photos = []string{"https://m.example/1.jpg", "https://m.example/2.jpg", "i3.jpg"}
	return m
}

// hasPicture checks which picture the screen has; "" is none.
func (c *chat) hasPicture(address string) {
	c.t.Helper()
	if c.view.Photo != address {
		c.fatal("the picture is %q, not %q", c.view.Photo, address)
	}
}

// The card of one's own ad shows the cover, also while something is asked or
// done, and all photos when they are asked for. Whatever was written, the card
// with its buttons is one message.
func TestOwnCardPhotos(t *testing.T) {
	t.Parallel()
	m := illustrated()
	m.caps.Republish = true
	m.ads[0].Title, m.ads[0].Text, m.ads[0].Reasons = evil+"\nвторая строка", strings.Repeat("😀 "+evil, 200), nil
	cover := m.ads[0].Photos[0]
	c := seat(t, m)
	c.talk("> /ads\n> [<b>5]\n< 😀 <b>5\n< [Изменить]")
	c.hasPicture(cover)
	shown := c.screen
	for _, press := range []string{"> [Поднять]", "> [Назад]", "> [Скрыть]\n< Делаем…\n- [Изменить]"} {
		c.talk(press)
		c.hasPicture(cover)
	}
	if c.screen != shown {
		c.fatal("the card was message %d and is %d", shown, c.screen)
	}
	c.tells(c.acts[0], market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: strings.Repeat("слово ", 90), Ref: "ref"})
	c.talk("< слово\n< [Изменить]\n> [Показать все 2 фото]\n< 😀 <b>5")
	c.hasPicture(cover)
	if len(c.albums) != 1 || strings.Join(c.albums[0].Photos, " ") != cover+" https://m.example/2.jpg" || c.screen == shown {
		c.fatal("the albums are %+v", c.albums)
	}
	shown = c.screen
	m.ads[0].Photos = nil
	c.talk("> [Обновить]\n- [Показать все")
	c.hasPicture("")
	if c.screen == shown {
		c.fatal("the text took the photo's message")
	}
}

// An ad that its market ended before its time is not said to run on.
func TestExpiredCard(t *testing.T) {
	t.Parallel()
	m := illustrated()
	c := seat(t, m)
	m.ads[0].Title, m.ads[0].State, m.ads[0].Expires = "Вещь", market.StateExpired, c.now.AddDate(0, 0, 12)
	c.talk("> /ads\n> [Вещь]\n< Срок истёк\n- Активно до")
	m.ads[0].Expires = c.now.AddDate(0, 0, -1)
	c.talk("> [Обновить]\n< Активно до: 20.11.2026")
}

// A moderator's words are never cut for a photo's sake.
func TestOwnCardLongReason(t *testing.T) {
	t.Parallel()
	m := illustrated()
	for _, tt := range []struct {
		reason  string
		picture bool
	}{
		{strings.Repeat("x", 390) + " конец", true},
		{strings.Repeat("x", 2000) + " конец", false},
	} {
		m.ads[0].Reasons, m.ads[0].Text = []string{tt.reason}, strings.Repeat("описание ", 300)
		c := card(t, m)
		c.talk("< конец\n< [Показать все 2 фото]")
		if got := c.view.Photo != ""; got != tt.picture {
			c.fatal("with a reason of %d the photo is %q", len(tt.reason), c.view.Photo)
		}
	}
}
