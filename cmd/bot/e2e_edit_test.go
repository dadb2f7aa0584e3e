package main

import (
	"net/http"
	"slices"
	"testing"

	"bazarbot/sandbox/md999"
)

const editRoute = "PATCH /adverts/{advert_id}"

// carWords are the labels of a car's form as the market gives them.
type carWords struct{ brand, model, generation, year, engine string }

var carLabels = map[string]carWords{
	"ru": {"Марка", "Модель", "Поколение", "Год выпуска", "Двигатель"},
	"ro": {"Marca", "Modelul", "Generația", "Anul fabricației", "Motorul"},
	"ky": {"Марка", "Модель", "Поколение", "Год выпуска", "Двигатель"},
}

// postAd puts an ad on the market, as its site would.
func (w *world) postAd(body string) {
	w.t.Helper()
	if _, err := w.town.onSite(w.t.Context(), http.MethodPost, "/adverts", body); err != nil {
		w.t.Fatal(err)
	}
}

const car = `{"category_id":"658","subcategory_id":"659","offer_type":"776","features":[
	{"id":"2","value":12500,"unit":"eur"},{"id":"20","value":"34"},{"id":"21","value":"78"},{"id":"2095","value":"31009"},
	{"id":"19","value":2018},{"id":"104","value":120000,"unit":"km"},{"id":"795","value":"18895"},{"id":"151","value":"502"},
	{"id":"101","value":"512"},{"id":"2553","value":"2.0"},{"id":"908","value":true},{"id":"13","value":"One owner."},
	{"id":"7","value":"12900"},{"id":"8","value":"13859"},{"id":"9","value":"15664"},{"id":"16","value":["37378888888"]}]}`

// opensEdit opens the form of the ad whose card is shown.
func (s *seller) opensEdit() {
	s.t.Helper()
	s.presses("button.edit")
	s.sees("edit.choose")
}

// savesEdit hands the changes over, and waits until the market has them.
func (s *seller) savesEdit() {
	s.t.Helper()
	s.presses("edit.save")
	s.sees("act.done.edit", "edit.price")
}

// changesPrice answers the one question that the card has a button for.
func (s *seller) changesPrice(price string) {
	s.t.Helper()
	s.presses("edit.price")
	s.sees("ask.price")
	s.say(price)
	s.sees("act.done.edit", "edit.price")
}

// change is a line of the review of an edit.
func (s *seller) change(name, was, is string) string {
	s.t.Helper()
	return s.words("edit.change", "Name", name, "Old", was, "New", is)
}

// opensOwnCard publishes the small ad from the chat, pictures included, and
// opens its card.
func (s *seller) opensOwnCard() {
	s.t.Helper()
	s.reviewsAd()
	s.publishes()
	s.presses("button.my_ads")
	s.reads("🟢 " + adTitle)
	s.pressesLabel("🟢 " + adTitle)
	s.sees("edit.price")
}

// TestE2EEdit changes one feature, empties an optional one and changes the make,
// which clears model and generation; what was not touched stays.
func TestE2EEdit(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		w.postAd(car)
		before := w.ad()
		s := w.seller(lang)
		label := carLabels[lang]
		s.connects()
		s.command("ads")
		s.reads("🟢 BMW")
		s.pressesLabel("🟢 BMW")
		s.sees("edit.price")
		s.opensEdit()

		s.picks(label.year + ": 2018")
		s.sees("ask.number")
		s.say("2019")
		s.reads(s.change(label.year, "2018", "2019"))
		s.picks("›", label.engine+": 2.0")
		s.sees("button.clear")
		s.presses("button.clear")
		s.reads(s.change(label.engine, "2.0", "—"))
		s.picks(label.brand + ": BMW")
		s.reads(s.words("form.now", "Value", "BMW"))
		s.say("dacia")
		s.reads("Dacia", label.model+", "+label.generation)
		s.presses("button.back") // thought better of it
		s.reads(s.words("form.now", "Value", "BMW"))
		s.say("dacia")
		s.sees("edit.clear_them")
		s.presses("edit.clear_them")
		s.picks("Logan", "II (2012—2020)")
		s.reads(s.change(label.brand, "BMW", "Dacia"), s.change(label.model, "3 Series", "Logan"),
			s.change(label.generation, "G20 (2018—)", "II (2012—2020)"), s.change(label.year, "2018", "2019"))
		s.savesEdit()

		w.holdsOnly(before, map[string]any{"19": int64(2019), "2553": nil, "20": "37", "21": "24010", "2095": "31039"})
		if n := w.town.md999.Count(editRoute); n != 1 {
			t.Errorf("%d changes were sent", n)
		}
	})
}

// holdsOnly checks that the one ad is as it was but for these features.
func (w *world) holdsOnly(before md999.Advert, changed map[string]any) {
	w.t.Helper()
	featuresOf(w.ad()).are(w.t, featuresOf(before).with(changed))
}

// TestE2EEditPhotos adds a picture, makes it the cover and removes another; the
// one that stays keeps its id.
func TestE2EEditPhotos(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		s.opensOwnCard()
		before := photoIDs(w.ad())
		s.opensEdit()
		s.replacesPhoto(3)
		s.savesEdit()
		after := photoIDs(w.ad())
		if len(after) != 2 || after[1] != before[0] || slices.Contains(before, after[0]) {
			t.Fatalf("the pictures were %v and are %v", before, after)
		}

		s.opensEdit()
		s.opensPhotos()
		s.opensPhoto(2, 2)
		s.movesPhoto("photos.earlier", 1, 2)
		s.leavesPhoto()
		s.presses("button.done")
		s.sees("edit.photos_order")
		s.savesEdit()
		slices.Reverse(after)
		if got := photoIDs(w.ad()); !slices.Equal(got, after) {
			t.Errorf("the pictures are %v, not %v", got, after)
		}
		if n := w.town.md999.Uploads(demoKey); n != 3 {
			t.Errorf("%d pictures were uploaded, not 3", n)
		}
	})
}

// TestE2EEditOffer moves an ad to another offer type; nobody is asked what the
// ad holds already.
func TestE2EEditOffer(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	before := s.opensCard(w, "Phone 01")
	s.opensEdit()
	s.picks(s.text("field.offer")+": Продам", "Куплю")
	s.reads(s.change(s.text("field.offer"), "Продам", "Куплю"))
	s.savesEdit()
	w.holdsOnly(before, map[string]any{})
	if got := w.ad().OfferType; got != "777" {
		t.Errorf("the offer type is %s", got)
	}
}

// TestE2EEditBlocked: an edit is what helps a blocked ad.
func TestE2EEditBlocked(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ro")
	ad := s.opensCard(w, "Phone 01")
	if err := w.town.md999.SetState(ad.ID, md999.Blocked, md999.Illegal); err != nil {
		t.Fatal(err)
	}
	s.presses("button.refresh")
	s.reads(s.words("ad.reason", "Reason", "Încălcarea legii"), s.words("ad.left_days", "Count", "30"))
	s.changesPrice("95 €")
	s.sees("state.public")
}

// TestE2EEditPrice: the price is one question; a lost answer is looked up, and
// the change is made once.
func TestE2EEditPrice(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		before := s.opensCard(w, "Phone 01")
		prices := func(text string, want int64, sent int) {
			t.Helper()
			s.changesPrice(text)
			w.holdsOnly(before, map[string]any{"2": want})
			if n := w.town.md999.Count(editRoute); n != sent {
				t.Errorf("%d changes were sent, not %d", n, sent)
			}
		}
		prices("90 €", 90, 1)
		w.town.md999.AddFault(md999.Fault{Route: editRoute, Kind: md999.FaultLostAfter, Times: 1})
		prices("80 €", 80, 2)
		w.town.md999.AddFault(md999.Fault{Route: editRoute, Kind: md999.FaultLostBefore, Times: 1})
		prices("70 €", 70, 4) // without an effect it is sent again, which costs nothing
	})
}

// TestE2EEditRefused: the form opens at the field the market names, with its
// words and with what was typed.
func TestE2EEditRefused(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		before := s.opensCard(w, "Phone 01")
		const words = "feature 2 (цена) must be below 50"
		w.town.md999.AddFault(md999.Fault{
			Route: editRoute, Kind: md999.FaultAnswer, Status: http.StatusBadRequest, Times: 1,
			Body: `{"error":{"message":"` + words + `"}}`,
		})
		s.opensEdit()
		s.picks(s.label("title") + ": Phone 01")
		s.sees("ask.title")
		s.say("Phone one")
		s.reads(s.change(s.label("title"), "Phone 01", "Phone one"))
		s.picks(s.label("price") + ": 100")
		s.sees("ask.price")
		s.say("60 €")
		s.sees("edit.save")
		s.presses("edit.save")
		s.reads(s.words("market.words", "Message", words), s.text("error.kept"), s.text("ask.price"),
			s.words("form.now", "Value", "60\u00a0€"))
		w.holdsOnly(before, map[string]any{})
		s.say("45 €")
		s.reads(s.change(s.label("title"), "Phone 01", "Phone one"), s.change(s.label("price"), "100\u00a0€", "45\u00a0€"))
		s.savesEdit()
		w.holdsOnly(before, map[string]any{"2": int64(45), "12": "Phone one"})
	})
}

// TestE2ECopy publishes a copy of an ad, which holds the same, pictures
// included; then the first one is sold.
func TestE2ECopy(t *testing.T) {
	t.Parallel()
	inEachLang(t, func(t *testing.T, lang string) {
		w := startWorld(t)
		s := w.seller(lang)
		s.opensOwnCard()
		first := w.ad()
		s.presses("edit.sold")
		s.reads(s.words("act.done.sold", "Market", "999.md"), s.text("state.hidden"), s.text("act.button.show"))
		if got := w.ad().State; got != md999.Hidden {
			t.Errorf("the sold ad is %s", got)
		}
		s.presses("edit.copy")
		s.sees("edit.copied", "review.heading")
		s.seesReview()
		s.publishes()
		ads := w.town.md999.Adverts(demoKey)
		if len(ads) != 2 {
			t.Fatalf("999.md holds %d ads, not two", len(ads))
		}
		second := ads[slices.IndexFunc(ads, func(ad md999.Advert) bool { return ad.ID != first.ID })]
		featuresOf(second).are(t, featuresOf(first))
		if second.OfferType != first.OfferType {
			t.Errorf("the copy's offer type is %s, and the ad's %s", second.OfferType, first.OfferType)
		}
		if w.spent("post") != 2 || w.town.md999.Uploads(demoKey) != 2 {
			t.Errorf("%d posts were paid, %d pictures uploaded", w.spent("post"), w.town.md999.Uploads(demoKey))
		}
	})
}
