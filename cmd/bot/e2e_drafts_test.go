package main

import "testing"

// TestE2ECancel: /cancel in the middle asks; whatever is chosen is said and
// done.
func TestE2ECancel(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.answersTitle()

	s.command("cancel")
	s.sees("cancel.ask_draft")
	s.presses("button.go_on")
	s.sees("ask.description")

	s.command("cancel")
	s.sees("cancel.ask_draft")
	s.presses("button.keep_draft")
	s.reads(s.text("note.draft_kept"), s.text("home.greeting"), s.text("button.drafts", "Count", "1"))

	s.presses("button.drafts")
	s.sees("drafts.heading")
	s.picks(adTitle, s.text("button.go_on"))
	s.sees("ask.description")

	s.command("cancel")
	s.sees("cancel.ask_draft")
	s.presses("button.drop_draft")
	s.sees("note.cancelled", "home.greeting")
	s.command("drafts")
	s.sees("drafts.none")

	s.command("cancel")
	s.sees("note.nothing_to_cancel")
}

// TestE2EDrafts: two ads at once, each goes on where it was left.
func TestE2EDrafts(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ro")
	s.answersToPlace()

	s.command("new") // the first is kept
	ad := s.ad()
	s.picks(ad.category, "Laptopuri", ad.offer)
	s.sees("ask.title")
	s.say("ThinkPad X1")
	s.sees("ask.description")

	s.command("drafts")
	s.sees("drafts.heading")
	s.reads("ThinkPad X1", adTitle)
	s.pressesLabel("ThinkPad X1")
	s.reads("ThinkPad X1", s.text("button.delete_draft"))
	s.presses("button.delete_draft")
	s.sees("drafts.ask_drop")
	s.presses("button.back")
	s.reads("ThinkPad X1", s.text("button.go_on"))
	s.presses("button.delete_draft")
	s.sees("drafts.ask_drop")
	s.presses("button.drop_draft")
	s.sees("note.draft_dropped", "drafts.heading")

	s.picks(adTitle, s.text("button.go_on"))
	s.reads("Regiunea", "7/10")
	s.endsAd(w)
	s.command("drafts")
	s.sees("drafts.none")
}

// TestE2ERestart: after a restart the conversation goes on at the same field,
// and the buttons shown before still count.
func TestE2ERestart(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(*testing.T) []string{
		"embedded": func(*testing.T) []string { return nil },
		"postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, townOptions{}, settings(t)...)
			w.start()
			s := w.seller("ky")
			s.answersTitle()
			w.stop()
			s.say(adText) // while nobody listens
			w.start()
			s.sees("ask.price")
			s.say(adPrice)
			s.reads("Регион", "7/10")
			w.stop()
			w.start()
			s.finishesAd()
			w.stop()
			w.start()
			s.publishes()
			w.holdsSmallAd(demoKey)
		})
	}
}

// TestE2ESameAsLast: what repeats is offered first, field by field, to who
// begins a new ad from nothing.
func TestE2ESameAsLast(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	s := w.seller("ru")
	s.reviewsAd()
	s.publishes()
	s.command("new")
	s.sees("field.category", "button.same_as_last")
	s.presses("button.same_as_last")
	s.sees("ask.title") // the offer type belongs to it
	s.answersTexts()
	s.reads(s.text("button.same_as_last", "Value", "Кишинёв мун."))
	s.presses("button.same_as_last")
	s.must(s.sendPhotos(t.Context())) // the whole place does
	s.seesReview()
	s.publishes()
	for _, ad := range w.town.md999.Adverts(demoKey) {
		if err := checkSmallAd(ad); err != nil {
			t.Error(err)
		}
	}
}
