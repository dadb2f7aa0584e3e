package md999

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// answers gives what the ad holds as answers to these features. What it does
// not hold has no answer, and what cannot be read counts as that.
func (a advert) answers(features []feature) market.Answers {
	answers := market.Answers{}
	for _, f := range features {
		var v market.Value
		if held, ok := a.feature(string(f.ID)); ok {
			v = f.answer(held)
		}
		if v.IsZero() {
			v = a.shown(f)
		}
		if !v.IsZero() {
			answers[string(f.ID)] = v
		}
	}
	return answers
}

// feature finds what the ad holds for a feature.
func (a advert) feature(id string) (wireAdvertFeature, bool) {
	i := slices.IndexFunc(a.Features, func(f wireAdvertFeature) bool { return string(f.ID) == id })
	if i < 0 {
		return wireAdvertFeature{}, false
	}
	return a.Features[i], true
}

// shown is the answer that the market gives beside the features: the
// reference's own example has title and body nowhere else.
func (a advert) shown(f feature) market.Value {
	role, _ := f.role()
	switch {
	case role == market.RoleTitle:
		return market.TextValue(string(a.Title))
	case role == market.RoleText:
		return market.TextValue(string(a.Body))
	case role == market.RolePrice && a.Price != nil:
		return f.quantity(string(a.Price.Value), string(a.Price.Unit))
	default:
		return market.Value{}
	}
}

// answer reads a held value by its feature's type.
func (f feature) answer(wire wireAdvertFeature) market.Value {
	held := values(wire.Value)
	if len(held) == 0 {
		return market.Value{}
	}
	switch f.Type {
	case typeText, typeLongText:
		return market.TextValue(held[0])
	case typeNumber, typeMeasurement:
		return f.quantity(held[0], string(wire.Unit))
	case typeCheckBox:
		return ticked(held[0])
	case typeDropDown:
		return market.OptionValue(held[0])
	case typeImages:
		photos := make([]market.Photo, len(held))
		for i, id := range held {
			photos[i].Remote = id
		}
		return market.PhotosValue(photos...)
	case typeVideos:
		return market.Value{Links: held}
	case typeContacts:
		for i := range held {
			held[i] = strings.TrimPrefix(held[i], "+")
		}
		return market.OptionValue(held...)
	default:
		return market.Value{}
	}
}

// quantity is a number with the feature's own spelling of the unit.
func (f feature) quantity(number, unit string) market.Value {
	if _, err := strconv.ParseFloat(number, 64); err != nil {
		return market.Value{}
	}
	if f.Type != typeMeasurement || len(f.Units) == 0 {
		unit = ""
	}
	for _, u := range f.Units {
		if strings.EqualFold(string(u), unit) {
			unit = string(u)
		}
	}
	return market.NumberValue(market.CanonicalNumber(number), unit)
}

func ticked(value string) market.Value {
	yes, err := strconv.ParseBool(value)
	if err != nil {
		return market.Value{}
	}
	return market.YesValue(yes)
}

// values takes a value apart: an array has several, everything else one, and
// null none. What is no value of any documented type has none either.
func values(raw json.RawMessage) []string {
	var items []ident
	if json.Unmarshal(raw, &items) != nil {
		var one ident
		if json.Unmarshal(raw, &one) != nil {
			return nil
		}
		items = []ident{one}
	}
	var out []string
	for _, item := range items {
		if item != "" {
			out = append(out, string(item))
		}
	}
	return out
}
