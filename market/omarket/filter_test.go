package omarket

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bazarbot/market"
)

func TestFilterKinds(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]market.Kind{
		"select_single": market.KindChoice, "select_multiple": market.KindChoices, "SELECT-SINGLE": market.KindChoice,
		"radio": market.KindChoice, "multi_select": market.KindChoices,
		"number": market.KindNumber, "input_number": market.KindNumber, "integer": market.KindNumber, "range": market.KindNumber,
		"boolean": market.KindYesNo, "checkbox": market.KindYesNo,
		"text": market.KindText, "input": market.KindText, "string": market.KindText, "textarea": market.KindLongText,
		"map_point": market.KindUnknown, "printer": market.KindUnknown, "": market.KindUnknown, "⚙": market.KindUnknown,
	} {
		if got := (filterFacts{Type: wire}).kind(); got != want {
			t.Errorf("%q is asked as %s, not %s", wire, got, want)
		}
	}
	if (filterFacts{Type: "integer"}).decimals() != 0 || (filterFacts{Type: "number"}).decimals() == 0 {
		t.Error("whole numbers have decimals, or others have none")
	}
}

// What an ad holds, what a person sees of it and what is sent.
func TestFilterValues(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind, held string
		answer     market.Value
		sent       string
	}{
		{"select_single", `"4304"`, market.OptionValue("4304"), `"4304"`},
		{"select_single", `4304`, market.OptionValue("4304"), `4304`},
		{"select_single", `["4304"]`, market.OptionValue("4304"), `["4304"]`},
		{"select_single", `null`, market.Value{}, `null`},
		{"select_single", `{"from":1}`, market.Value{}, `null`},
		{"select_multiple", `["23","64"]`, market.OptionValue("23", "64"), `["23","64"]`},
		{"select_multiple", `[23,64]`, market.OptionValue("23", "64"), `["23","64"]`},
		{"number", `"2.50"`, market.NumberValue("2.5", ""), `"2.5"`},
		{"number", `2.50`, market.NumberValue("2.5", ""), `2.5`},
		{"number", `"many"`, market.Value{}, `null`},
		{"boolean", `true`, market.YesValue(true), `true`},
		{"boolean", `"false"`, market.YesValue(false), `"false"`},
		{"boolean", `"maybe"`, market.Value{}, `null`},
		{"text", `"Intel <i7>"`, market.TextValue("Intel <i7>"), `"Intel <i7>"`},
		{"textarea", `["a","b"]`, market.TextValue("a, b"), `["a, b"]`},
		{"map_point", `"1"`, market.Value{}, `null`},
		{"select_single", ``, market.Value{}, `null`},
		{"select_single", `{`, market.Value{}, `null`},
	} {
		f := filterFacts{ID: "1", Type: tt.kind}.seeValue(json.RawMessage(tt.held), nil)
		alike(t, tt.kind+" "+tt.held, tt.answer, f.answer(json.RawMessage(tt.held)))
		sent, err := state{"v": f.encode(tt.answer)}.marshal()
		if err != nil {
			t.Fatal(err)
		}
		alike(t, tt.kind+" "+tt.held+" sent", `{"v":`+tt.sent+`}`, string(sent))
	}
}

// Of a kind whose values nobody saw yet, what is sent is the likeliest.
func TestFilterUnseenShape(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind   string
		answer market.Value
		sent   string
	}{
		{"select_single", market.OptionValue("7"), `"7"`},
		{"select_multiple", market.OptionValue("7"), `["7"]`},
		{"number", market.NumberValue("2.5", ""), `2.5`},
		{"boolean", market.YesValue(false), `false`},
		{"text", market.TextValue(" a "), `"a"`},
		{"text", market.TextValue(" "), `null`},
		{"boolean", market.Value{}, `null`},
		{"number", market.Value{}, `null`},
		{"select_multiple", market.Value{}, `null`},
	} {
		sent, err := state{"v": filterFacts{Type: tt.kind}.encode(tt.answer)}.marshal()
		if err != nil {
			t.Fatal(err)
		}
		alike(t, tt.kind, `{"v":`+tt.sent+`}`, string(sent))
	}
}

// Values and their titles teach options, whatever way they come.
func TestFilterSeeValue(t *testing.T) {
	t.Parallel()
	one := market.Option{ID: "4304", Title: "Toyota"}
	for _, tt := range []struct {
		name, kind, value string
		titles            []ident
		want              []market.Option
	}{
		{"one", "select_single", `"4304"`, []ident{"Toyota"}, []market.Option{one}},
		{"steps", "select_single", `"4304"`, []ident{"Toyota", "Camry"}, []market.Option{{ID: "4304", Title: "Toyota · Camry"}}},
		{"several", "select_multiple", `["1","2"]`, []ident{"a", "b"}, []market.Option{{ID: "1", Title: "a"}, {ID: "2", Title: "b"}}},
		{"uneven", "select_multiple", `["1","2"]`, []ident{"a"}, nil},
		{"no titles", "select_single", `"4304"`, nil, nil},
		{"no value", "select_single", `null`, []ident{"Toyota"}, nil},
		{"a number", "number", `"2.5"`, []ident{"2.5"}, nil},
		{"an empty title", "select_single", `"4304"`, []ident{""}, nil},
	} {
		f, _ := filterFacts{}.with(filterFacts{ID: "11", Type: tt.kind}.seeValue(json.RawMessage(tt.value), tt.titles))
		alike(t, tt.name, tt.want, f.Options)
	}
}

// Learning is a union: the order does not matter, nothing is lost, and what is
// known already is no news.
func TestFilterUnion(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	a := filterFacts{ID: "11", Label: "Марка", Type: "select_single", Required: &yes, Options: []market.Option{{ID: "1", Title: "Audi"}}}
	b := filterFacts{ID: "11", Options: []market.Option{{ID: "2", Title: "BMW"}, {ID: "", Title: "?"}, {ID: "3", Title: " "}}}
	ab, _ := a.with(b)
	ba, _ := b.with(a)
	want := []market.Option{{ID: "1", Title: "Audi"}, {ID: "2", Title: "BMW"}}
	alike(t, "a and b", want, ab.Options)
	ba, _ = filterFacts{}.with(ba)
	alike(t, "b and a", want, ba.Options)
	if ab.Label != "Марка" || ab.Type != "select_single" || !ab.required() {
		t.Errorf("what a knew is lost: %+v", ab)
	}
	if _, news := ab.with(a); news {
		t.Error("the same again is news")
	}
	if again, news := ab.with(filterFacts{Required: &no}); !news || again.required() {
		t.Error("that it is required no more is no news")
	}
	alike(t, "the former stays as it was", []market.Option{{ID: "1", Title: "Audi"}}, a.Options)

	renamed, news := ab.with(filterFacts{Options: []market.Option{{ID: "1", Title: "Audi AG"}}, Label: strings.Repeat("ы", 300)})
	if !news || renamed.Options[0].Title != "Audi AG" || len([]rune(renamed.Label)) != maxLabel {
		t.Errorf("newer words do not win: %+v", renamed)
	}
	var many []market.Option
	for i := range maxFilterOptions + 10 {
		many = append(many, market.Option{ID: strings.Repeat("1", 1+i%100) + string(rune('0'+i/100)), Title: "x"})
	}
	if full, _ := (filterFacts{}).with(filterFacts{Options: many}); len(full.Options) > maxFilterOptions {
		t.Errorf("%d options are kept", len(full.Options))
	}
}

func TestFilterField(t *testing.T) {
	t.Parallel()
	say := wordsIn(market.Romanian)
	f := filterFacts{ID: "7", Type: "select_single", Options: []market.Option{{ID: "3", Title: "2010"}, {ID: "2", Title: "9"}, {ID: "1", Title: "ąb"}, {ID: "4", Title: "Aa"}}}.field(say)
	alike(t, "options in order", []string{"9", "2010", "Aa", "ąb"}, titlesOf(f.Options))
	alike(t, "a label where none is known", "Caracteristică 7", f.Label)
	if f.Hint == "" || !f.Open {
		t.Errorf("nothing says that the list is open: %+v", f)
	}
	n := filterFacts{ID: "8", Label: "Пробег", Type: "number", Format: []string{"км"}}.field(say)
	alike(t, "the market's own words", "км", n.Hint)
	if (filterFacts{Type: "textarea"}).field(say).MaxLen != maxText || (filterFacts{Type: "text"}).field(say).MaxLen != maxTitle {
		t.Error("texts have no limits")
	}
}

// Whatever the market writes about filters, nothing panics and what is learnt
// can be asked.
func FuzzFilter(f *testing.F) {
	f.Add(`{"filter_id":11,"value":"4304","list_value":["Toyota"],"filter":{"id":11,"create_label":"М","create_filter_type":"select_single","format":["км"],"required":true}}`, "5")
	f.Add(`{"filter_id":"11","value":[1,{"a":2},null],"list_value":"x","filter":{"create_filter_type":"number","format":{"a":1}}}`, "x")
	f.Add(`{"filter":{"id":3,"create_label":5,"create_filter_type":true},"value":{"from":1,"to":2}}`, "")
	f.Fuzz(func(t *testing.T, wire, typed string) {
		var w wireAdFilter
		if json.Unmarshal([]byte(wire), &w) != nil {
			return
		}
		facts, ok := w.facts()
		if !ok {
			return
		}
		facts, _ = filterFacts{}.with(facts)
		if again, news := facts.with(facts); news {
			t.Fatalf("the same is news: %+v, %+v", facts, again)
		}
		facts.field(wordsIn(market.Kyrgyz))
		for _, v := range []market.Value{facts.answer(w.Value), market.TextValue(typed), market.NumberValue(typed, ""), market.OptionValue(typed)} {
			if _, err := (state{"v": facts.encode(v)}).marshal(); err != nil {
				t.Fatalf("%+v cannot be sent: %v", v, err)
			}
		}
	})
}

// Options stand as people look for them, whatever order they were learnt in.
func TestOptionsInOrder(t *testing.T) {
	t.Parallel()
	var options []market.Option
	for _, title := range []string{"512 ГБ", "64 ГБ", "Другой", "1,6 л", "128 ГБ", "аудио", "1.2 л", "2015", "64 гб, б/у"} {
		options = append(options, market.Option{ID: title, Title: title})
	}
	want := []string{"1.2 л", "1,6 л", "64 ГБ", "64 гб, б/у", "128 ГБ", "512 ГБ", "2015", "аудио", "Другой"}
	if got := titlesOf(byTitle(options)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
