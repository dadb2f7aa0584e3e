package md999

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
)

// What is sent is told beside the body, too.
func TestComposeTellsThePlace(t *testing.T) {
	t.Parallel()
	s := documentedSendings(t)[0]
	c, mux := setup(t)
	s.serve(t, mux)
	answers := s.place.answers()
	maps.Copy(answers, s.answers)
	post, err := c.Compose(t.Context(), testKey, market.Romanian, answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	post.Body = nil
	equal(t, post, Post{Category: "658", Subcategory: "1401", OfferType: "18979", Title: "test title", Lang: market.Romanian})
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
			sameJSON(t, sent.Body, post.Body)
		})
	}
}

// An answer without an id that names no error either is no refusal: the ad may
// be there, and paid.
func TestCreateWithoutWord(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`{"advert":null,"error":null}`, `{"advert":{},"error":""}`, `{"success":true,"error":false}`, `{"error":{}}`, `{"error":[]}`, `{}`,
		`{"error": { }}`, `{"error":{"code":0,"message":""}}`, `{"error":{"message":null,"errors":[]}}`, `{"error":[{}]}`, `{"error":0.0}`, `{"error":" "}`,
	} {
		c, mux := setup(t)
		answering(mux, "POST /adverts", http.StatusOK, answer)
		answering(mux, "POST /images", http.StatusOK, answer)
		_, err := c.Create(t.Context(), testKey, Post{Body: fixture(t, "post")})
		wantKind(t, err, market.UnknownOutcome)
		_, err = c.Upload(t.Context(), testKey, "a.jpg", []byte("jpeg"))
		wantKind(t, err, market.UnknownOutcome)
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
	equal(t, features.Count(), 1)
	form(t, c, answeredPlace())
	equal(t, features.Count(), 2)
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
