package omarket

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// The limits of the market; the description has none but the pictures'.
const (
	maxTitle       = 255
	maxDescription = 10_000
	maxAddress     = 255
	maxImages      = 10
)

// writable are the members of an ad a seller may send.
var writable = []string{
	"title", "description", "ad_type", "price", "currency", "contract_price", "delivery", "o_money_pay", "category",
	"filters", "location", "images", "address", "whatsapp_num", "whatsapp_num_is_ident", "telegram_profile",
	"telegram_profile_is_ident", "latitude", "longitude",
}

var (
	priceForm    = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,2})?$`)
	whatsAppForm = regexp.MustCompile(`^([0-9]{10,15})?$`)
	telegramForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]{3,31})?$`)
)

// apply gives an ad what was sent, as far as each member can be told to be
// right by itself.
func (s *Server) apply(a *Ad, b *body, c *call, uploaded []string) {
	set(b, "title", &a.Title, b.text("title", maxTitle))
	set(b, "description", &a.Description, b.text("description", maxDescription))
	set(b, "ad_type", &a.AdType, b.text("ad_type", 50))
	set(b, "currency", &a.Currency, b.text("currency", 10))
	set(b, "contract_price", &a.ContractPrice, b.boolean("contract_price"))
	set(b, "delivery", &a.Delivery, b.boolean("delivery"))
	set(b, "o_money_pay", &a.OMoneyPay, b.boolean("o_money_pay"))
	set(b, "category", &a.Category, b.integer("category"))
	set(b, "location", &a.Location, b.integer("location"))
	set(b, "address", &a.Address, b.text("address", maxAddress))
	set(b, "whatsapp_num", &a.WhatsApp, b.form("whatsapp_num", whatsAppForm))
	set(b, "whatsapp_num_is_ident", &a.WhatsAppOwn, b.boolean("whatsapp_num_is_ident"))
	set(b, "telegram_profile", &a.Telegram, b.form("telegram_profile", telegramForm))
	set(b, "telegram_profile_is_ident", &a.TelegramOwn, b.boolean("telegram_profile_is_ident"))
	set(b, "latitude", &a.Latitude, b.optionalNumber("latitude"))
	set(b, "longitude", &a.Longitude, b.optionalNumber("longitude"))
	set(b, "price", &a.Price, b.price())
	set(b, "images", &a.Images, b.images(c.base(), uploaded))
	s.applyFilters(a, b)
	if a.ContractPrice {
		a.Price = ""
	}
}

// set stores what was sent of a member.
func set[T any](b *body, name string, to *T, value T) {
	if b.has(name) {
		*to = value
	}
}

func (b *body) form(name string, form *regexp.Regexp) string {
	s := b.text(name, 100)
	if !form.MatchString(s) {
		b.wrong.add(name, notAllowedHere)
	}
	return s
}

// optionalNumber reads a number or its digits; null and "" are none.
func (b *body) optionalNumber(name string) string {
	if !b.has(name) || b.null(name) || string(b.members[name]) == `""` {
		return ""
	}
	s, right := digits(b.members[name])
	if !right {
		b.wrong.add(name, notNumber)
	}
	return s
}

func (b *body) price() string {
	s := b.optionalNumber("price")
	if s != "" && (!priceForm.MatchString(s) || amount(s) == 0) {
		b.wrong.add("price", "Убедитесь, что это значение больше 0.")
	}
	return s
}

// images reads the addresses of pictures that were uploaded to this ad.
func (b *body) images(base string, uploaded []string) []string {
	var paths []string
	for _, address := range b.texts("images") {
		path, ours := strings.CutPrefix(address, base)
		switch {
		case !ours || !slices.Contains(uploaded, path):
			b.wrong.add("images", "Изображение не найдено: %s", address)
		case slices.Contains(paths, path):
			b.wrong.add("images", givenTwice)
		}
		paths = append(paths, path)
	}
	if len(paths) > maxImages {
		b.wrong.add("images", "Не более %d изображений.", maxImages)
	}
	return paths
}

// applyFilters replaces the answers to filters with those that were sent. An
// answer that stays as it was keeps its row.
func (s *Server) applyFilters(a *Ad, b *body) {
	if s.catalogue.category(a.Category) == nil {
		return // that alone is wrong then
	}
	asked := s.catalogue.filtersOf(a.Category)
	if !b.has("filters") {
		a.Filters = slices.DeleteFunc(a.Filters, func(v FilterValue) bool { return among(asked, v.ID) == nil })
		return
	}
	rows := map[int]int{}
	for _, v := range a.Filters {
		rows[v.ID] = v.Row
	}
	a.Filters = nil
	for _, item := range b.list("filters") {
		one := readBody(item, []string{"filter_id", "value"}, nil)
		id := one.integer("filter_id")
		f := among(asked, id)
		switch {
		case !one.wrong.none():
			b.wrong.add("filters", "Ожидались filter_id и value.")
			continue
		case f == nil:
			b.wrong.addFilter(id, "Такого фильтра нет в этой категории.")
			continue
		case slices.ContainsFunc(a.Filters, func(v FilterValue) bool { return v.ID == id }):
			b.wrong.addFilter(id, givenTwice)
			continue
		}
		value, complaint := f.read(one.members["value"])
		if complaint != "" {
			b.wrong.addFilter(id, complaint)
			continue
		}
		if rows[id] == 0 {
			rows[id] = s.nextID()
		}
		a.Filters = append(a.Filters, FilterValue{ID: id, Row: rows[id], Value: value})
	}
}

func among(filters []*Filter, id int) *Filter {
	i := slices.IndexFunc(filters, func(f *Filter) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return filters[i]
}

// read gives a seller's answer to a filter, or what is wrong with it.
func (f *Filter) read(raw json.RawMessage) (any, string) {
	b := &body{members: map[string]json.RawMessage{"value": raw}}
	var value any
	switch f.Type {
	case SelectSingle:
		id := b.text("value", 20)
		if b.wrong.none() && f.option(id) == nil {
			return nil, notAllowedHere
		}
		value = id
	case SelectMultiple:
		chosen := b.texts("value")
		unknown := func(id string) bool { return f.option(id) == nil }
		if b.wrong.none() && (len(chosen) == 0 || slices.ContainsFunc(chosen, unknown) || repeats(chosen)) {
			return nil, notAllowedHere
		}
		value = chosen
	case Number:
		n, right := digits(raw)
		if !right {
			return nil, notNumber
		}
		value = n
	case Boolean:
		value = b.boolean("value")
	default:
		s := b.text("value", maxTitle)
		if b.wrong.none() && strings.TrimSpace(s) == "" {
			return nil, notNull
		}
		value = s
	}
	if texts := b.wrong.members["value"]; texts != nil {
		return nil, texts[0]
	}
	return value, ""
}

func repeats(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}

// check holds a whole ad against the catalogue.
func (s *Server) check(a *Ad, wrong *complaints) {
	if strings.TrimSpace(a.Title) == "" {
		wrong.add("title", required)
	}
	if a.Currency != "som" && a.Currency != "usd" {
		wrong.add("currency", notAllowedHere)
	}
	switch {
	case a.Location == 0:
		wrong.add("location", required)
	case s.catalogue.location(a.Location) == nil:
		wrong.add("location", "Недопустимый первичный ключ %q - объект не существует.", itoa(a.Location))
	}
	category := s.catalogue.category(a.Category)
	switch {
	case a.Category == 0:
		wrong.add("category", required)
		return
	case category == nil:
		wrong.add("category", "Недопустимый первичный ключ %q - объект не существует.", itoa(a.Category))
		return
	case len(category.Sub) > 0:
		wrong.add("category", "Выберите подкатегорию.")
		return
	}
	if a.Price == "" && !a.ContractPrice && category.RequiredPrice {
		wrong.add("price", required)
	}
	if allowed := s.catalogue.adTypesOf(a.Category); a.AdType != "" && !s.isAdType(a.AdType, allowed) {
		wrong.add("ad_type", notAllowedHere)
	}
	for _, f := range s.catalogue.filtersOf(a.Category) {
		answered := slices.ContainsFunc(a.Filters, func(v FilterValue) bool { return v.ID == f.ID })
		if f.Required && !answered {
			wrong.addFilter(f.ID, required)
		}
	}
}

// isAdType reports a code that exists and is one of those allowed, if any are
// told.
func (s *Server) isAdType(code string, allowed []string) bool {
	known := slices.ContainsFunc(s.catalogue.AdTypes, func(t AdType) bool { return t.Code == code })
	return known && (len(allowed) == 0 || slices.Contains(allowed, code))
}
