package md999

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"bazarbot/market"
	"bazarbot/market/markettest"
)

// sending is an ad that is posted or changed, and the body with which the
// reference does so.
type sending struct {
	name     string
	features string // a recorded set of features
	place    place
	held     string         // features that the ad holds, as the market writes them
	answers  market.Answers // beside the place; the zero value takes one back
	images   []string
	post     string // "": nothing is posted
	patch    string // "": nothing is changed
}

// documentedSendings are the bodies that the reference shows as a whole.
func documentedSendings(t *testing.T) []sending {
	t.Helper()
	phones := []string{"37378000000", "37361234567"}
	cars, rental := place{"658", "659", "776"}, place{"658", "1401", "18979"}
	price := market.NumberValue("100", "eur")
	return []sending{
		{
			name: "POST", features: "rental", place: rental, post: string(fixture(t, "post")),
			answers: market.Answers{
				"2": price, "5": market.OptionValue("12869"), "7": market.OptionValue("12900"),
				"12": market.TextValue(" test\ntitle "), "13": market.TextValue("test description\r\n"),
				"16": market.OptionValue(phones[0]), "907": market.YesValue(false),
				"908": market.YesValue(true), "939": market.YesValue(true),
				"777": market.TextValue("of another form"),
			},
		},
		{
			name: "POST with cURL", features: typeMeasurement, place: cars, answers: market.Answers{"2": price},
			post: `{"category_id": "658", "subcategory_id": "659", "offer_type": "776", "features": [{"id": "2", "value": 100, "unit": "eur"}]}`,
		},
		{
			name: "PATCH", features: "exchange", place: cars, patch: string(fixture(t, "update")),
			held: `{"id":"2","value":"90","unit":"usd"},{"id":"13","value":"stays"},
				{"id":"16","value":["37378000000"]},{"id":"123","value":"goes"}`,
			answers: market.Answers{
				keyOffer: market.OptionValue("777"), "2": price, "16": market.OptionValue(phones...), "123": {},
			},
		},
		{
			name: "PATCH with cURL", features: "exchange", place: cars, held: `{"id":"2","value":"90","unit":"eur"}`,
			answers: market.Answers{"2": price}, patch: `{"features": [{"id": "2", "value": 100, "unit": "eur"}]}`,
		},
		{
			name: "PATCH in the text", features: "exchange", place: cars, held: `{"id":"123","value":"goes"}`,
			answers: market.Answers{"111": market.TextValue("test"), "123": {}},
			patch:   `{"features": [{"id": "111", "value": "test"}, {"id": "123", "value": null}]}`,
		},
	}
}

// typeSendings are the reference's nine examples of features: each posted, and
// added to an ad.
func typeSendings(t *testing.T) (all []sending) {
	t.Helper()
	var examples map[string]json.RawMessage
	if err := json.Unmarshal(fixture(t, "feature_values"), &examples); err != nil {
		t.Fatal(err)
	}
	list := func(kind string) (values []string) {
		var example struct{ Value []string }
		if err := json.Unmarshal(examples[kind], &example); err != nil {
			t.Fatal(err)
		}
		return example.Value
	}
	answers := map[string]market.Value{
		typeText:        market.TextValue("Hello, world!"),
		typeLongText:    market.TextValue("Hello,\n\nworld!"),
		typeNumber:      market.NumberValue("33", ""),
		typeMeasurement: market.NumberValue("100", "eur"),
		typeCheckBox:    market.YesValue(true),
		typeDropDown:    market.OptionValue("123"),
		typeImages:      remotePhotos(list(typeImages)...),
		typeVideos:      {Links: list(typeVideos)},
		typeContacts:    market.OptionValue(list(typeContacts)...),
	}
	equal(t, slices.Sorted(maps.Keys(answers)), slices.Sorted(maps.Keys(examples)))
	for kind, answer := range answers {
		var example struct{ ID string }
		if err := json.Unmarshal(examples[kind], &example); err != nil {
			t.Fatal(err)
		}
		all = append(all, sending{
			name: kind, features: kind, place: place{"658", "659", "776"},
			answers: market.Answers{example.ID: answer}, images: remotes(answer.Photos),
			post:  `{"category_id":"658","subcategory_id":"659","offer_type":"776","features":[` + string(examples[kind]) + `]}`,
			patch: `{"features":[` + string(examples[kind]) + `]}`,
		})
	}
	return all
}

// What the reference shows is what goes over the wire, types included, when its
// forms are filled in.
func TestSentAsDocumented(t *testing.T) {
	t.Parallel()
	for _, s := range append(documentedSendings(t), typeSendings(t)...) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			s.serve(t, mux)
			if s.post != "" {
				sameJSON(t, s.posts(t, c, serve(t, mux, "POST /adverts", "created")), []byte(s.post))
			}
			if s.patch != "" {
				sameJSON(t, s.patches(t, c, serve(t, mux, "PATCH /adverts/5", "success")), []byte(s.patch))
			}
		})
	}
}

// serve is a market with this place, this form and an ad.
func (s sending) serve(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	p := s.place
	form := string(fixture(t, "features/"+s.features))
	answering(mux, "GET /categories", 200, `{"categories":[{"id":"`+p.category+`","title":"c"}]}`)
	answering(mux, "GET /categories/"+p.category+"/subcategories", 200, `{"subcategories":[{"id":"`+p.subcategory+`","title":"s"}]}`)
	answering(mux, "GET /categories/"+p.category+"/subcategories/"+p.subcategory+"/offer-types", 200,
		`{"offer_types":[{"id":"`+p.offer+`","title":"Продам"},{"id":"777","title":"Куплю"}]}`)
	answering(mux, "GET /phone_numbers", 200, `{"phone_numbers":[{"phone_number":"37378000000"},{"phone_number":"37361234567"}]}`)
	answering(mux, "GET /features", 200, form)
	answering(mux, "GET /adverts/5/features", 200, form)
	answering(mux, "GET /adverts/5", 200, fmt.Sprintf(`{"id":"5","categories":{"category":{"id":%q},"subcategory":{"id":%q}},
		"offer_type":{"value":"Продам"},"features":[%s]}`, p.category, p.subcategory, s.held))
}

// posts fills the form of a new ad and gives what is sent.
func (s sending) posts(t *testing.T, c *Client, sent *counter) []byte {
	t.Helper()
	answers := s.place.answers()
	maps.Copy(answers, s.answers)
	s.asks(t, form(t, c, answers))
	post, err := c.Compose(t.Context(), testKey, market.Romanian, answers, s.images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Create(t.Context(), testKey, post); err != nil {
		t.Fatal(err)
	}
	return sent.Body
}

// patches fills the form of the ad that exists and gives what is sent.
func (s sending) patches(t *testing.T, c *Client, sent *counter) []byte {
	t.Helper()
	f, before := editForm(t, c, nil)
	s.asks(t, f)
	after := maps.Clone(before)
	maps.Copy(after, s.answers)
	change, err := c.ComposeChange(t.Context(), testKey, market.Romanian, "5", before, after, s.images)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Update(t.Context(), testKey, "5", change); err != nil {
		t.Fatal(err)
	}
	return sent.Body
}

// asks makes sure that the form has a question for every answer but those that
// are of another form.
func (s sending) asks(t *testing.T, f market.Form) {
	t.Helper()
	equal(t, []any{f.Complete, f.LeftOut, f.Blocked}, []any{true, []string(nil), []string(nil)})
	for key := range s.answers {
		if key != "777" {
			fieldOf(t, f, key)
		}
	}
}

// The comparison above would be worth little if it took 100 for "100".
func TestSameJSONTellsTypes(t *testing.T) {
	t.Parallel()
	for _, two := range [][2]string{
		{`100`, `"100"`}, {`true`, `"true"`}, {`null`, `""`}, {`{"a":null}`, `{}`}, {`["1"]`, `"1"`}, {`["1","2"]`, `["2","1"]`}, {`1`, `1.0`},
	} {
		if markettest.DiffJSON(t, []byte(two[0]), []byte(two[1])) == "" {
			t.Errorf("%s and %s count as the same", two[0], two[1])
		}
	}
	equal(t, markettest.DiffJSON(t, []byte(`{"a": 1, "b": "c"}`), []byte(`{"b":"c","a":1}`)), "")
}
