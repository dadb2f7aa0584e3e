package omarket

import (
	"bytes"
	_ "embed" // the shipped knowledge
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"bazarbot/market"
)

// maxKnownFile bounds a file of knowledge.
const maxKnownFile = 16 << 20

// Known is knowledge of the market that somebody wrote down: its filters,
// places and kinds of offers. docs/omarket.md describes the file.
type Known struct {
	adTypes    []adTypeName
	places     placeBook
	filters    map[ident]filterFacts
	categories map[ident]categoryFacts
}

// adTypeName is a kind of offer in the languages of the bot.
type adTypeName struct {
	Code string `json:"code"`
	Ru   string `json:"ru"`
	Ro   string `json:"ro"`
	Ky   string `json:"ky"`
}

func (n adTypeName) in(lang market.Lang) string {
	switch lang {
	case market.Romanian:
		return n.Ro
	case market.Kyrgyz:
		return n.Ky
	}
	return n.Ru
}

// categoryFacts is what is known of a category beside what the market's tree
// says. It is never changed, only replaced.
type categoryFacts struct {
	ID       ident            `json:"id"`
	Filters  []ident          `json:"filters,omitempty"`  // asked here although the tree does not name them
	Required []ident          `json:"required,omitempty"` // filters for whose lack the market refused an ad
	Said     map[ident]string `json:"said,omitempty"`     // what it said then
}

// knownFile is a file of knowledge.
type knownFile struct {
	AdTypes    []adTypeName    `json:"ad_types"`
	Places     []placeFacts    `json:"places"`
	Filters    []filterFacts   `json:"filters"`
	Categories []categoryFacts `json:"categories"`
}

//go:embed known.json
var shippedKnown []byte

// shipped is the knowledge that comes with the bot.
var shipped = sync.OnceValue(func() *Known {
	k, err := ReadKnown(bytes.NewReader(shippedKnown))
	if err != nil {
		panic(err) // a test reads it
	}
	return k
})

// ReadKnown reads a file of knowledge. Its errors name every fault with the
// entry it is in.
func ReadKnown(r io.Reader) (*Known, error) {
	var f knownFile
	dec := json.NewDecoder(io.LimitReader(r, maxKnownFile))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("omarket: known file: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("omarket: known file: something follows the one object")
	}
	if err := errors.Join(f.faults()...); err != nil {
		return nil, fmt.Errorf("omarket: known file: %w", err)
	}
	k := &Known{
		adTypes: f.AdTypes, places: placeBook{},
		filters: map[ident]filterFacts{}, categories: map[ident]categoryFacts{},
	}
	for _, p := range f.Places {
		k.places[p.ID] = p
	}
	for _, given := range f.Filters {
		k.filters[given.ID], _ = filterFacts{}.with(given)
	}
	for _, c := range f.Categories {
		k.categories[c.ID] = c
	}
	return k, nil
}

// faults names what is wrong with a file's entries.
func (f knownFile) faults() []error {
	var faults []error
	entry := func(list string, i int, id ident, seen map[ident]bool) {
		switch {
		case !digits.MatchString(string(id)):
			faults = append(faults, fmt.Errorf("%s[%d]: id must be a number", list, i))
		case seen[id]:
			faults = append(faults, fmt.Errorf("%s[%d]: id %s is there twice", list, i, id))
		}
		seen[id] = true
	}
	fault := func(list string, i int, what string) {
		faults = append(faults, fmt.Errorf("%s[%d]: %s", list, i, what))
	}
	for i, t := range f.AdTypes {
		if t.Code == "" || t.Ru == "" || t.Ro == "" || t.Ky == "" {
			fault("ad_types", i, "code, ru, ro and ky must all be given")
		}
	}
	seen := map[ident]bool{}
	for i, p := range f.Places {
		entry("places", i, p.ID, seen)
		if p.Name == "" {
			fault("places", i, "name is missing")
		}
	}
	seen = map[ident]bool{}
	for i, given := range f.Filters {
		entry("filters", i, given.ID, seen)
		for _, what := range given.faults() {
			fault("filters", i, what)
		}
	}
	seen = map[ident]bool{}
	for i, c := range f.Categories {
		entry("categories", i, c.ID, seen)
		if slices.ContainsFunc(slices.Concat(c.Filters, c.Required), func(id ident) bool { return !digits.MatchString(string(id)) }) {
			fault("categories", i, "filters and required must be ids of filters")
		}
	}
	return faults
}

// faults names what is wrong with a filter that somebody wrote down.
func (f filterFacts) faults() []string {
	var faults []string
	if f.known() && f.kind() == market.KindUnknown {
		faults = append(faults, fmt.Sprintf("type %q is not one the bot can ask", f.Type))
	}
	switch f.Shape {
	case "", shapeText, shapeNumber, shapeBool, shapeList:
	default:
		faults = append(faults, fmt.Sprintf("shape %q is none of text, number, bool, list", f.Shape))
	}
	for i, o := range f.Options {
		if o.ID == "" || o.Title == "" {
			faults = append(faults, fmt.Sprintf("options[%d]: id and title must be given", i))
		}
	}
	return faults
}

// with adds what was seen; nothing is ever forgotten. It reports whether there
// was anything new.
func (c categoryFacts) with(seen categoryFacts) (categoryFacts, bool) {
	old := c
	if c.ID == "" {
		c.ID = seen.ID
	}
	c.Filters = union(c.Filters, seen.Filters)
	c.Required = union(c.Required, seen.Required)
	news := c.ID != old.ID || len(c.Filters) != len(old.Filters) || len(c.Required) != len(old.Required)
	for id, said := range seen.Said {
		if said == "" || c.Said[id] == said {
			continue
		}
		grown := map[ident]string{id: said}
		for other, was := range c.Said {
			if other != id {
				grown[other] = was
			}
		}
		c.Said, news = grown, true
	}
	return c, news
}

// union gives the ids of both lists in a stable order.
func union(old, seen []ident) []ident {
	ids := slices.Clip(old)
	for _, id := range seen {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
