package dialogs

import (
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// found shows what the search below it finds: as a list or, while the frame
// names an ad, as that ad's card. An ad is known by its id, so that it stays the
// same one when others come in above it.
type found struct{}

const (
	opCards = "cd" // card by card
	opList  = "li"
	opOrder = "od"
	opAlbum = "ab"
)

func (fd found) view(t *Turn, f *Frame) (View, error) {
	m := t.market(market.ID(f.arg("market")))
	if _, able := m.(Searcher); !able || t.searchOf() == nil {
		t.removeFrame(f)
		return View{}, nil
	}
	if f.arg("ad") != "" {
		return fd.card(t, f, m)
	}
	return fd.list(t, f)
}

// searchOf is the search whose finds are shown, or nil.
func (t *Turn) searchOf() *Frame {
	return t.s.find(func(f *Frame) bool { return f.Name == frameSearch })
}

// list shows a page of what was found.
func (fd found) list(t *Turn, f *Frame) (View, error) {
	var v View
	at, _ := strconv.Atoi(f.arg("page"))
	hits, err := t.look(f, at)
	if err != nil {
		return fd.away(t, f, err)
	}
	f.setArg("page", strconv.Itoa(hits.page.Page-1))
	f.setArg("total", strconv.Itoa(hits.page.Subtotal))
	v.say(say("search.found", "Market", marketName(market.ID(f.arg("market")))))
	v.say(join("\n", hits.narrowing...))
	if len(hits.page.Ads) == 0 {
		v.say(say("find.none"))
	} else {
		v.say(say("ads.count", "Count", hits.page.Subtotal))
	}
	for i, ad := range hits.page.Ads {
		v.row(button(hitLabel(ad), opOpen, hitKey((hits.page.Page-1)*rowsPerPage+i, ad.ID)))
	}
	turnPages(&v, hits.page.Page-1, pagesOf(hits.page.Subtotal))
	if len(hits.page.Ads) > 0 {
		v.row(button(say("search.cards"), opCards, hitKey((hits.page.Page-1)*rowsPerPage, hits.page.Ads[0].ID)))
	}
	if hits.order != market.OrderOwn && hits.page.Subtotal > 1 {
		v.row(button(say("sort.button", "Order", orderName(f)), opOrder, ""))
	}
	fd.ways(&v)
	return v, nil
}

// ways leads on from every screen of the finds.
func (found) ways(v *View) {
	v.row(button(say("search.change"), opSearch, ""), button(say("button.home"), opHome, ""))
}

func pagesOf(ads int) int { return (ads + rowsPerPage - 1) / rowsPerPage }

// orderName is the order of a frame's finds: the newest first, unless the
// market's own was chosen.
func orderName(f *Frame) Text {
	if f.arg("order") != "" {
		return sortName("")
	}
	return sortName(sortPosted)
}

// hitLabel is an ad as a button of the list shows it.
func hitLabel(ad market.Ad) Text {
	return join(" · ", data(clip(titleOf(ad), 32)), priceOf(ad), data(clip(ad.Place, 16)))
}

// titleOf is an ad's title on one line.
func titleOf(ad market.Ad) string {
	if title := strings.Join(strings.Fields(ad.Title), " "); title != "" {
		return title
	}
	return "№ " + ad.ID
}

func priceOf(ad market.Ad) Text {
	switch {
	case ad.Negotiable:
		return say("search.negotiable")
	case ad.Price.IsZero():
		return Text{}
	}
	return amount(ad.Price.Amount, ad.Price.Currency)
}

// hitKey names an ad among all that was found: its place, from 0, and its id.
func hitKey(at int, id string) string { return strconv.Itoa(at) + "/" + id }

// away tells that the market does not let its ads be seen now. The search stays.
func (fd found) away(t *Turn, f *Frame, err error) (View, error) {
	var v View
	merr, ok := asMarketError(err)
	if !ok || merr.Kind == market.NotSignedIn {
		return v, err
	}
	v.say(t.marketTrouble(merr))
	v.say(say("search.kept"))
	v.row(button(say("button.again"), opAgain, ""))
	if f.arg("ad") != "" {
		v.row(button(say("search.list"), opList, ""))
	}
	fd.ways(&v)
	return v, nil
}

func (fd found) press(t *Turn, f *Frame, op, arg string) error {
	switch op {
	case opPage:
		if f.arg("ad") != "" {
			return t.turnCard(f, arg)
		}
		f.setArg("page", arg)
	case opOpen, opCards:
		at, id, _ := strings.Cut(arg, "/")
		f.setArg("at", at)
		f.setArg("ad", id)
	case opList:
		fd.toList(f)
	case opOrder:
		if f.arg("order") == "" {
			f.setArg("order", "own")
		} else {
			f.setArg("order", "")
		}
		f.setArg("page", "")
	case opAlbum:
		ad, err := t.readHit(f, t.market(market.ID(f.arg("market"))))
		if err != nil {
			return err
		}
		t.showAlbum(ad)
	case opSearch:
		t.s.pop()
	}
	return nil
}

// toList goes back to the page of the list on which the card's ad stands.
func (found) toList(f *Frame) {
	at, _ := strconv.Atoi(f.arg("at"))
	f.setArg("page", strconv.Itoa(at/rowsPerPage))
	f.setArg("ad", "")
}

// hear searches for other words.
func (found) hear(t *Turn, f *Frame, ev Event) (bool, error) {
	search := t.searchOf()
	if ev.Kind != Said || search == nil {
		return false, nil
	}
	st, err := t.state(search)
	if err != nil {
		return false, err
	}
	t.s.pop()
	st.leave()
	done, err := browse{form{browseForm{}}}.searchWords(t, search, st, ev.Text)
	if t.s.top() == search { // nothing was searched for: what was found stays
		t.s.push(f)
	}
	return done, err
}

// hits is a page of what was found.
type hits struct {
	page      market.AdPage
	narrowing []Text
	order     market.Order // that the market searches in unless told otherwise
}

// look asks the market for a page, from 0, of what the search of a frame finds;
// one beyond the end is the last one.
func (t *Turn) look(f *Frame, at int) (hits, error) {
	var h hits
	st, err := t.state(t.searchOf())
	if err != nil {
		return h, err
	}
	q, err := browseForm{}.questions(t, f, st)
	if err != nil {
		return h, err
	}
	m := t.market(market.ID(f.arg("market")))
	searcher := m.(Searcher)
	query := searcher.Query(stillAsked(q, st.Answers))
	h.narrowing, h.order = narrowing(q, st.Answers), query.Order
	query.PageSize = rowsPerPage
	if f.arg("order") != "" {
		query.Order = market.OrderOwn
	}
	read := func(n int) error {
		query.Page = max(n, 1)
		return t.asReader(f, m, func(key market.Secret) (err error) {
			h.page, err = searcher.Search(t, key, t.s.Lang, query)
			h.page.Page = query.Page
			return err
		})
	}
	if err := read(at + 1); err != nil || len(h.page.Ads) > 0 || query.Page == 1 {
		return h, err
	}
	if err := read(1); err != nil || h.page.Subtotal <= rowsPerPage {
		return h, err
	}
	return h, read(pagesOf(h.page.Subtotal))
}

// webAddresses are the photos of an ad that can be shown by their address.
func webAddresses(photos []string) []string {
	return slices.DeleteFunc(slices.Clone(photos), func(p string) bool {
		return !strings.HasPrefix(p, "https://") && !strings.HasPrefix(p, "http://")
	})
}
