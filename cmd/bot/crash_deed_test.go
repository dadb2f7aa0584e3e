package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bazarbot/sandbox/md999"
)

// deed is something a seller does with an ad. The bot hands it to the lane of
// the ad's account, and there it is done.
type deed struct {
	name   string // also that of its attempt
	in     deployment
	route  string          // of the market
	fault  md999.FaultKind // that befalls the route
	charge string          // what the market takes money for; "": nothing
	press  string          // the key of the button that hands it over
	done   string          // the key of what is read in the end
	lost   string          // the key of what is read when nobody knows; "": somebody always does
	// site makes a fresh ad on the market what it has to be; nil: as it is posted.
	site func(t *testing.T, j *journey, id string)
	// lead goes from the ad's card to the button above.
	lead func(t *testing.T, j *journey)
	// makes turns the ad as it was into what it should have become, and looks at
	// what nobody can foretell. Without it a new ad comes of the deed.
	makes func(t *testing.T, j *journey, ad *md999.Advert, is md999.Advert)
}

const (
	colourRoute = "POST /adverts/{advert_id}/color"
	accessRoute = "PUT /adverts/{advert_id}/access_policy"
)

// The deeds, spread over the deployments.
var (
	posting = deed{
		name: "post", route: postRoute, charge: "post",
		press: "button.publish_for", done: "publish.done", lost: "publish.unknown", lead: toReview,
	}
	republishing = deed{
		name: "republish", in: deployments[0], route: republishRoute, charge: "republish",
		press: "act.sure.republish", done: "act.done.republish", lost: "act.unknown",
		lead: pressesThen("act.button.republish", "act.ask.republish"),
		makes: func(t *testing.T, _ *journey, ad *md999.Advert, is md999.Advert) {
			if !is.Republished.After(ad.Republished) {
				t.Errorf("republished %v, and was %v before", is.Republished, ad.Republished)
			}
			ad.Republished, ad.Expires = is.Republished, is.Expires
		},
	}
	colouring = deed{
		name: "colour", in: deployments[1], route: colourRoute, charge: "color",
		press: "act.sure.colour", done: "act.done.colour", lost: "act.unknown",
		lead:  pressesThen("act.button.colour", "act.ask.colour"),
		makes: func(_ *testing.T, _ *journey, ad *md999.Advert, _ md999.Advert) { ad.Colored = true },
	}
	hiding = deed{
		name: "hide", in: deployments[1], route: accessRoute, press: "act.button.hide", done: "act.done.hide",
		makes: func(_ *testing.T, _ *journey, ad *md999.Advert, _ md999.Advert) { ad.State = md999.Hidden },
	}
	showing = deed{
		name: "show", in: deployments[0], route: accessRoute, press: "act.button.show", done: "act.done.show",
		site:  setHidden,
		makes: func(_ *testing.T, _ *journey, ad *md999.Advert, _ md999.Advert) { ad.State = md999.Public },
	}
	autorepublishing = deed{
		name: "auto", in: deployments[1], route: autoRoute, press: "button.auto_on", done: "auto.done_on",
		site:  setMondays,
		lead:  pressesThen("act.button.auto", "auto.is_off"),
		makes: func(_ *testing.T, _ *journey, ad *md999.Advert, _ md999.Advert) { ad.Autorepublisher.Enabled = true },
	}
	editing = deed{
		name: "edit", in: deployments[0], route: editRoute, press: "edit.save", done: "act.done.edit",
		lead: editsTitleAndPhotos, makes: holdsEdit,
	}
)

// pressesThen presses a button of the card and waits for what it leads to.
func pressesThen(button, see string) func(*testing.T, *journey) {
	return func(t *testing.T, j *journey) {
		t.Helper()
		must(t, j.player.press(button))
		must(t, j.player.seeText(t.Context(), see))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func setHidden(t *testing.T, j *journey, id string) {
	t.Helper()
	must(t, j.md999.SetState(id, md999.Hidden))
}

// setMondays has a schedule kept for the ad that only needs to be turned on.
func setMondays(t *testing.T, j *journey, id string) {
	t.Helper()
	_, err := j.onSite(t.Context(), http.MethodPut, "/adverts/"+id+"/autorepublisher",
		`{"enabled":false,"from_hour":9,"to_hour":18,"interval":240,"weekdays":[0]}`)
	must(t, err)
}

// toReview answers everything of an ad that is like the last one, if there is one.
func toReview(t *testing.T, j *journey) {
	t.Helper()
	if j.ads == 0 {
		legs := j.first()
		j.walk(t, legs[entry:len(legs)-1])
		return
	}
	j.player.command("start")
	must(t, j.player.seeText(t.Context(), "home.greeting"))
	j.walk(t, j.another())
}

// editsTitleAndPhotos changes an ad's title and gives it a picture.
func editsTitleAndPhotos(t *testing.T, j *journey) {
	t.Helper()
	p := j.player
	must(t, p.press("button.edit"))
	must(t, p.seeText(t.Context(), "edit.choose"))
	must(t, p.album(picture(uint8(j.fresh))))
	must(t, p.see(t.Context(), p.text("button.photos", "Count", "1")))
	must(t, p.pressLabel("Заголовок: "+j.title()))
	must(t, p.seeText(t.Context(), "ask.title"))
	p.say(j.editedTitle())
	must(t, p.seeText(t.Context(), "edit.save"))
}

func holdsEdit(t *testing.T, j *journey, ad *md999.Advert, is md999.Advert) {
	t.Helper()
	if err := checkPictures(j.md999, is, j.fresh-1); err != nil {
		t.Error(err)
	}
	if n := photosOf(is); n != 1 {
		t.Errorf("the ad has %d photos, not one", n)
	}
	ad.Title = j.editedTitle()
	for i := range ad.Features {
		if ad.Features[i].ID == "12" {
			ad.Features[i].Value = ad.Title
		}
	}
	photos, _ := is.Feature("14")
	ad.Features = append(ad.Features, photos)
}

// entry is how many legs lead to a connected account.
const entry = 3

// enter connects the account, and gives it money enough.
func (j *journey) enter(t *testing.T) {
	t.Helper()
	j.md999.SetBalance(demoKey, 1000)
	j.walk(t, j.first()[:entry])
}

// title is that of the newest fresh ad.
func (j *journey) title() string { return fmt.Sprintf("Phone %02d", j.fresh) }

func (j *journey) editedTitle() string { return fmt.Sprintf("Telephone %02d", j.fresh) }

// ready brings the seller to the press that hands the deed over, on the card of
// a fresh ad, and gives the ad as it is.
func (d deed) ready(t *testing.T, j *journey) md999.Advert {
	t.Helper()
	if d.makes == nil {
		d.lead(t, j)
		return md999.Advert{}
	}
	j.fresh++
	id, err := j.onSite(t.Context(), http.MethodPost, "/adverts", phone(j.title(), 100))
	must(t, err)
	if d.site != nil {
		d.site(t, j, id)
	}
	p := j.player
	p.command("ads")
	must(t, p.see(t.Context(), p.text("ads.heading"), j.title()))
	ad, _ := j.md999.Advert(id)
	must(t, p.pressLabel(badges[ad.State]+" "+j.title()))
	must(t, p.seeText(t.Context(), "button.refresh"))
	if d.lead != nil {
		d.lead(t, j)
	}
	return ad
}

var badges = map[md999.State]string{md999.Public: "🟢", md999.Hidden: "🙈"}

// again does the deed once more, as who reads that nobody knows: they look, and
// find that it was not done.
func (d deed) again(t *testing.T, j *journey, was outside) {
	t.Helper()
	if j.look().charges > was.charges {
		t.Fatal(errAskedInVain)
	}
	if d.makes == nil {
		must(t, j.publishAgain(t.Context()))
		return
	}
	d.lead(t, j)
	must(t, j.player.press(d.press))
	must(t, j.player.seeText(t.Context(), d.done))
}

// check holds what the market has against what should have come of the deed.
func (d deed) check(t *testing.T, j *journey, was outside, ad md999.Advert, killed *point) {
	t.Helper()
	j.settle(t)
	if d.makes == nil {
		j.check(t, leg{kind: kindPublish}, was, killed)
		return
	}
	j.checkQuiet(t, was, killed)
	is, _ := j.md999.Advert(ad.ID)
	d.makes(t, j, &ad, is)
	byID := cmpopts.SortSlices(func(a, b md999.Value) bool { return a.ID < b.ID })
	if diff := cmp.Diff(ad, is, byID); diff != "" {
		t.Errorf("the ad (-want +got):\n%s", diff)
	}
	var charges []string
	account, _ := j.md999.Account(demoKey)
	for _, c := range account.Spent[was.charges:] {
		charges = append(charges, c.For+" "+c.Advert)
	}
	var want []string
	if d.charge != "" {
		want = []string{d.charge + " " + ad.ID}
	}
	if diff := cmp.Diff(want, charges); diff != "" {
		t.Errorf("charged (-want +got):\n%s", diff)
	}
	most := oneIf(d.route == editRoute) * (1 + uploadsDoubled(killed) + j.lost() - was.lost)
	if n := j.md999.Uploads(demoKey) - was.uploads; n > most {
		t.Errorf("%d uploads, at most %d may be", n, most)
	}
}
