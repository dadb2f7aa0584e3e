package main

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/sandbox/md999"
)

const otherKey = "another-key-of-the-seller"

// addOtherKey lets the seller in with a second key: the same person's, so with
// the same number.
func (w *world) addOtherKey() {
	w.town.md999.AddAccount(md999.Account{Key: otherKey, Label: "Seller", Phones: []string{"37378888888"}, Balance: 100})
}

// holdsNoMessage checks that a text is not, or no longer, in the chat.
func (s *seller) holdsNoMessage(text string) {
	s.t.Helper()
	for _, m := range s.person.Messages() {
		if strings.Contains(m.Text, text) {
			s.t.Errorf("message %d still shows what is secret", m.ID)
		}
	}
}

func TestE2EWrongKey(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ru", "ro", "ky"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			s := w.seller(lang)
			s.command("start")
			s.sees("home.greeting")
			s.presses("button.new_ad")
			s.sees("field.api_key")
			asked := s.labels()
			for _, wrong := range []struct{ text, refusal string }{
				{"this is no key", s.text("refuse.secret")},
				{"a-key-nobody-has", s.words("market.bad_credentials", "Market", "999.md")},
			} {
				s.say(wrong.text)
				s.reads(wrong.refusal, s.text("field.api_key"))
				s.holdsNoMessage(wrong.text)
				if got := s.labels(); got != asked {
					t.Errorf("the buttons are %q, not %q", got, asked)
				}
			}
			s.command("help")
			s.sees("help.text")
			s.say(demoKey) // typed under the help, it is a secret all the same
			s.sees("connect.done", "field.category")
			s.holdsNoMessage(demoKey)
		})
	}
}

// TestE2EKeyRevokedInForm: the form is parked, the key asked for, and the form
// goes on at the same field.
func TestE2EKeyRevokedInForm(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.addOtherKey()
	s := w.seller("ru")
	s.beginsAd()
	s.answersTexts()
	s.reads("Регион")
	w.town.md999.RevokeKey(demoKey)
	s.picks("Кишинёв")
	s.reads(s.words("connect.refused_later", "Market", "999.md"), s.text("field.api_key"))
	s.say(otherKey)
	s.reads(s.text("connect.done"), "Населённый пункт · 8/10")
	s.picks("Кишинёв", "Центр")
	s.must(s.sendPhotos(t.Context()))
	s.seesReview()
	s.publishes()
	w.holdsSmallAd(otherKey)
}

func TestE2EKeyRevokedAtPublishing(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.addOtherKey()
	s := w.seller("ru")
	s.reviewsAd()
	w.town.md999.RevokeKey(demoKey)
	s.presses("button.publish_for")
	s.reads(s.words("market.not_signed_in", "Market", "999.md"), s.text("error.kept"), s.text("field.api_key"))
	s.say(otherKey)
	s.seesReview()
	s.publishes()
	w.holdsSmallAd(otherKey)
	if n := len(w.town.md999.Adverts(demoKey)); n != 0 {
		t.Errorf("%d ads of the revoked key", n)
	}
}

// TestE2EMarketDown: wherever the market is away, the person is told, nothing
// is lost, and the same button goes on once it is back.
func TestE2EMarketDown(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.command("start")
	s.sees("home.greeting")
	s.presses("button.new_ad")
	s.sees("field.api_key")

	away := s.words("market.unavailable", "Market", "999.md")
	w.town.md999.SetDown(true)
	s.say(demoKey)
	s.reads(away, s.text("field.api_key"))
	s.holdsNoMessage(demoKey)
	w.town.md999.SetDown(false)
	s.say(demoKey)
	s.sees("connect.done")

	ad := s.ad()
	if err := w.town.md999.Close(); err != nil { // dialling itself fails
		t.Fatal(err)
	}
	s.picks(ad.category)
	s.reads(away, s.text("error.kept"), s.text("button.again"), s.text("button.home"))
	if err := w.town.md999.Start(); err != nil {
		t.Fatal(err)
	}
	s.presses("button.again")
	s.picks(ad.subcategory, ad.offer)
	s.sees("ask.title")
	s.answersTexts()

	s.reads("Регион")
	w.town.md999.SetDown(true)
	s.pressesLabel(ad.region)
	s.reads(away, s.text("error.kept"))
	w.town.md999.SetDown(false)
	s.presses("button.again")
	s.picks(ad.city, ad.sector)
	s.must(s.sendPhotos(t.Context()))
	s.seesReview()

	w.town.md999.SetDown(true)
	s.presses("button.publish_for")
	s.sees("publish.working", "publish.waiting")
	w.town.md999.SetDown(false)
	s.sees("publish.done")
	w.holdsSmallAd(demoKey)
}

// TestE2EMarketRefuses: the form opens at the field the market named, with the
// market's own words, and publishes once that is mended.
func TestE2EMarketRefuses(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	const words = "feature 2 (цена) must be below 9000"
	w.town.md999.AddFault(md999.Fault{
		Route: "POST /adverts", Kind: md999.FaultAnswer, Status: http.StatusBadRequest, Times: 1,
		Body: `{"error":{"message":"` + words + `"}}`,
	})
	s := w.seller("ru")
	s.reviewsAd()
	s.presses("button.publish_for")
	s.reads(s.words("market.invalid", "Market", "999.md"), s.words("market.words", "Message", words),
		s.text("error.kept"), s.text("ask.price"), s.words("form.now", "Value", "9\u00a0500\u00a0€"))
	s.say("8 900 €")
	s.reads(s.text("review.heading"), adTitle, "8\u00a0900")
	s.publishes()
	adverts := w.town.md999.Adverts(demoKey)
	if len(adverts) != 1 {
		t.Fatalf("999.md holds %d ads, not one", len(adverts))
	}
	if price, _ := adverts[0].Feature("2"); price.Value != int64(8900) {
		t.Errorf("999.md holds the price %v", price.Value)
	}
}

// TestE2EMarketChangesForm: a field the market asks for since last night is
// asked before the ad is published.
func TestE2EMarketChangesForm(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.reviewsAd()
	changed := md999.DefaultCatalogue()
	form := changed.Categories[2].Subcategories[0].OfferTypes[0].Groups
	for i := range form[1].Features {
		if f := &form[1].Features[i]; f.ID == "593" { // condition
			f.Required = true
		}
	}
	w.town.md999.SetCatalogue(changed)
	s.presses("button.publish_for")
	s.reads(s.words("market.invalid", "Market", "999.md"), s.text("error.kept"), "Состояние")
	s.picks("Б/у")
	s.seesReview()
	s.publishes()
	w.holdsSmallAd(demoKey)
}
