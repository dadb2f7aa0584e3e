package md999

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
)

// The reference's own POST, composed from answers.
func TestComposeAsDocumented(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	answering(mux, "GET /categories", 200, `{"categories":[{"id":"658","title":"c"}]}`)
	answering(mux, "GET /categories/658/subcategories", 200, `{"subcategories":[{"id":"1401","title":"s"}]}`)
	answering(mux, "GET /categories/658/subcategories/1401/offer-types", 200, `{"offer_types":[{"id":"18979","title":"o"}]}`)
	answering(mux, "GET /phone_numbers", 200, `{"phone_numbers":[{"phone_number":"37378000000"}]}`)
	serveFeatures(mux, `
		{"id":"2","title":"цена","type":"textbox_numeric_measurement","required":true,"units":["eur","mdl"]},
		{"id":"5","title":"d","type":"drop_down_options","required":true,"options":[{"id":"12869","title":"x"}]},
		{"id":"7","title":"регион","type":"drop_down_options","required":true,"options":[{"id":"12900","title":"x"}]},
		{"id":"12","title":"заголовок","type":"textbox_text","required":true},
		{"id":"13","title":"текст","type":"textarea_text","required":true},
		{"id":"14","title":"фото","type":"upload_images"},
		{"id":"16","title":"контакты","type":"contacts","required":true},
		{"id":"907","title":"no","type":"check_box"},
		{"id":"908","title":"yes","type":"check_box"},
		{"id":"939","title":"yes","type":"check_box"}`)
	post, err := c.Compose(t.Context(), testKey, market.Romanian, market.Answers{
		"category": market.OptionValue("658"), "subcategory": market.OptionValue("1401"), "offer_type": market.OptionValue("18979"),
		"2": market.NumberValue("100", "eur"), "5": market.OptionValue("12869"), "7": market.OptionValue("12900"),
		"12": market.TextValue(" test\ntitle "), "13": market.TextValue("test description\r\n"),
		"16": market.OptionValue("37378000000"), "907": market.YesValue(false),
		"908": market.YesValue(true), "939": market.YesValue(true),
		"777": market.TextValue("of another form"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, post.Body, fixture(t, "post"))
	post.Body = nil
	equal(t, post, Post{Category: "658", Subcategory: "1401", OfferType: "18979", Title: "test title", Lang: market.Romanian})
}

// Each of the reference's nine examples of features, with the exact JSON type.
func TestEncodeEveryType(t *testing.T) {
	t.Parallel()
	var examples map[string]struct {
		ID    string          `json:"id"`
		Value json.RawMessage `json:"value"`
		Unit  string          `json:"unit"`
	}
	if err := json.Unmarshal(fixture(t, "feature_values"), &examples); err != nil {
		t.Fatal(err)
	}
	var images, videos, phones []string
	_ = json.Unmarshal(examples[typeImages].Value, &images)
	_ = json.Unmarshal(examples[typeVideos].Value, &videos)
	_ = json.Unmarshal(examples[typeContacts].Value, &phones)
	for kind, tt := range map[string]struct {
		answer  market.Value
		feature feature
		options []market.Option
	}{
		typeText:        {answer: market.TextValue("Hello, world!")},
		typeLongText:    {answer: market.TextValue("Hello,\n\nworld!")},
		typeNumber:      {answer: market.NumberValue("33", "")},
		typeMeasurement: {answer: market.NumberValue("100", "eur"), feature: feature{Units: []ident{"usd", "eur"}}},
		typeCheckBox:    {answer: market.YesValue(true)},
		typeDropDown:    {answer: market.OptionValue("123"), options: []market.Option{{ID: "123"}}},
		typeImages:      {},
		typeVideos:      {answer: market.Value{Links: videos}},
		typeContacts:    {answer: market.OptionValue(phones...), options: []market.Option{{ID: phones[0]}, {ID: phones[1]}}},
	} {
		example := examples[kind]
		tt.feature.ID, tt.feature.Type = ident(example.ID), kind
		field, ok := tt.feature.field()
		if !ok {
			t.Fatalf("%s is not known", kind)
		}
		field.Options = tt.options
		value, unit, err := encode(field, tt.answer, images)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		got, err := marshal(wireFeature{ID: field.Key, Value: value, Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(example)
		if example.Unit == "" {
			want, _ = marshal(wireFeature{ID: example.ID, Value: example.Value})
		}
		sameJSON(t, got, want)
	}
}

func TestComposeRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	const features = `
		{"id":"2","title":"цена","type":"textbox_numeric_measurement","required":true,"units":["eur","mdl"]},
		{"id":"12","title":"заголовок","type":"textbox_text","required":true},
		{"id":"16","title":"контакты","type":"contacts","required":true},
		{"id":"40","title":"год","type":"textbox_numeric"},
		{"id":"50","title":"гараж","type":"check_box","required":true},` + chain
	good := func() market.Answers {
		a := answeredPlace()
		a["2"], a["12"] = market.NumberValue("100", "eur"), market.TextValue("t")
		a["16"], a["50"] = market.OptionValue("37378888888"), market.YesValue(false)
		a["20"], a["21"], a["2095"] = market.OptionValue("34"), market.OptionValue("223"), market.OptionValue("19269")
		return a
	}
	for name, tt := range map[string]struct {
		change func(market.Answers)
		want   []string
	}{
		"all good":              {func(market.Answers) {}, nil},
		"half a leu":            {func(a market.Answers) { a["2"] = market.NumberValue("9.5", "eur") }, []string{"2"}},
		"no unit":               {func(a market.Answers) { a["2"] = market.NumberValue("9", "") }, []string{"2"}},
		"an unknown unit":       {func(a market.Answers) { a["2"] = market.NumberValue("9", "yen") }, []string{"2"}},
		"a number beyond all":   {func(a market.Answers) { a["40"] = market.NumberValue("99999999999999999999", "") }, []string{"40"}},
		"no title":              {func(a market.Answers) { delete(a, "12") }, []string{"12"}},
		"a title of spaces":     {func(a market.Answers) { a["12"] = market.TextValue(" \n ") }, []string{"12"}},
		"a stranger's number":   {func(a market.Answers) { a["16"] = market.OptionValue("37300000000") }, []string{"16"}},
		"an option that is old": {func(a market.Answers) { a["21"] = market.OptionValue("1") }, []string{"21"}},
		"several":               {func(a market.Answers) { delete(a, "2"); delete(a, "12") }, []string{"2", "12"}},
		"no place at all":       {func(a market.Answers) { clear(a) }, []string{"category"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			servePlace(t, mux)
			serveFeatures(mux, features)
			serve(t, mux, "GET /dependent_options", "dependent_options")
			answers := good()
			tt.change(answers)
			_, err := c.Compose(t.Context(), testKey, market.Russian, answers, nil)
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			e := wantKind(t, err, market.Invalid)
			fields := map[string]string{}
			for _, key := range tt.want {
				fields[key] = ""
			}
			equal(t, e.Fields, fields)
		})
	}
}

func TestComposeIsDeterministic(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serveFeatures(mux, `{"id":"12","title":"заголовок","type":"textbox_text"},{"id":"14","title":"фото","type":"upload_images"},{"id":"13","title":"текст","type":"textarea_text"}`)
	answers := answeredPlace()
	answers["12"], answers["13"] = market.TextValue("a <b> & c"), market.TextValue("d")
	const want = `{"category_id":"658","subcategory_id":"659","offer_type":"776","features":[` +
		`{"id":"12","value":"a <b> & c"},{"id":"14","value":["x.jpg","y.jpg"]},{"id":"13","value":"d"}]}`
	for range 5 {
		post, err := c.Compose(t.Context(), testKey, market.Russian, answers, []string{"x.jpg", "y.jpg"})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(post.Body), want)
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"documented": string(fixture(t, "created")), "a number": `{"advert":{"id":1}}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			sent := answering(mux, "POST /adverts", http.StatusCreated, answer)
			post := Post{Body: fixture(t, "post")}
			id, err := c.Create(t.Context(), testKey, post)
			if err != nil || id != "1" {
				t.Fatalf("got %q, %v", id, err)
			}
			sameJSON(t, sent.body, post.Body)
		})
	}
}

// A refusal names the field, and the form is read anew: it may have changed.
func TestCreateExplainsARefusal(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	features := serveFeatures(mux, `{"id":"12","title":"заголовок","type":"textbox_text","required":true}`)
	answering(mux, "POST /adverts", http.StatusBadRequest, `{"error":{"message":"feature 12 (заголовок) is longer than 5 characters"}}`)
	form(t, c, answeredPlace())
	_, err := c.Create(t.Context(), testKey, Post{Body: []byte(`{}`), Category: "658", Subcategory: "659", OfferType: "776"})
	e := wantKind(t, err, market.Invalid)
	equal(t, e.Fields, map[string]string{"12": e.Message})
	if !strings.Contains(e.Message, "longer than 5") {
		t.Errorf("message %q", e.Message)
	}
	equal(t, features.count(), 1)
	form(t, c, answeredPlace())
	equal(t, features.count(), 2)
}

func TestPostSurvivesBeingSaved(t *testing.T) {
	t.Parallel()
	post := Post{Body: fixture(t, "post"), Category: "658", Subcategory: "1401", OfferType: "18979", Title: "test <title>"}
	saved, err := json.Marshal(post)
	if err != nil {
		t.Fatal(err)
	}
	var back Post
	if err := json.Unmarshal(saved, &back); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, back.Body, post.Body)
	equal(t, back.Title, post.Title)
}
