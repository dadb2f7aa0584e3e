package main

import (
	"slices"
	"testing"
	"time"

	"bazarbot/sandbox/omarket"
)

// demanding is the market's catalogue with a filter of the phones that every ad
// must answer from now on.
func demanding(filter int) *omarket.Catalogue {
	c := omarket.DefaultCatalogue()
	i := slices.IndexFunc(c.Filters, func(f omarket.Filter) bool { return f.ID == filter })
	c.Filters[i].Required = true
	return c
}

// TestE2ELotFilterRefused: when the market wants an answer that the form did not
// ask for, exactly that is asked, in whatever shape the market says it, and the
// publishing goes on with it.
func TestE2ELotFilterRefused(t *testing.T) {
	t.Parallel()
	shapes := map[string]omarket.FilterErrors{
		"ru": omarket.FilterErrorsNested, "ro": omarket.FilterErrorsFlat, "ky": omarket.FilterErrorsText,
	}
	inEachLang(t, func(t *testing.T, lang string) {
		w := newLotWorld(t, townOptions{omarket: omarket.Options{Quirks: omarket.Quirks{FilterErrors: shapes[lang]}}})
		w.start()
		s := w.seller(lang)
		s.readiesLot(w)
		w.town.omarket.SetCatalogue(demanding(314))
		s.presses("button.publish")
		s.reads("Комплект", s.words("market.invalid", "Market", "O!Market"), s.text("error.kept"), s.text("ask.choices"))
		s.picks("⬜️ Зарядное устройство")
		s.reads("☑️ Зарядное устройство")
		s.presses("button.done")
		s.sees("publish.moderated")
		ad := w.lot(s)
		if !slices.ContainsFunc(ad.Filters, func(f omarket.FilterValue) bool { return f.ID == 314 }) || len(ad.Images) != 2 || ad.Uploads != 2 {
			t.Errorf("the ad is %+v", ad)
		}
		if n := w.town.omarket.Count(lotOpen); n != 1 {
			t.Errorf("%d ads were opened", n)
		}
	})
}

// TestE2ELotNegotiable: where a price must be told, "negotiable" tells it.
func TestE2ELotNegotiable(t *testing.T) {
	t.Parallel()
	labels := map[string]string{"ru": "Договорная", "ro": "Negociabil", "ky": "Келишим баада"}
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.signsIn(w)
		s.must(s.beginLot(t.Context()))
		s.picks(lotPath...)
		s.sees("ask.title")
		s.say(lotTitle)
		s.sees("ask.price")
		s.say("договоримся")
		s.sees("ask.price", "refuse.quantity")
		s.pressesLabel(labels[lang])
		s.picks(append([]string{lotPlace}, lotFilters...)...)
		s.sees("ask.photos")
		s.presses("button.skip")
		s.sees("review.heading")
		s.presses("button.publish")
		s.sees("publish.moderated")
		if ad := w.lot(s); !ad.ContractPrice || ad.Price != "" {
			t.Errorf("the ad is %+v", ad)
		}
		s.opensLot("🕓")
		s.sees("ad.negotiable")
	})
}

// TestE2ELotDropped: what was opened at the market for a draft is deleted there
// with the draft.
func TestE2ELotDropped(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := lotWorld(t)
		s := w.seller(lang)
		s.readiesLot(w)
		w.town.omarket.AddFault(omarket.Fault{
			Route: lotPut, Kind: omarket.FaultAnswer, Status: 200, Times: 1,
			Body: `{"resultCode":"FAIL","details":{"title":["Слишком общий заголовок"]}}`,
		})
		s.presses("button.publish")
		s.reads(s.words("market.words", "Message", "Слишком общий заголовок"), s.text("ask.title"))
		if ads := w.town.omarket.Ads(s.phone()); len(ads) != 1 || ads[0].Status != omarket.Initial {
			t.Fatalf("O!Market holds %+v", ads)
		}
		s.presses("button.cancel")
		s.sees("review.heading")
		s.presses("button.cancel")
		s.sees("cancel.ask_draft")
		s.presses("button.drop_draft")
		s.sees("note.cancelled")
		w.until("the opened ad is deleted", func() bool { return len(w.town.omarket.Ads(s.phone())) == 0 })
	})
}

// TestE2ELotPhotoRefused: a photo that the market does not take is told by its
// number, and without it the publishing goes on.
func TestE2ELotPhotoRefused(t *testing.T) {
	t.Parallel()
	w := lotWorld(t)
	s := w.seller("ro")
	s.readiesLot(w)
	w.town.omarket.AddFault(omarket.Fault{
		Route: lotUpload, Kind: omarket.FaultAnswer, Status: 400, Body: `{"image":["Файл повреждён"]}`, Skip: 1, Times: 1,
	})
	s.presses("button.publish")
	s.reads(s.words("publish.photo_refused", "Number", "2"), s.text("photos.number_cover"))
	s.opensPhoto(2, 2)
	s.removesPhoto()
	s.presses("button.done")
	s.sees("publish.moderated")
	if ad := w.lot(s); len(ad.Images) != 1 || ad.Uploads != 1 {
		t.Errorf("the ad is %+v", ad)
	}
}

// stage is a place where the market can fail a seller.
type stage struct {
	name, route string
	before      func(*seller, *world) // up to it
	do          func(*seller, *world) // what meets the fault
	waits       string                // what is read then
	after       func(*seller, *world) // what helps, and how it ends
}

// stages go from the first question to the deleted ad.
func stages() []stage {
	again := func(then func(*seller, *world)) func(*seller, *world) {
		return func(s *seller, w *world) { s.presses("button.again"); then(s, w) }
	}
	publish := func(s *seller, _ *world) { s.presses("button.publish") }
	published := func(s *seller, w *world) { s.sees("publish.moderated"); w.holdsLot(s) }
	card := func(s *seller, w *world) {
		s.readiesLot(w)
		s.presses("button.publish")
		s.sees("publish.moderated")
	}
	asksPassword := func(s *seller, _ *world) {
		s.reviewsLot()
		s.presses("button.publish")
		s.sees("field.phone")
		s.say(typed(s.phone()))
		s.sees("field.password")
	}
	secret := func(s *seller, _ *world) { s.say(password) }
	coded := func(s *seller, w *world) {
		s.sees("field.code")
		s.say(w.town.omarket.Code(s.phone()))
		published(s, w)
		w.oneAccount()
	}
	asksPrice := func(s *seller, w *world) {
		card(s, w)
		s.opensLot("🕓")
		s.presses("edit.price")
		s.sees("ask.price")
	}
	price := func(s *seller, _ *world) { s.say("34 000 сом") }
	priced := func(s *seller, w *world) {
		s.sees("act.done.edit")
		if ad := w.lot(s); ad.Price != "34000" {
			w.t.Errorf("the ad is %+v", ad)
		}
	}
	return []stage{
		{"categories", lotCategories, func(*seller, *world) {}, func(s *seller, _ *world) {
			s.command("start")
			s.sees("home.greeting")
			s.presses("button.new_ad")
		}, "market.unavailable", again(func(s *seller, _ *world) { s.reads(lotPath[0]) })},
		{"register", lotRegister, asksPassword, secret, "publish.waiting", coded},
		{"code", lotCode, func(s *seller, w *world) {
			asksPassword(s, w)
			secret(s, w)
			s.sees("field.code")
		}, func(s *seller, w *world) { s.say(w.town.omarket.Code(s.phone())) }, "publish.waiting", published},
		{"sign in", lotSignIn, func(s *seller, w *world) { w.hasAccount(s); asksPassword(s, w) }, secret, "publish.waiting", published},
		{"open", lotOpen, (*seller).readiesLot, publish, "publish.waiting", published},
		{"upload", lotUpload, (*seller).readiesLot, publish, "publish.waiting", func(s *seller, w *world) {
			s.sees("publish.moderated")
			if ad := w.lot(s); len(ad.Images) != 2 {
				w.t.Errorf("the ad is %+v", ad)
			}
		}},
		{"put", lotPut, (*seller).readiesLot, publish, "publish.waiting", published},
		{"own ads", lotOwn, card, func(s *seller, _ *world) { s.command("ads") }, "market.unavailable", again(func(s *seller, _ *world) {
			s.reads("🕓 " + lotTitle)
		})},
		{"card", lotGet, func(s *seller, w *world) {
			card(s, w)
			s.command("ads")
			s.reads("🕓 " + lotTitle)
		}, func(s *seller, _ *world) { s.pressesLabel("🕓 " + lotTitle) }, "market.unavailable", again(func(s *seller, _ *world) {
			s.sees("edit.price")
		})},
		{"price", lotPut, asksPrice, price, "act.working", priced},
		{"price's form", lotGet, asksPrice, price, "note.not_taken", again(func(s *seller, w *world) {
			s.sees("ask.price")
			price(s, w)
			priced(s, w)
		})},
	}
}

// TestE2ELotStages has the market answer a page, half an answer or nothing, or
// be down, at each stage: it is told, nothing is lost, and it goes on.
func TestE2ELotStages(t *testing.T) {
	t.Parallel()
	faults := []omarket.FaultKind{omarket.FaultHTML, omarket.FaultHalfJSON, omarket.FaultLostBefore, omarket.FaultLostAfter, "down"}
	for i, st := range stages() {
		for j, kind := range faults {
			if st.name == "price" && kind == "down" {
				continue // then its form is not there
			}
			lang := langs[(i+j)%len(langs)]
			t.Run(st.name+" "+string(kind)+" "+lang, func(t *testing.T) {
				t.Parallel()
				w := newLotWorld(t, townOptions{})
				w.seams.retry = 100 * time.Millisecond
				w.start()
				s := w.seller(lang)
				st.before(s, w)
				if kind == "down" {
					w.town.omarket.SetDown(true)
				} else {
					w.breaks(st.route, kind, 0)
				}
				st.do(s, w)
				s.reads(s.words(st.waits, "Market", "O!Market"))
				w.town.omarket.SetDown(false)
				w.town.omarket.ClearFaults()
				st.after(s, w)
			})
		}
	}
}
