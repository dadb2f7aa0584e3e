package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// TestE2EBroadcastKinds: a text, a photo, a video, a file, an album and what was
// forwarded arrive as their author saw them before, with the buttons that open pages and the one that
// turns news off. Who has left gets none until they come back.
func TestE2EBroadcastKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, ownedBy(ownerID), "BULK_RATE=100")
	w.start()
	boss, reader, leaver := w.known(ownerID, "ru", ""), w.known(sellerID, "ru", ""), w.known(helperID, "ru", "")
	for _, p := range []*seller{boss, reader, leaver} {
		p.meets()
	}
	leaver.person.Block()
	w.until("it is noted who left", func() bool { return w.asked(`SELECT COUNT(*) FROM persons WHERE gone_at IS NOT NULL`) == "1" })
	for name, send := range map[string]func(){
		"text": func() { boss.person.Send("Новости: *важно*") },
		"photo": func() {
			_, err := boss.person.Photo(picture(1), "Новости с фото")
			boss.must(err)
		},
		"video": func() { boss.person.Video([]byte("video"), "Новости с видео") },
		"file": func() {
			boss.person.DocumentWith("prices.pdf", "application/pdf", []byte("prices"), "Новости с файлом")
		},
		"forwarded": func() {
			id, err := reader.person.Photo(picture(4), "Новости от читателя")
			reader.must(err)
			_, err = boss.person.Forward(reader.person, id)
			boss.must(err)
		},
		"album": func() {
			_, err := boss.person.Album([][]byte{picture(2), picture(3)}, "Новости с альбомом")
			boss.must(err)
		},
	} {
		boss.composesOf(name, send)
		shown := boss.previews()
		before := len(reader.person.Messages())
		boss.sendsNews(2)
		var got []string
		w.until("the "+name+" arrived", func() bool {
			got = contents(reader.person.Messages()[before:])
			return len(got) >= len(shown)
		})
		if fmt.Sprint(got) != fmt.Sprint(shown) {
			t.Errorf("the %s arrived as\n%s\nand was shown as\n%s", name, strings.Join(got, "\n"), strings.Join(shown, "\n"))
		}
		w.until("the "+name+" is sent", func() bool { return w.asked(`SELECT COUNT(*) FROM broadcasts WHERE ended_at = 0`) == "0" })
	}
	leaver.person.Unblock()
	w.until("it is noted who came back", func() bool { return w.asked(`SELECT COUNT(*) FROM persons WHERE gone_at IS NOT NULL`) == "0" })
	boss.composesOf("text", func() { boss.person.Send("Новости для всех") })
	boss.sendsNews(3)
	leaver.must(leaver.seeAnywhere(t.Context(), "Новости для всех"))
	if leaver.toldOf("Новости с") > 0 {
		t.Error("who had left got what was sent meanwhile")
	}
}

// composesOf makes a broadcast in Russian of what is sent, with a button, up to
// its review.
func (s *seller) composesOf(name string, send func()) {
	s.t.Helper()
	s.orders("/broadcast")
	s.sees("mailing.langs")
	s.picks("⬜️ " + s.text("lang.ru"))
	s.sees("button.done")
	s.presses("button.done")
	s.sees("mailing.ask_message")
	s.sends(name, send)
	s.sees("mailing.now")
	if name == "album" { // its second part changes the screen once more
		ctx, cancel := context.WithTimeout(s.t.Context(), seeWithin)
		defer cancel()
		_, err := s.person.Wait(ctx, func([]telegram.Message) bool { return !s.screen().Edited.IsZero() })
		s.must(err)
	}
	s.presses("mailing.now")
	s.sees("mailing.preview")
	s.presses("mailing.narrow")
	s.picks(s.words("details.add", "Name", s.words("mailing.links", "Language", s.text("lang.ru"))))
	s.sees("mailing.ask_links")
	s.say("Наш сайт — https://example.com/news")
	s.must(s.choose(s.t.Context(), s.text("button.back")))
	s.sees("mailing.preview")
}

// previews has the author see the broadcast as people will.
func (s *seller) previews() []string {
	s.t.Helper()
	before := len(s.person.Messages())
	s.presses("mailing.preview")
	s.sees("mailing.preview")
	all := contents(s.person.Messages()[before:])
	return all[:len(all)-1] // the review is below it
}

// contents are the bot's messages without what every message has of its own.
func contents(ms []telegram.Message) (all []string) {
	for _, m := range ms {
		if !m.FromBot() {
			continue
		}
		files := make([]string, 0, 3)
		if m.Photo != nil {
			files = append(files, m.Photo.Largest().FileID)
		}
		if m.Video != nil {
			files = append(files, m.Video.FileID)
		}
		if m.Document != nil {
			files = append(files, m.Document.FileID)
		}
		body, _ := json.Marshal(map[string]any{
			"text": m.Text, "entities": m.Entities, "files": files, "album": m.Album != "", "buttons": m.Buttons,
		})
		all = append(all, string(body))
	}
	return all
}
