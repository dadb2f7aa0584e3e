package main

// connects brings the seller from /start to the first question of a new ad.
func (s *seller) connects() {
	s.t.Helper()
	s.must(s.connect(s.t.Context()))
}

// beginsAd brings the seller from /start to the title of a small ad.
func (s *seller) beginsAd() {
	s.t.Helper()
	s.connects()
	ad := s.ad()
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
}

// answersTitle brings the seller from /start to the question for the text.
func (s *seller) answersTitle() {
	s.t.Helper()
	s.beginsAd()
	s.say(adTitle)
	s.sees("ask.description")
}

// answersTexts answers title, text and price.
func (s *seller) answersTexts() {
	s.t.Helper()
	s.say(adTitle)
	s.sees("ask.description")
	s.say(adText)
	s.sees("ask.price")
	s.say(adPrice)
}

// finishesAd brings the seller from the price's answer to the review.
func (s *seller) finishesAd() {
	s.t.Helper()
	ad := s.ad()
	s.picks(ad.region, ad.city, ad.sector)
	s.must(s.sendPhotos(s.t.Context()))
	s.seesReview()
}

// answersToPlace brings the seller from /start to the first question about the
// place.
func (s *seller) answersToPlace() {
	s.t.Helper()
	s.beginsAd()
	s.answersTexts()
	s.reads(s.label("region"))
}

// endsAd brings the seller from the price's answer to the published ad, which
// the market holds as it was answered.
func (s *seller) endsAd(w *world) {
	s.t.Helper()
	s.finishesAd()
	s.publishes()
	w.holdsSmallAd(demoKey)
}

// label is the name of a field of the small ad.
func (s *seller) label(field string) string {
	names := map[string][2]string{"title": {"Заголовок", "Titlu"}, "price": {"Цена", "Preț"}, "region": {"Регион", "Regiunea"}}
	if s.lang == "ro" {
		return names[field][1]
	}
	return names[field][0]
}

// seesReview waits until the small ad is whole.
func (s *seller) seesReview() {
	s.t.Helper()
	s.reads(s.text("review.heading"), adTitle, "9\u00a0500", s.text("button.photos", "Count", "2"))
}

// reviewsAd brings the seller from /start to the review of a small ad.
func (s *seller) reviewsAd() {
	s.t.Helper()
	s.beginsAd()
	s.answersTexts()
	s.finishesAd()
}

// publishes presses the button with the cost and waits for the end.
func (s *seller) publishes() {
	s.t.Helper()
	s.presses("button.publish_for")
	s.sees("publish.done", "button.my_ads")
}

// holdsSmallAd checks that the market holds the small ad once, as answered, and
// took money for it once.
func (w *world) holdsSmallAd(key string) {
	w.t.Helper()
	adverts := w.town.md999.Adverts(key)
	if len(adverts) != 1 {
		w.t.Fatalf("999.md holds %d ads, not one", len(adverts))
	}
	if err := checkSmallAd(adverts[0]); err != nil {
		w.t.Error(err)
	}
	if account, _ := w.town.md999.Account(key); len(account.Spent) != 1 {
		w.t.Errorf("999.md took money %d times, not once", len(account.Spent))
	}
}
