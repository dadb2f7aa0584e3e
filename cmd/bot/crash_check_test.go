package main

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"bazarbot/sandbox/md999"
)

// outside is what the world outside the bot has seen so far.
type outside struct {
	adverts, charges, uploads, sent int
	lost                            int // lanes, by busy children
}

func (j *journey) look() outside {
	account, _ := j.md999.Account(demoKey)
	return outside{
		adverts: len(j.md999.Adverts(demoKey)), charges: len(account.Spent),
		uploads: j.md999.Uploads(demoKey), sent: len(j.telegram.Calls("sendMessage")), lost: j.lost(),
	}
}

// check holds the end of a leg against what was said: nothing is left lying,
// nothing came twice but a message, and an ad that was published is there once,
// as it was answered.
func (j *journey) check(t *testing.T, l leg, was outside, killed *point) {
	t.Helper()
	j.checkQuiet(t, was, killed)
	switch l.kind {
	case kindPublish, kindRepublish, kindFound, kindSlow:
		j.checkAd(t, was, killed)
		j.ads++
	default:
		if n := len(j.md999.Adverts(demoKey)) - was.adverts; n > 0 {
			t.Errorf("%d ads were posted", n)
		}
	}
}

// checkQuiet makes sure that nobody waits any more, for whatever.
func (j *journey) checkQuiet(t *testing.T, was outside, killed *point) {
	t.Helper()
	if n := j.player.person.Unanswered(); n > 0 {
		t.Errorf("%d presses were never answered", n)
	}
	if n, err := j.count(t.Context(), deadRows); n > 0 || err != nil {
		t.Errorf("%d rows were set aside, %v", n, err)
	}
	j.checkReplies(t, was, killed)
}

// checkAd looks at the ad published last: it was posted once, as it was
// answered, with both photos once and in order, and paid once.
func (j *journey) checkAd(t *testing.T, was outside, killed *point) {
	t.Helper()
	adverts := j.md999.Adverts(demoKey)
	if len(adverts) != was.adverts+1 {
		t.Fatalf("%d ads were posted, not one", len(adverts)-was.adverts)
	}
	ad := adverts[was.adverts]
	if err := checkSmallAd(ad); err != nil {
		t.Error(err)
	}
	if err := checkPictures(j.md999, ad, 2*j.ads); err != nil {
		t.Error(err)
	}
	account, _ := j.md999.Account(demoKey)
	if charges := account.Spent[was.charges:]; len(charges) != 1 || charges[0].Advert != ad.ID {
		t.Errorf("charged %+v, and should have been once, for %s", charges, ad.ID)
	}
	if n, most := j.md999.Uploads(demoKey)-was.uploads, 2+uploadsDoubled(killed)+j.lost()-was.lost; n > most {
		t.Errorf("%d uploads of two photos, at most %d may be", n, most)
	}
}

// uploadsDoubled is how many photos may have been uploaded twice: one, when the
// process was killed between the market's taking it and the note of that. The
// person's lane, where the process is killed too, knows nothing of uploads, so
// there it is left to chance.
func uploadsDoubled(killed *point) int {
	switch {
	case killed == nil:
		return 0
	case killed.Step == "POST /images":
		return oneIf(killed.When == momentAfter)
	case killed.Step == "Commit account: attempt photo done":
		return oneIf(killed.When == momentBefore)
	}
	name, _, _ := strings.Cut(killed.Step, ":")
	return oneIf(!slices.Contains(accountSteps, name))
}

// accountSteps are those of the account's lane, one after another.
var accountSteps = []string{
	"Commit account", "Attempts", "Upload", "Bound", "Postpone account",
	"getFile", "download", "GET /adverts", "GET /adverts/{id}", "POST /adverts",
	"GET /adverts/{id}/features", "PATCH /adverts/{id}",
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// checkPictures compares an ad's photos with those that were sent, of which the
// first has the seed after this one: by the colour that tells them apart.
func checkPictures(m *md999.Server, ad md999.Advert, seed int) error {
	feature, _ := ad.Feature("14")
	ids, _ := feature.Value.([]string)
	for i, id := range ids {
		img, err := jpeg.Decode(bytes.NewReader(m.Image(id)))
		if err != nil {
			return fmt.Errorf("photo %d: %w", i+1, err)
		}
		const slack = 12 // what JPEG makes of a colour
		red, _, _, _ := img.At(10, 10).RGBA()
		want := (seed + i + 1) * 40 % 256 // see picture
		if got := int(red >> 8); got < want-slack || got > want+slack {
			return fmt.Errorf("photo %d is another one: red is %d, not about %d", i+1, got, want)
		}
	}
	return nil
}

// checkReplies allows one message to have come twice, and only when the process
// was killed between Telegram's taking it and the note of that.
func (j *journey) checkReplies(t *testing.T, was outside, killed *point) {
	t.Helper()
	texts := map[string]int{}
	doubled := 0
	for _, c := range j.telegram.Calls("sendMessage")[was.sent:] {
		if text := c.Params["text"]; c.Code == 200 {
			if texts[text]++; texts[text] > 1 {
				doubled++
			}
		}
	}
	most := j.lost() - was.lost
	if killed != nil {
		most += oneIf(mayDouble(*killed))
	}
	if doubled > most {
		t.Errorf("%d messages came twice, at most %d may: %s", doubled, most, told(texts))
	}
}

// mayDouble reports whether a kill at this point leaves a message sent and its
// sending not noted.
func mayDouble(at point) bool {
	switch at.Step {
	case "sendMessage":
		return at.When == momentAfter
	case "Checkpoint", "Close":
		return at.When == momentBefore
	case "Renew", "Renew poll", "Release poll": // at any moment
		return true
	}
	return false
}

func told(texts map[string]int) string {
	var b strings.Builder
	for text, n := range texts {
		line, _, _ := strings.Cut(text, "\n")
		fmt.Fprintf(&b, "\n  %d× %s", n, line)
	}
	return b.String()
}
