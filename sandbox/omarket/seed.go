package omarket

import (
	"cmp"
	_ "embed" // the ads
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

//go:embed data/ads.txt
var seedList string

// sellers is how many sellers are there from the start. Nobody can sign in as
// one: they have no password.
const sellers = 8

// seed fills the market with ads of its first sellers, the last line of the
// list being the newest, so that what no route defines, the filters and the
// places, can be learnt from them.
func (s *Server) seed() {
	places := []int{1, 150, 81, 448}
	for i := range sellers {
		a := s.addAccount(Account{
			ID:     6_443 + i,
			MSISDN: fmt.Sprintf("996700000%03d", 101+i), Username: fmt.Sprintf("seller%d", i+1), Location: places[i%len(places)],
		})
		a.founder = true
	}
	list := lines(seedList)
	for i, line := range list {
		s.addSeed(columns(line), i, s.now().Add(-time.Duration(len(list)-i)*time.Hour))
	}
}

// addSeed adds an ad as its line tells: category | ad type | price | place |
// photos | marks | filters | title | description. It panics when the market
// itself would refuse the ad: the list is part of the program.
func (s *Server) addSeed(c []string, i int, at time.Time) {
	price, currency, _ := strings.Cut(c[2], " ")
	author := fmt.Sprintf("996700000%03d", 101+i%sellers)
	a := &ad{Ad: Ad{
		ID: s.nextID(), UUID: newUUID(), Author: author, Status: Active, Currency: cmp.Or(currency, "som"), Price: price,
		Category: number(c[0]), AdType: c[1], Location: number(c[3]), Title: c[7], Description: c[8],
		ContractPrice: strings.Contains(c[5], "agree"), Delivery: strings.Contains(c[5], "delivery"),
		WhatsApp: author, Created: at, Modified: at, Published: at.Add(time.Hour / 2), Opens: at, Views: 3 * (i % 17),
	}}
	if strings.Contains(c[5], "telegram") {
		a.Telegram = fmt.Sprintf("seller%d_kg", i%sellers+1)
	}
	if strings.Contains(c[5], "vip") {
		a.Promotion = "VIP"
	}
	if strings.Contains(c[5], "discount") {
		a.OldPrice = fmt.Sprintf("%.0f", amount(price)*1.2)
	}
	for n := range number(c[4]) {
		path := fmt.Sprintf("/media/ads/seed%d-%d.JPEG", a.ID, n+1)
		s.images[path] = nil // drawn once somebody looks
		a.Images = append(a.Images, path)
	}
	for _, answer := range strings.Fields(c[6]) {
		s.addSeedFilter(a, answer)
	}
	var wrong complaints
	if s.check(&a.Ad, &wrong); !wrong.none() {
		panic(fmt.Sprint("a first ad is refused: ", c, wrong))
	}
	a.uploaded, a.Uploads = slices.Clone(a.Images), len(a.Images)
	s.ads[a.UUID] = a
}

// addSeedFilter adds an answer: 11=4304, 314=3141,3142 for several options.
// Underscores stand for blanks.
func (s *Server) addSeedFilter(a *ad, answer string) {
	id, text, _ := strings.Cut(answer, "=")
	f := s.catalogue.filter(number(id))
	var value any = strings.ReplaceAll(text, "_", " ")
	switch f.Type {
	case SelectMultiple:
		value = strings.Split(text, ",")
	case Boolean:
		value = text == "true"
	}
	a.Filters = append(a.Filters, FilterValue{ID: f.ID, Row: s.nextID(), Value: value})
}

// uuids lists the ads by id.
func (s *Server) uuids() []string {
	return slices.SortedFunc(maps.Keys(s.ads), func(a, b string) int { return s.ads[a].ID - s.ads[b].ID })
}
