package omarket

import (
	"encoding/json"
	"strconv"
	"testing"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	b := placeBook{}
	for _, wire := range []string{
		`{"id":1,"name":"Бишкек","parent":2,"location_type":"town","order_num":1,"is_popular":true}`,
		`{"id":150,"name":"Ош","location_type":"town","order_num":9}`,
		`{"id":7,"name":"Аламудун","parent":3,"location_type":"district"}`,
		`{"id":8,"name":"Аламудун","parent":{"id":4},"location_type":"district"}`,
		`{"id":3,"name":"Чуйская область","location_type":"region"}`,
		`{"id":9,"name":""}`, `{"name":"nowhere"}`, `{"id":"x","name":"letters"}`, `5`, `null`, `{"id":{},"name":[]}`,
	} {
		var w wireLocation
		if err := json.Unmarshal([]byte(wire), &w); err != nil {
			t.Fatalf("%s: %v", wire, err)
		}
		b.see(w)
	}
	grown, news := placeBook(nil).with(b)
	if !news || len(grown) != 5 {
		t.Fatalf("%d places are learnt: %v", len(grown), grown)
	}
	alike(t, "options", []string{"Бишкек", "Ош", "Аламудун, Чуйская область", "Аламудун", "Чуйская область"}, titlesOf(grown.options()))
	if _, news := grown.with(b); news {
		t.Error("the same again is news")
	}
	if same, news := grown.with(placeBook{"1": {ID: "1", Name: "Бишкек"}}); news || same["1"].Parent != "2" {
		t.Errorf("a shorter account of a place replaces a longer one: %+v", same["1"])
	}
	renamed, news := grown.with(placeBook{"1": {ID: "1", Name: "Bishkek"}})
	if !news || renamed["1"].Name != "Bishkek" || !renamed["1"].Popular || grown["1"].Name != "Бишкек" {
		t.Errorf("a place is renamed to %+v, before it was %+v", renamed["1"], grown["1"])
	}
}

func TestPlacesAreBounded(t *testing.T) {
	t.Parallel()
	many := placeBook{}
	for i := range maxPlaces + 10 {
		id := ident(strconv.Itoa(i))
		many[id] = placeFacts{ID: id, Name: "x"}
	}
	if grown, _ := (placeBook{}).with(many); len(grown) != maxPlaces {
		t.Errorf("%d places are kept", len(grown))
	}
}
