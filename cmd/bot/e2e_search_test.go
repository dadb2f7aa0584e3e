package main

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/sandbox/omarket"
	"bazarbot/sandbox/telegram"
)

// TestE2ESearch searches as a buyer without an account, in each language: by
// words, by category, place, boxes, lists and ranges, as a list and by cards.
func TestE2ESearch(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.command("start")
		s.sees("home.greeting")
		s.presses("button.search")
		s.sees("search.heading", "search.all")
		s.narrowsCars()
		s.reads(s.text("search.found"), s.words("ads.count", "Count", "2"), "Toyota RAV4", "Toyota Ipsum")

		s.resetsSearch()
		s.sees("search.all")
		s.finds("camry", "Toyota Camry 50 · 16\u00a0500\u00a0$ · Бишкек")
		s.pressesLabel("Toyota Camry 50")
		s.reads("Машина на полном ходу", "📞 +996 700 000 ", s.text("seller.whatsapp"))
		s.keepsTheSearch()
	})
}

// opensSearch begins a search from nothing.
func (s *seller) opensSearch() {
	s.t.Helper()
	s.command("search")
	s.sees("search.all")
}

// finds searches for words, and reads what there is.
func (s *seller) finds(words string, ads ...string) {
	s.t.Helper()
	s.say(words)
	s.reads(append(ads, s.text("search.found"))...)
}

// resetsSearch goes back from what was found, and drops what was asked for.
func (s *seller) resetsSearch() {
	s.t.Helper()
	s.presses("search.change")
	s.sees("search.reset")
	s.presses("search.reset")
}

// narrowsCars searches for cars of a make with engines of a range: what is asked
// of cars, the bot learns on the way.
func (s *seller) narrowsCars() {
	s.t.Helper()
	s.pressesLabel("➕ " + s.text("field.category"))
	s.picks("Транспорт", "Автомобили")
	s.reads(s.text("search.heading"), "Транспорт › Автомобили")
	s.pressesLabel("➕ Марка")
	s.reads("Honda")
	s.say("Toyota")
	s.reads("☑️ Toyota")
	s.presses("button.done")
	s.reads("Марка: Toyota")
	s.pressesLabel("➕ Объём двигателя")
	s.sees("ask.range")
	s.say("2 - 2,4")
	s.reads("Объём двигателя")
	s.presses("search.go")
}

// keepsTheSearch finds the search again as one of the last.
func (s *seller) keepsTheSearch() {
	s.t.Helper()
	s.resetsSearch()
	s.reads(s.text("search.all"), "🕘 Автомобили · Марка: Toyota", "🕘 camry")
	s.pressesLabel("🕘 camry")
	s.reads(s.text("search.found"), "Toyota Camry 50")
}

// TestE2ESearchCards shows photos by their addresses, also where Telegram cannot
// fetch them.
func TestE2ESearchCards(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.opensSearch()
	s.finds("iPhone", "iPhone 13 128 ГБ", "iPhone 15 Pro Max")
	s.presses("search.cards")
	s.reads("[photo ", "iPhone", "1/2", s.text("seller.whatsapp"))
	first := s.screen()
	s.pressesLabel("›")
	s.reads("[photo ", "2/2")
	if now := s.screen(); now.ID != first.ID {
		t.Errorf("the second card is message %d, the first was %d", now.ID, first.ID)
	}
	s.pressesLabel("‹")
	s.reads("[photo ", "1/2")

	broken := telegram.Fault{
		Kind: telegram.FaultRefuse, Code: http.StatusBadRequest, Description: "Bad Request: failed to get HTTP URL content",
	}
	broken.Method = "editMessageMedia"
	w.town.telegram.Inject(broken)
	s.pressesLabel("›")
	s.reads("iPhone", "2/2", s.text("seller.whatsapp"))
	if m := s.screen(); m.Photo != nil {
		t.Error("the card has a photo that could not be fetched")
	}
	s.presses("search.list")
	s.reads(s.text("search.found"), s.words("ads.count", "Count", "2"))

	s.finds("Samsung Galaxy", "Samsung Galaxy S23 ·")
	s.pressesLabel("Samsung Galaxy S23")
	s.reads("[photo ", "Samsung", s.text("seller.telegram"))
	s.pressesLabel("📷")
	s.reads("[photo ", "Samsung")
	albums := 0
	for _, m := range s.person.Messages() {
		if m.Album != "" {
			albums++
		}
	}
	if albums != 2 {
		t.Errorf("%d photos of albums are in the chat, not 2", albums)
	}
}

// TestE2ESearchSignsIn: a market that answers only those who are signed in asks
// for the account, and shows then what was looked for.
func TestE2ESearchSignsIn(t *testing.T) {
	t.Parallel()
	w := newLotWorld(t, townOptions{omarket: omarket.Options{Quirks: omarket.Quirks{NeedAccount: true}}})
	w.start()
	s := w.seller("ru")
	s.command("search")
	s.must(s.signUp(t.Context(), w.town.omarket))
	s.reads(s.text("connect.done"), s.text("search.heading"))
	s.finds("camry", "Toyota Camry 50")
}

// TestE2ESearchMarketDown: the search is kept until the market is back.
func TestE2ESearchMarketDown(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.opensSearch()
	w.town.omarket.SetDown(true)
	s.say("camry")
	s.reads(s.words("market.unavailable", "Market", "O!Market"), s.text("search.kept"))
	w.town.omarket.SetDown(false)
	s.presses("button.again")
	s.reads(s.text("search.found"), "Toyota Camry 50")
}

// TestE2EFAQ reads the market's answers; a long one comes whole.
func TestE2EFAQ(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.command("faq")
	s.reads(s.text("faq.heading"), "Что может делать модератор", "1/2")
	s.pressesLabel("Правила размещения объявлений")
	s.reads("За содержание объявления отвечает тот", s.text("button.back"))
	var answer []string
	for _, m := range s.person.Messages() {
		if m.FromBot() && strings.HasPrefix(m.Text, "Правила размещения объявлений · ") {
			answer = append(answer, m.Text)
		}
	}
	if len(answer) < 2 || !strings.Contains(answer[0], "Размещая объявление, соблюдайте правила") || strings.Contains(strings.Join(answer, ""), "<li>") {
		t.Errorf("the answer came in %d messages: %s", len(answer), answer)
	}
	s.presses("button.back")
	s.reads(s.text("faq.heading"), "1/2")
	s.pressesLabel("›")
	s.reads("Как не стать жертвой мошенников", "2/2")
}

// TestE2EAvatar sets a profile's picture and takes it away, with answers lost on
// the way.
func TestE2EAvatar(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ru")
	s.command("accounts")
	s.sees("accounts.none")
	s.presses("button.connect")
	s.must(s.signUp(t.Context(), w.town.omarket))
	s.sees("connect.done")
	s.pressesLabel("O!Market · ")
	s.sees("accounts.card")
	s.presses("profile.button")
	s.sees("profile.unknown", "profile.send")
	avatar := func() string {
		a, _ := w.town.omarket.Account(s.phone())
		return a.Avatar
	}
	w.town.omarket.AddFault(omarket.Fault{Route: "POST /api/ads-board/v1/user/upload-avatar/", Kind: omarket.FaultLostAfter, Times: 1})
	s.must(s.album(picture(1)))
	s.reads("[photo ", s.text("profile.set"))
	if avatar() == "" {
		t.Error("the market has no picture")
	}
	s.presses("profile.remove")
	s.sees("profile.ask_remove")
	s.presses("profile.remove_sure")
	s.sees("profile.removed", "profile.none")
	if avatar() != "" {
		t.Error("the market still has the picture")
	}
}
