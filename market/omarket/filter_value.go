package omarket

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
)

// shape is the JSON type in which the market was seen to give a filter's value.
// It is given back in the same.
type shape string

const (
	shapeText   shape = "text"
	shapeNumber shape = "number"
	shapeBool   shape = "bool"
	shapeList   shape = "list"
)

// seeValue adds what an ad's own value teaches: its shape, and of a list which
// option has which title. Values and titles come as two lists; where only the
// titles are several, they are the steps to one option (make, model).
func (f filterFacts) seeValue(value json.RawMessage, titles []ident) filterFacts {
	ids := scalars(value)
	f.Shape = shapeOf(value)
	if !selects(f.kind()) || len(ids) == 0 || len(titles) == 0 {
		return f
	}
	if len(ids) == 1 {
		titles = []ident{joined(titles)}
	}
	if len(ids) != len(titles) {
		return f
	}
	for i, id := range ids {
		f.Options = append(slices.Clip(f.Options), market.Option{ID: id, Title: string(titles[i])})
	}
	return f
}

func joined(titles []ident) ident {
	steps := make([]string, len(titles))
	for i, t := range titles {
		steps[i] = string(t)
	}
	return ident(strings.Join(steps, " · "))
}

// answer reads the value that an ad holds; the zero value when it cannot be an
// answer to the filter.
func (f filterFacts) answer(value json.RawMessage) market.Value {
	held := scalars(value)
	if len(held) == 0 {
		return market.Value{}
	}
	switch f.kind() {
	case market.KindChoices:
		return market.OptionValue(held...)
	case market.KindChoice:
		return market.OptionValue(held[0])
	case market.KindNumber:
		if n := decimal(held[0]); n != "" {
			return market.NumberValue(string(n), "")
		}
	case market.KindYesNo:
		if yes, err := strconv.ParseBool(held[0]); err == nil {
			return market.YesValue(yes)
		}
	case market.KindText, market.KindLongText:
		return market.TextValue(strings.Join(held, ", "))
	}
	return market.Value{}
}

// encode gives the filter's wire value; nil when there is nothing to send. The
// description sends one option as a string; several go as a list, as its search
// has them.
func (f filterFacts) encode(v market.Value) any {
	switch f.kind() {
	case market.KindChoices:
		if len(v.Options) == 0 {
			return nil
		}
		return slices.Clone(v.Options)
	case market.KindChoice:
		return f.shaped(v.Option())
	case market.KindNumber:
		if n := decimal(v.Number); n != "" && f.Shape == "" {
			return n
		}
		return f.shaped(v.Number)
	case market.KindYesNo:
		switch {
		case v.Yes == nil:
			return nil
		case f.Shape == "" || f.Shape == shapeBool:
			return *v.Yes
		}
		return f.shaped(strconv.FormatBool(*v.Yes))
	}
	return f.shaped(strings.TrimSpace(v.Text))
}

// shaped gives a value the shape in which the market was seen to have it.
func (f filterFacts) shaped(s string) any {
	number := decimal(s)
	switch {
	case s == "":
		return nil
	case f.Shape == shapeList:
		return []string{s}
	case f.Shape == shapeNumber && number != "":
		return number
	}
	return s
}

// shapeOf tells the JSON type of a value; "" for null and for what is odd.
func shapeOf(value json.RawMessage) shape {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return ""
	}
	switch v.(type) {
	case string:
		return shapeText
	case float64:
		return shapeNumber
	case bool:
		return shapeBool
	case []any:
		return shapeList
	}
	return ""
}

// scalars takes a value apart: a list has several, an object and null none.
func scalars(value json.RawMessage) []string {
	var list many[ident]
	_ = list.UnmarshalJSON(value) // never fails
	var out []string
	for _, item := range list {
		if item != "" {
			out = append(out, string(item))
		}
	}
	return out
}
