package omarket

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// search is what a buyer asks for. Of the main filters those that are not sent
// and those that are false ask for nothing.
type search struct {
	category, location              int
	pics, discount, delivery, agree bool
	order, words                    string
	filters                         []wanted
}

// wanted is what a buyer wants of one filter: any of some answers, or a number
// in a range.
type wanted struct {
	filter   *Filter
	any      []string
	from, to *float64
}

// documentedFilters are the main filters of the description; public clients
// send "q" too, to the address of searchAds.
var documentedFilters = []string{"order_by", "category_id", "location_id", "pics", "with_discount", "delivery", "contract_price"}

// filterAds is the documented search: a GET with a body.
func (s *Server) filterAds(c *call) reply { return s.answerSearch(c, documentedFilters) }

// searchAds is the search of public clients, by words too.
func (s *Server) searchAds(c *call) reply {
	return s.answerSearch(c, append([]string{"q"}, documentedFilters...))
}

func (s *Server) answerSearch(c *call, mainFilters []string) reply {
	b := readBody(c.body, []string{"main_filters"}, []string{"category_filters"})
	wish := s.readSearch(b, mainFilters)
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	found := s.where(func(a *ad) bool { return a.Status == Active && s.suits(a, wish) })
	switch wish.order {
	case "cheap":
		slices.SortStableFunc(found, func(a, b *ad) int { return cmp.Compare(a.som(), b.som()) })
	case "expensive":
		slices.SortStableFunc(found, func(a, b *ad) int { return cmp.Compare(b.som(), a.som()) })
	}
	return s.answerPage(c, found, s.brief)
}

// som is a price to compare by.
func (a *ad) som() float64 {
	if a.Currency == "usd" {
		return amount(a.Price) * rate
	}
	return amount(a.Price)
}

func (s *Server) readSearch(b *body, mainFilters []string) search {
	if !b.has("main_filters") {
		return search{}
	}
	main := readBody(b.members["main_filters"], nil, mainFilters)
	wish := search{
		category: main.integer("category_id"), location: main.integer("location_id"),
		pics: main.boolean("pics"), discount: main.boolean("with_discount"),
		delivery: main.boolean("delivery"), agree: main.boolean("contract_price"),
		order: main.text("order_by", 20), words: main.text("q", 255),
	}
	if main.has("category_id") && s.catalogue.category(wish.category) == nil {
		main.wrong.add("category_id", notAllowedHere)
	}
	if main.has("location_id") && s.catalogue.location(wish.location) == nil {
		main.wrong.add("location_id", notAllowedHere)
	}
	if main.has("order_by") && !slices.Contains([]string{"new", "cheap", "expensive"}, wish.order) {
		main.wrong.add("order_by", notAllowedHere)
	}
	for name, texts := range main.wrong.members {
		b.wrong.add(name, "%s", texts[0])
	}
	for _, item := range b.list("category_filters") {
		one, complaint := s.readWanted(item)
		if complaint != "" {
			b.wrong.add("category_filters", "%s", complaint)
		}
		wish.filters = append(wish.filters, one)
	}
	return wish
}

// readWanted reads {"filter_id": 6, "value": …}, the value being a list, a
// single answer or {"from": …, "to": …}.
func (s *Server) readWanted(raw json.RawMessage) (wanted, string) {
	b := readBody(raw, []string{"filter_id", "value"}, nil)
	w := wanted{filter: s.catalogue.filter(b.integer("filter_id"))}
	switch {
	case !b.wrong.none():
		return w, "Ожидались filter_id и value."
	case w.filter == nil:
		return w, "Фильтр не найден."
	}
	value := b.members["value"]
	switch bytes.TrimSpace(value)[0] {
	case '{':
		span := readBody(value, nil, []string{"from", "to"})
		w.from, w.to = span.bound("from"), span.bound("to")
		if w.filter.Type != Number || !span.wrong.none() || w.from == nil && w.to == nil {
			return w, notAllowedHere
		}
	case '[':
		w.any = b.texts("value")
	case '"':
		w.any = []string{b.text("value", maxTitle)}
	case 't', 'f':
		w.any = []string{strconv.FormatBool(b.boolean("value"))}
	default:
		n, right := digits(value)
		if !right {
			return w, notAllowedHere
		}
		w.any = []string{n}
	}
	if !b.wrong.none() || w.from == nil && w.to == nil && len(w.any) == 0 {
		return w, notAllowedHere
	}
	return w, ""
}

// bound reads an end of a range, or nil.
func (b *body) bound(name string) *float64 {
	if !b.has(name) || b.null(name) {
		return nil
	}
	s, right := digits(b.members[name])
	n, err := strconv.ParseFloat(s, 64)
	if !right || err != nil {
		b.wrong.add(name, notNumber)
		return nil
	}
	return &n
}

// suits reports whether an ad is what a buyer asks for.
func (s *Server) suits(a *ad, wish search) bool {
	if wish.category != 0 && !s.catalogue.below(a.Category, wish.category) ||
		wish.location != 0 && !s.catalogue.lies(a.Location, wish.location) ||
		wish.pics && len(a.Images) == 0 ||
		wish.discount && a.OldPrice == "" ||
		wish.delivery && !a.Delivery ||
		wish.agree && !a.ContractPrice {
		return false
	}
	text := strings.ToLower(a.Title + " " + a.Description)
	for _, word := range strings.Fields(strings.ToLower(wish.words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	for _, w := range wish.filters {
		i := slices.IndexFunc(a.Filters, func(v FilterValue) bool { return v.ID == w.filter.ID })
		if i < 0 || !w.suits(a.Filters[i].Value) {
			return false
		}
	}
	return true
}

// suits reports whether an ad's answer to the filter is one a buyer wants.
func (w wanted) suits(value any) bool {
	var answers []string
	switch v := value.(type) {
	case bool:
		answers = []string{strconv.FormatBool(v)}
	case []string:
		answers = v
	case string:
		answers = []string{v}
	}
	if w.any == nil {
		n, err := strconv.ParseFloat(answers[0], 64)
		return err == nil && (w.from == nil || n >= *w.from) && (w.to == nil || n <= *w.to)
	}
	return slices.ContainsFunc(answers, func(answer string) bool {
		if w.filter.Type == Text {
			return strings.Contains(strings.ToLower(answer), strings.ToLower(w.any[0]))
		}
		return slices.Contains(w.any, answer)
	})
}
