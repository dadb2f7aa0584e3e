package md999

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"bazarbot/market"
)

// serveAdvert serves an existing ad in the reference's category, with these
// values, and its form with these features.
func serveAdvert(t *testing.T, mux *http.ServeMux, features, values string) (form *counter) {
	t.Helper()
	servePlace(t, mux)
	answering(mux, "GET /adverts/5", 200, `{"id":"5","state":"public","title":"","body":null,
		"categories":{"category":{"id":658},"subcategory":{"id":"659"}},
		"offer_type":{"title":"тип предложения","value":"Продам"},"features":[`+values+`]}`)
	return answering(mux, "GET /adverts/5/features", 200, `{"features_groups":[{"title":"g","features":[`+features+`]}]}`)
}

func editForm(t *testing.T, c *Client, answers market.Answers) (market.Form, market.Answers) {
	t.Helper()
	f, held, err := c.EditForm(t.Context(), testKey, market.Russian, "5", answers)
	if err != nil {
		t.Fatal(err)
	}
	return f, held
}

func TestEditFormAsDocumented(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serve(t, mux, "GET /adverts/12345678", "advert")
	asked := serve(t, mux, "GET /adverts/12345678/features", "advert_features")
	f, held, err := c.EditForm(t.Context(), testKey, market.Kyrgyz, "12345678", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, asked.Query, "lang=ru")
	equal(t, held, market.Answers{
		"category": market.OptionValue("658"), "subcategory": market.OptionValue("659"), "offer_type": market.OptionValue("776"),
		"2": market.NumberValue("100", "eur"),
	})
	equal(t, f, market.Form{Complete: true, Fields: []market.Field{
		{
			Key: "offer_type", Kind: market.KindChoice, Role: market.RoleOffer, Required: true,
			Options: []market.Option{{ID: "776", Title: "Продам"}, {ID: "777", Title: "Куплю"}, {ID: "778", Title: "Меняю"}},
		},
		{
			Key: "2", Kind: market.KindQuantity, Role: market.RolePrice, Label: "цена", Group: "общее",
			Required: true, Units: []string{"eur", "usd", "mdl"},
		},
		{
			Key: "795", Kind: market.KindChoice, Label: "автор объявления", Group: "характеристики", Required: true, Repeats: true,
			Options: []market.Option{{ID: "18894", Title: "Агентство"}, {ID: "20364", Title: "Застройщик"}, {ID: "18895", Title: "Частное лицо"}},
		},
	}})
}

// The reference's nine values, and what else they were or may be written like.
func TestAnswersOfEveryType(t *testing.T) {
	t.Parallel()
	var examples map[string]struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(fixture(t, "feature_values"), &examples); err != nil {
		t.Fatal(err)
	}
	documented := func(kind string) string { return string(examples[kind].Value) }
	var images []string
	_ = json.Unmarshal(examples[typeImages].Value, &images)
	none := market.Value{}
	for _, tt := range []struct {
		kind, value, unit string
		want              market.Value
	}{
		{typeText, documented(typeText), "", market.TextValue("Hello, world!")},
		{typeText, `100`, "", market.TextValue("100")},
		{typeText, `null`, "", none},
		{typeText, `{"lat":1}`, "", none},
		{typeLongText, documented(typeLongText), "", market.TextValue("Hello,\n\nworld!")},
		{typeNumber, documented(typeNumber), "", market.NumberValue("33", "")},
		{typeNumber, `"33.0"`, "pcs", market.NumberValue("33", "")},
		{typeNumber, `"many"`, "", none},
		{typeMeasurement, documented(typeMeasurement), "eur", market.NumberValue("100", "eur")},
		{typeMeasurement, `"100"`, "EUR", market.NumberValue("100", "eur")},
		{typeMeasurement, `100`, "gold", market.NumberValue("100", "gold")},
		{typeCheckBox, documented(typeCheckBox), "", market.YesValue(true)},
		{typeCheckBox, `"true"`, "", market.YesValue(true)},
		{typeCheckBox, `1`, "", market.YesValue(true)},
		{typeCheckBox, `false`, "", market.YesValue(false)},
		{typeCheckBox, `"maybe"`, "", none},
		{typeDropDown, documented(typeDropDown), "", market.OptionValue("123")},
		{typeDropDown, `123`, "", market.OptionValue("123")},
		{typeImages, documented(typeImages), "", market.PhotosValue(market.Photo{Remote: images[0]}, market.Photo{Remote: images[1]})},
		{typeImages, `"a.jpg"`, "", market.PhotosValue(market.Photo{Remote: "a.jpg"})},
		{typeImages, `[]`, "", none},
		{typeVideos, documented(typeVideos), "", market.Value{Links: []string{"https://play.md/12345678", "https://www.youtube.com/watch?v=Ac1zJkhBzf8"}}},
		{typeContacts, documented(typeContacts), "", market.OptionValue("37378000000", "37361234567")},
		{typeContacts, `[37378000000,"+37361234567"]`, "", market.OptionValue("37378000000", "37361234567")},
		{"map", `{"lat":1,"lon":2}`, "", none},
	} {
		f := feature{ID: "1", Type: tt.kind}
		if tt.kind == typeMeasurement {
			f.Units = []ident{"usd", "eur"}
		}
		a := advert{Features: []wireAdvertFeature{{ID: "1", Value: json.RawMessage(tt.value), Unit: ident(tt.unit)}}}
		if got := a.answers([]feature{f})["1"]; !got.Equal(tt.want) {
			t.Errorf("%s %s: got %+v", tt.kind, tt.value, got)
		}
	}
}

// Title, text and price may stand beside the features only.
func TestAnswersFromBesideTheFeatures(t *testing.T) {
	t.Parallel()
	var a advert
	if err := json.Unmarshal(fixture(t, "advert"), &a); err != nil {
		t.Fatal(err)
	}
	a.Features = nil
	got := a.answers([]feature{
		{ID: "2", Type: typeMeasurement, Units: []ident{"eur"}},
		{ID: "12", Type: typeText},
		{ID: "13", Type: typeLongText},
		{ID: "111", Type: typeText},
	})
	equal(t, got, market.Answers{
		"2": market.NumberValue("1", "Hello, world!"), "12": market.TextValue("Test title"), "13": market.TextValue("Test body"),
	})
}

// makes serves models for two makes; the second has a model without generations.
func makes(mux *http.ServeMux) {
	mux.HandleFunc("GET /dependent_options", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		list, ok := map[string]string{
			"20/34":  `{"id":"223","title":"1 Series"}`,
			"20/35":  `{"id":"78","title":"Logan"},{"id":"79","title":"Sandero"}`,
			"21/223": `{"id":"1","title":"E87"},{"id":"2","title":"F20"}`,
			"21/78":  ``,
			"21/79":  `{"id":"3","title":"I"}`,
		}[q.Get("dependency_feature_id")+"/"+q.Get("parent_option_id")]
		if q.Get("subcategory_id") != "659" || !ok {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = fmt.Fprintf(w, `{"options":[%s]}`, list)
	})
}

const bmw = `{"id":"20","value":"34"},{"id":"21","value":223},{"id":"2095","value":"1"}`

func TestEditFormFollowsTheEdits(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	read := serveAdvert(t, mux, chain, bmw)
	makes(mux)
	f, held := editForm(t, c, nil)
	equal(t, fieldOf(t, f, "2095").Options, []market.Option{{ID: "1", Title: "E87"}, {ID: "2", Title: "F20"}})

	edited := answeredPlace()
	edited["20"], edited["21"], edited["2095"] = market.OptionValue("35"), held["21"], held["2095"]
	f, again := editForm(t, c, edited)
	equal(t, again, held) // always what the market holds
	equal(t, len(fieldOf(t, f, "21").Options), 2)
	equal(t, len(fieldOf(t, f, "2095").Options), 0)

	edited["21"] = market.OptionValue("79")
	f, _ = editForm(t, c, edited)
	equal(t, fieldOf(t, f, "2095").Options, []market.Option{{ID: "3", Title: "I"}})
	equal(t, read.Count(), 1) // the form itself is kept for a moment
}

func TestEditFormOfAnotherOfferType(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serveAdvert(t, mux, `{"id":"12","title":"t","type":"textbox_text"}`, `{"id":"12","value":"x"}`)
	other := serveFeatures(mux, `{"id":"12","title":"t","type":"textbox_text"},{"id":"99","title":"wanted","type":"hologram","required":true}`)
	edited := answeredPlace()
	edited["offer_type"] = market.OptionValue("777")
	f, held := editForm(t, c, edited)
	equal(t, other.Query, "category_id=658&lang=ru&offer_type=777&subcategory_id=659")
	equal(t, f.Blocked, []string{"wanted"})
	equal(t, held["offer_type"].Option(), "776")

	edited["offer_type"] = market.OptionValue("1") // there is none such: as it was
	f, _ = editForm(t, c, edited)
	equal(t, len(f.Blocked), 0)
	equal(t, other.Count(), 1)
}

// The market gives the offer type's title, in whichever language.
func TestOfferTypeOfAnAd(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"Продам": "776", " продам ": "776", "Vând": "776", "777": "777", "Дарю": "", "": "", //nolint:gocritic // the white space is what is tested
	} {
		c, mux := setup(t)
		mux.HandleFunc("GET /categories/658/subcategories/659/offer-types", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("lang") == "ro" {
				_, _ = w.Write([]byte(`{"offer_types":[{"id":"776","title":"Vând"},{"id":"777","title":"Cumpăr"}]}`))
				return
			}
			_, _ = w.Write(fixture(t, "offer_types"))
		})
		a := advert{}
		a.Categories.Category.ID, a.Categories.Subcategory.ID, a.OfferType.Value = "658", "659", ident(said)
		got, err := c.offerType(t.Context(), testKey, "ru", a)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v", said, got, err)
		}
	}
}

// What an ad needs and the bot cannot ask, the ad has already.
func TestEditFormLeavesOut(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serveAdvert(t, mux, `{"id":"12","title":"t","type":"textbox_text"},{"id":"90","title":"map","type":"map","required":true}`, `{"id":"90","value":{"lat":1}}`)
	f, held := editForm(t, c, nil)
	equal(t, f.LeftOut, []string{"map"})
	equal(t, len(f.Blocked), 0)
	equal(t, held, answeredPlace())
}

func TestEditFormOfALostCategory(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /adverts/12345678", "advert")
	f, held, err := c.EditForm(t.Context(), testKey, market.Russian, "12345678", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, f, market.Form{Complete: true, Blocked: []string{"Легковые автомобили"}})
	equal(t, held, market.Answers{"category": market.OptionValue("658"), "subcategory": market.OptionValue("659")})

	_, err = c.ComposeChange(t.Context(), testKey, market.Russian, "12345678", held, held, nil)
	wantKind(t, err, market.Invalid)
	_, _, err = c.EditForm(t.Context(), testKey, market.Russian, "5", nil)
	wantKind(t, err, market.NotFound)
}

// The route of one ad need not tell its categories; the list does.
func TestEditFormFindsThePlaceInTheList(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serve(t, mux, "GET /adverts", "adverts")
	answering(mux, "GET /adverts/12345678", 200, `{"id":"12345678","state":"public","title":"t","body":"b","features":[]}`)
	serve(t, mux, "GET /adverts/12345678/features", "advert_features")
	_, held, err := c.EditForm(t.Context(), testKey, market.Russian, "12345678", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, held, market.Answers{"category": market.OptionValue("658"), "subcategory": market.OptionValue("659")})
}

func TestFullAd(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /adverts", "adverts")
	serve(t, mux, "GET /adverts/12345678", "advert")
	ad, err := c.FullAd(t.Context(), testKey, market.Russian, "12345678")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []any{ad.Text, ad.OfferType, ad.Price.Amount, ad.Views, ad.Reasons, ad.Republished.IsZero()},
		[]any{"Test body", "Продам", "1", 123, []string{"Нарушение закона"}, false})

	equal(t, len(ad.Photos), 0)

	answering(mux, "GET /adverts/7", 200, `{"id":"7"}`)
	_, err = c.FullAd(t.Context(), testKey, market.Russian, "7")
	wantKind(t, err, market.Unavailable) // there, but not in the list
	_, err = c.FullAd(t.Context(), testKey, market.Russian, "8")
	wantKind(t, err, market.NotFound)
}

// The addresses of pictures are made of their ids, as the description says.
func TestFullAdPhotos(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /adverts", "adverts")
	answering(mux, "GET /adverts/12345678", 200, `{"id":"12345678","features":[
		{"id":"12","value":"cafe.jpg"},{"id":"15","value":["https://play.md/1"]},{"id":"51","value":true},
		{"id":"14","value":["12345678901234567890123456789000.jpg","c69825db15f7b43b882434fc2c9e0e8f.jpg?metadata=%7B%7D","../x.jpg"]}]}`)
	ad, err := c.FullAd(t.Context(), testKey, market.Russian, "12345678")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, ad.Photos, []string{
		"https://i.simpalsmedia.com/999.md/BoardImages/900x900/12345678901234567890123456789000.jpg",
		"https://i.simpalsmedia.com/999.md/BoardImages/900x900/c69825db15f7b43b882434fc2c9e0e8f.jpg",
	})
}
