package main

import (
	"testing"
	"time"

	"bazarbot/sandbox/omarket"
)

// TestE2ELotExists: a number that has an account is signed in with its password,
// and a wrong one is asked again, with where to make a new one.
func TestE2ELotExists(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{}, "OMARKET_SITE=https://omarket.example")
		w.start()
		s := w.seller(lang)
		w.hasAccount(s)
		s.reviewsLot()
		s.presses("button.publish")
		s.must(s.givePassword(t.Context(), "Another-2026"))
		s.reads(s.text("field.password"), s.words("signin.number_taken", "Market", "O!Market", "Phone", read(s.phone())),
			"https://omarket.example")
		s.say("yet another")
		s.reads(s.words("signin.wrong_password", "Market", "O!Market", "Phone", read(s.phone())))
		s.say(password)
		s.sees("publish.moderated")
		w.holdsLot(s)
		if n := len(w.town.omarket.Outbox()); n != 0 {
			t.Errorf("%d SMS were sent", n)
		}
	})
}

// read is a number as people read it.
func read(msisdn string) string {
	return "+" + msisdn[:3] + " " + msisdn[3:6] + " " + msisdn[6:9] + " " + msisdn[9:]
}

// TestE2ELotNumbers: what is no number of the country, or somebody else's, is
// refused with the reason; one's own may come by Telegram's button.
func TestE2ELotNumbers(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.reviewsLot()
		s.presses("button.publish")
		s.sees("field.phone")
		for answer, refusal := range map[string]string{
			"12345": "refuse.phone_short", "+373 78 888 888": "refuse.phone_foreign", "my number": "refuse.phone",
			"+7 999 123-45-67": "refuse.phone_foreign",
		} {
			s.say(answer)
			s.sees(refusal, "field.phone")
			s.holdsNoMessage(answer)
		}
		s.sends("a stranger's contact", func() { s.person.Contact(false) })
		s.sees("refuse.contact", "field.phone")
		s.sends("a sticker", func() { s.person.Sticker() })
		s.sees("field.phone")
		s.sends("their own contact", func() { s.person.Contact(true) })
		s.reads(s.text("field.password"), read(s.phone()))
		s.say(password)
		s.sees("field.code")
		s.say(w.town.omarket.Code(s.phone()))
		s.sees("publish.moderated")
		w.holdsLot(s)
		w.oneAccount()
	})
}

// wrongFor is a code that the market has not sent.
func wrongFor(code string) string {
	if code == "1234" {
		return "4321"
	}
	return "1234"
}

// TestE2ELotCode: whatever is no code, or not the one, keeps the number and the
// password; when the tries are over, a new code is asked for in a minute, and the
// old one is not taken any more.
func TestE2ELotCode(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.reviewsLot()
		s.presses("button.publish")
		s.must(s.givePassword(t.Context(), password))
		s.sees("field.code")
		code := w.town.omarket.Code(s.phone())
		for answer, refusal := range map[string]string{
			"abcd": "refuse.code_letters", "no. 12": "refuse.code", "1234 or 4321": "refuse.codes",
		} {
			s.say(answer)
			s.sees(refusal, "field.code")
			s.holdsNoMessage(answer)
		}
		if n := w.town.omarket.Count(lotCode); n != 0 {
			t.Errorf("%d codes were sent to the market", n)
		}
		for left := 4; left > 0; left-- {
			s.say("SMS: " + wrongFor(code))
			s.reads(s.words("signin.wrong_code", "Left", string(rune('0'+left))))
		}
		s.say(wrongFor(code))
		s.sees("signin.tries_over", "signin.no_tries")
		s.say(code)
		s.sees("signin.tries_over")
		s.presses("button.no_code")
		s.hears("toast.resend_later")
		w.oneAccount()

		s.say("abcd")
		s.sees("refuse.code_letters")
		s.presses("button.other_number") // nothing is lost: the number goes on where it was
		s.sees("field.phone")
		s.say(typed(s.phone()))
		s.sees("field.code")
	})
}

// TestE2ELotAccounts keeps two accounts of one person apart, and signs out of
// one: its number stays, and the password alone brings it back.
func TestE2ELotAccounts(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		const second = "996555777888"
		w.town.omarket.AddAccount(omarket.Account{MSISDN: second, Password: password})
		s.reviewsLot()
		s.sendsLot(w)
		s.command("accounts")
		s.reads(read(s.phone()))
		s.presses("button.connect")
		s.sees("field.phone")
		s.say(typed(s.phone()))
		s.reads(s.words("signin.already", "Market", "O!Market", "Phone", read(s.phone())))
		s.say(typed(second))
		s.sees("field.password")
		s.say(password)
		s.reads(s.text("connect.done"), read(second))

		s.command("new")
		s.reads(s.text("field.account"), read(second), read(s.phone()))
		s.pressesLabel(read(second))
		s.reads("Электроника")

		s.command("accounts")
		s.sees("accounts.heading")
		s.pressesLabel("O!Market · " + read(s.phone()))
		s.sees("button.sign_out_ask")
		s.presses("button.sign_out_ask")
		s.sees("accounts.ask_out")
		s.presses("button.sign_out")
		s.sees("accounts.signed_out_now", "button.sign_in")
		s.presses("button.sign_in")
		s.reads(s.text("field.password"), read(s.phone()))
		s.say(password)
		s.sees("connect.done")
		s.opensLot("🕓")
	})
}

// TestE2ELotSessionEnds: a session that ends in the middle of the form, or of
// the photos, is opened anew with the password, and the seller is where they
// were, with all they had answered.
func TestE2ELotSessionEnds(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{})
		clock := &watch{}
		w.seams.clock = clock.now
		w.start()
		s := w.seller(lang)
		s.signsIn(w)
		ends := func() {
			w.town.omarket.EndSessions(s.phone())
			clock.ahead.Add(int64(7 * time.Hour)) // what was kept of the catalogue is too old now
		}
		s.must(s.beginLot(t.Context()))
		s.picks(lotPath...)
		s.sees("ask.title")
		s.say(lotTitle)
		s.sees("ask.price")
		ends()
		s.say(lotPrice)
		s.reads(s.text("field.password"), read(s.phone()))
		s.say(password)
		s.sees("ask.price")
		s.say(lotPrice)
		s.picks(append([]string{lotPlace}, lotFilters...)...)
		s.sees("ask.photos")
		ends()
		s.must(s.album(picture(1), picture(2)))
		s.reads(s.text("field.password"), read(s.phone()))
		s.say(password)
		s.must(s.seeLot(t.Context()))
		s.presses("button.publish")
		s.sees("publish.moderated")
		w.holdsLot(s)
	})
}
