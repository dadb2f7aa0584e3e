package dialogs

import (
	"regexp"
	"strconv"
	"strings"

	"bazarbot/market"
)

// Lengths of what a seller wrote, as they fit below a photo with all the rest.
const (
	cardTitle = 120
	cardText  = 550
	longText  = 2500 // without a photo
	cardLine  = 80   // a place, a category
)

// card shows one of the ads that were found, with all that its market tells.
func (fd found) card(t *Turn, f *Frame, m Market) (View, error) {
	var v View
	ad, err := t.readHit(f, m)
	switch {
	case kindOf(err) == market.NotFound:
		v.say(say("ads.gone"))
	case err != nil:
		return fd.away(t, f, err)
	default:
		t.showHit(&v, ad)
	}
	at, _ := strconv.Atoi(f.arg("at"))
	total, _ := strconv.Atoi(f.arg("total"))
	turnPages(&v, at, max(total, at+1))
	v.row(button(say("search.list"), opList, ""))
	fd.ways(&v)
	return v, nil
}

func (t *Turn) readHit(f *Frame, m Market) (ad market.Ad, err error) {
	err = t.asReader(f, m, func(key market.Secret) (err error) {
		ad, err = m.FullAd(t, key, t.s.Lang, f.arg("ad"))
		return err
	})
	return ad, err
}

// showCover puts an ad's cover above its card, where Telegram can fetch it, and
// gives the button of all photos.
func (v *View) showCover(ad market.Ad) (all Button) {
	photos := webAddresses(ad.Photos)
	if len(photos) > 0 {
		v.Photo = photos[0]
	}
	if len(photos) > 1 {
		all = button(say("search.album", "Count", len(photos)), opAlbum, "")
	}
	return all
}

// sayText ends a card with what the seller wrote, as far as there is room for it
// besides so many units of other people's words.
func (v *View) sayText(text string, others int) {
	room := longText
	if v.Photo != "" {
		room = cardText
	}
	const least = 40 // what is shorter says nothing
	switch room -= others; {
	case escapedLen(text) <= room:
	case room < least:
		return
	default:
		text = strings.TrimSpace(text[:lengthWithin(text, room)]) + "…"
	}
	v.say(data(text))
}

// showHit shows an ad as a buyer sees it.
func (t *Turn) showHit(v *View, ad market.Ad) {
	album := v.showCover(ad)
	v.say(say("ad.heading", "Title", clip(titleOf(ad), cardTitle)))
	v.say(hitFacts(ad))
	contacts, links := sellersContacts(ad.Contacts)
	if contacts.IsZero() && len(links) == 0 {
		contacts = say("seller.none")
	}
	v.say(contacts)
	v.sayText(ad.Text, 0)
	v.row(links...)
	v.row(album)
	if ad.URL != "" {
		v.row(link(say("button.open_ad"), ad.URL))
	}
}

// hitFacts lists what concerns a buyer; what the market does not tell is left
// out.
func hitFacts(ad market.Ad) Text {
	var lines []Text
	switch {
	case ad.Negotiable:
		lines = append(lines, say("ad.negotiable"))
	case !ad.Price.IsZero():
		lines = append(lines, say("ad.price", "Price", priceOf(ad)))
	}
	if ad.Place != "" {
		lines = append(lines, say("search.place", "Place", clip(ad.Place, cardLine)))
	}
	if len(ad.Path) > 0 {
		lines = append(lines, data(clip(ad.Path[len(ad.Path)-1]+offerSuffix(ad.OfferType), cardLine)))
	}
	if !ad.Posted.IsZero() {
		lines = append(lines, say("ad.posted", "At", Moment{ad.Posted, ad.Market}))
	}
	return join("\n", lines...)
}

// What leads to a seller is only what can be part of an address.
var (
	reachableNumber = regexp.MustCompile(`^[0-9]{7,15}$`)
	reachableName   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{3,31}$`)
)

// sellersContacts are the ways to the seller that an ad shows: a phone to be
// read, as apps call a number that is pressed in a text, and buttons that open a
// chat.
func sellersContacts(contacts []market.Contact) (phones Text, links []Button) {
	var lines []Text
	for _, c := range contacts {
		switch {
		case c.Kind == market.ContactPhone && reachableNumber.MatchString(c.Value):
			lines = append(lines, say("seller.phone", "Phone", phoneText("+"+c.Value)))
		case c.Kind == market.ContactWhatsApp && reachableNumber.MatchString(c.Value):
			links = append(links, link(say("seller.whatsapp"), "https://wa.me/"+c.Value))
		case c.Kind == market.ContactTelegram && reachableName.MatchString(c.Value):
			links = append(links, link(say("seller.telegram"), "https://t.me/"+c.Value))
		}
	}
	return join("\n", lines...), links
}

// turnCard goes to another place among what was found; beyond the end is the
// last one.
func (t *Turn) turnCard(f *Frame, arg string) error {
	at, _ := strconv.Atoi(arg)
	h, err := t.look(f, at/rowsPerPage)
	if err != nil {
		return err
	}
	f.setArg("total", strconv.Itoa(h.page.Subtotal))
	if len(h.page.Ads) == 0 { // all of them are gone: the list says so
		f.setArg("ad", "")
		return nil
	}
	in := at % rowsPerPage
	if h.page.Page-1 < at/rowsPerPage {
		in = rowsPerPage
	}
	in = min(in, len(h.page.Ads)-1)
	f.setArg("at", strconv.Itoa((h.page.Page-1)*rowsPerPage+in))
	f.setArg("ad", h.page.Ads[in].ID)
	return nil
}

// mostInAlbum is how many photos the chat shows together.
const mostInAlbum = 10

// showAlbum shows all photos of a card's ad, above the card. If they cannot be
// fetched, their addresses are told.
func (t *Turn) showAlbum(ad market.Ad) {
	photos := webAddresses(ad.Photos)
	if len(photos) < 2 {
		return
	}
	photos = photos[:min(len(photos), mostInAlbum)]
	album := View{Photos: photos}
	album.say(say("search.album_refused"))
	album.say(join("\n", list(photos)...))
	t.reply(Reply{Kind: ReplyAlbum, View: album})
	t.fresh = true
}
