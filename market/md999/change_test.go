package md999

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"bazarbot/market"
)

// What changes is told beside the body, too.
func TestComposeChangeTellsTheFields(t *testing.T) {
	t.Parallel()
	s := documentedSendings(t)[2]
	c, mux := setup(t)
	s.serve(t, mux)
	_, before := editForm(t, c, nil)
	after := maps.Clone(before)
	maps.Copy(after, s.answers)
	change, err := c.ComposeChange(t.Context(), testKey, market.Romanian, "5", before, after, nil)
	if err != nil {
		t.Fatal(err)
	}
	change.Body = nil
	equal(t, change, Change{
		Fields: []string{"offer_type", "2", "16", "123"}, Category: "658", Subcategory: "659", OfferType: "777", Lang: market.Romanian,
	})
}

const everyType = `
	{"id":"2","title":"цена","type":"textbox_numeric_measurement","required":true,"units":["eur","mdl"]},
	{"id":"12","title":"заголовок","type":"textbox_text","required":true},
	{"id":"13","title":"текст","type":"textarea_text"},
	{"id":"14","title":"фото","type":"upload_images"},
	{"id":"15","title":"видео","type":"upload_videos"},
	{"id":"16","title":"контакты","type":"contacts","required":true},
	{"id":"40","title":"год","type":"textbox_numeric"},
	{"id":"50","title":"гараж","type":"check_box"},
	{"id":"51","title":"лифт","type":"check_box"},
	{"id":"60","title":"цвет","type":"drop_down_options","options":[{"id":"1","title":"red"},{"id":"2","title":"blue"}]},` + chain + `,
	{"id":"61","title":"старый список","type":"drop_down_options","options":[{"id":"1","title":"x"}]}`

const everyValue = `{"id":"2","value":"100","unit":"eur"},{"id":"12","value":"a title"},{"id":"13","value":"one\r\ntwo"},
	{"id":"14","value":["a.jpg?metadata=1","b.jpg?metadata=2"]},{"id":"15","value":["https://play.md/1"]},
	{"id":"16","value":["37300000000"]},{"id":"40","value":2012},{"id":"50","value":"true"},
	{"id":"60","value":"1"},{"id":"61","value":"gone"},` + bmw

func TestComposeChange(t *testing.T) {
	t.Parallel()
	a, b := market.Photo{Remote: "a.jpg?metadata=1"}, market.Photo{Remote: "b.jpg?metadata=2"}
	fresh := market.Photo{FileID: "telegram"}
	for name, tt := range map[string]struct {
		edit   func(market.Answers)
		images []string
		want   string   // features
		unfit  []string // or what does not fit
	}{
		"nothing": {edit: func(market.Answers) {}},
		"nothing, in other words": {edit: func(m market.Answers) {
			m["12"], m["13"] = market.TextValue(" a \n title "), market.TextValue("one\ntwo\n")
			m["51"], m["14"] = market.YesValue(false), market.PhotosValue(market.Photo{Remote: "a.jpg"}, market.Photo{Remote: "b.jpg"})
		}},
		"price":           {edit: set("2", market.NumberValue("90", "eur")), want: `{"id":"2","value":90,"unit":"eur"}`},
		"unit alone":      {edit: set("2", market.NumberValue("100", "mdl")), want: `{"id":"2","value":100,"unit":"mdl"}`},
		"title":           {edit: set("12", market.TextValue("b <i>")), want: `{"id":"12","value":"b <i>"}`},
		"text":            {edit: set("13", market.TextValue("three\nfour")), want: `{"id":"13","value":"three\nfour"}`},
		"number":          {edit: set("40", market.NumberValue("2013", "")), want: `{"id":"40","value":2013}`},
		"box on":          {edit: set("51", market.YesValue(true)), want: `{"id":"51","value":true}`},
		"box off":         {edit: set("50", market.YesValue(false)), want: `{"id":"50","value":null}`},
		"option":          {edit: set("60", market.OptionValue("2")), want: `{"id":"60","value":"2"}`},
		"videos":          {edit: set("15", market.Value{Links: []string{"https://play.md/2"}}), want: `{"id":"15","value":["https://play.md/2"]}`},
		"contacts":        {edit: set("16", market.OptionValue("37378888888")), want: `{"id":"16","value":["37378888888"]}`},
		"cover":           {edit: set("14", market.PhotosValue(b, a)), images: []string{b.Remote, a.Remote}, want: `{"id":"14","value":["b.jpg?metadata=2","a.jpg?metadata=1"]}`},
		"photo added":     {edit: set("14", market.PhotosValue(a, fresh, b)), images: []string{a.Remote, "new.jpg", b.Remote}, want: `{"id":"14","value":["a.jpg?metadata=1","new.jpg","b.jpg?metadata=2"]}`},
		"photos removed":  {edit: set("14", market.Value{}), want: `{"id":"14","value":null}`},
		"emptied":         {edit: set("13", market.TextValue(" ")), want: `{"id":"13","value":null}`},
		"several emptied": {edit: func(m market.Answers) { delete(m, "13"); delete(m, "40"); delete(m, "60") }, want: `{"id":"13","value":null},{"id":"40","value":null},{"id":"60","value":null}`},
		"whole chain": {edit: func(m market.Answers) {
			m["20"], m["21"], m["2095"] = market.OptionValue("35"), market.OptionValue("79"), market.OptionValue("3")
		}, want: `{"id":"2095","value":"3"},{"id":"20","value":"35"},{"id":"21","value":"79"}`},
		"a parent that leaves its grandchild nothing": {edit: func(m market.Answers) {
			m["20"], m["21"] = market.OptionValue("35"), market.OptionValue("78")
		}, want: `{"id":"2095","value":null},{"id":"20","value":"35"},{"id":"21","value":"78"}`},

		"a parent alone":         {edit: set("20", market.OptionValue("35")), unfit: []string{"21"}},
		"a child that is old":    {edit: func(m market.Answers) { m["20"], m["21"] = market.OptionValue("35"), market.OptionValue("79") }, unfit: []string{"2095"}},
		"required, emptied":      {edit: func(m market.Answers) { delete(m, "2"); delete(m, "12") }, unfit: []string{"2", "12"}},
		"half a leu":             {edit: set("2", market.NumberValue("9.5", "eur")), unfit: []string{"2"}},
		"an option there's none": {edit: set("60", market.OptionValue("3")), unfit: []string{"60"}},
		"a stranger's number":    {edit: set("16", market.OptionValue("37311111111")), unfit: []string{"16"}},
		"an offer there's none":  {edit: set("offer_type", market.OptionValue("1")), unfit: []string{"offer_type"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			serveAdvert(t, mux, everyType, everyValue)
			makes(mux)
			_, before := editForm(t, c, nil)
			after := maps.Clone(before)
			tt.edit(after)
			change, err := c.ComposeChange(t.Context(), testKey, market.Russian, "5", before, after, tt.images)
			if tt.unfit != nil {
				fields := map[string]string{}
				for _, key := range tt.unfit {
					fields[key] = ""
				}
				equal(t, wantKind(t, err, market.Invalid).Fields, fields)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, string(change.Body), `{"features":[`+tt.want+`]}`)
			equal(t, change.Empty(), tt.want == "")
		})
	}
}

func set(key string, v market.Value) func(market.Answers) {
	return func(m market.Answers) { m[key] = v }
}

// An optional child that no longer fits is removed; the reference has null for it.
func TestComposeChangeRemovesWhatNoLongerFits(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serveAdvert(t, mux, `
		{"id":"20","title":"make","type":"drop_down_options","options":[{"id":"34","title":"BMW"},{"id":"35","title":"Dacia"}]},
		{"id":"21","title":"model","type":"drop_down_options","depends_on":"20"},
		{"id":"2095","title":"generation","type":"drop_down_options","depends_on":"21"}`, bmw)
	makes(mux)
	_, before := editForm(t, c, nil)
	for want, after := range map[string]market.Answers{
		`{"id":"20","value":"35"},{"id":"21","value":null},{"id":"2095","value":null}`: {"20": market.OptionValue("35"), "21": before["21"], "2095": before["2095"]},
		`{"id":"20","value":null},{"id":"21","value":null},{"id":"2095","value":null}`: {"21": before["21"], "2095": before["2095"]},
		`{"id":"2095","value":null}`: {"20": before["20"], "21": before["21"]},
	} {
		change, err := c.ComposeChange(t.Context(), testKey, market.Russian, "5", before, after, nil)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(change.Body), `{"features":[`+want+`]}`)
	}
}

// A new offer type brings its own questions; what it does not know is not sent,
// and what it knows too stays as it is.
func TestComposeChangeOfTheOfferType(t *testing.T) {
	t.Parallel()
	const both = `{"id":"12","title":"t","type":"textbox_text"},{"id":"14","title":"p","type":"upload_images"},
		{"id":"60","title":"c","type":"drop_down_options","options":[{"id":"1","title":"x"}]},`
	c, mux := setup(t)
	form := serveAdvert(t, mux, both+`{"id":"13","title":"t","type":"textarea_text"}`,
		`{"id":"12","value":"x"},{"id":"13","value":"dropped by the market"},{"id":"14","value":["a.jpg"]},{"id":"60","value":"gone"}`)
	serveFeatures(mux, both+`{"id":"99","title":"wanted","type":"textbox_text","required":true}`)
	_, before := editForm(t, c, nil)
	after := maps.Clone(before)
	after["offer_type"] = market.OptionValue("777")
	_, err := c.ComposeChange(t.Context(), testKey, market.Russian, "5", before, after, nil)
	equal(t, wantKind(t, err, market.Invalid).Fields, map[string]string{"99": ""})
	after["99"] = market.TextValue("a tractor")
	change, err := c.ComposeChange(t.Context(), testKey, market.Russian, "5", before, after, nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, string(change.Body), `{"features":[{"id":"60","value":null},{"id":"99","value":"a tractor"}],"offer_type":"777"}`)

	serve(t, mux, "PATCH /adverts/5", "success")
	if err := c.Update(t.Context(), testKey, "5", change); err != nil {
		t.Fatal(err)
	}
	equal(t, form.Count(), 1)
	editForm(t, c, nil) // the ad has another form now
	equal(t, form.Count(), 2)
}

// A caller that forgot an image id would take the picture off the ad.
func TestComposeChangeWantsAnIDForEveryPicture(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serveAdvert(t, mux, everyType, everyValue)
	makes(mux)
	_, before := editForm(t, c, nil)
	after := maps.Clone(before)
	after["14"] = market.PhotosValue(market.Photo{FileID: "new"})
	if _, err := c.ComposeChange(t.Context(), testKey, market.Russian, "5", before, after, nil); err == nil {
		t.Error("the pictures would have been removed")
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
	}{"documented": {201, string(fixture(t, "success"))}, "200": {200, `{"success":true,"error":null}`}, "202": {202, "OK"}, "204": {204, ""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			sent := answering(mux, "PATCH /adverts/123455678", tt.status, tt.body)
			change := Change{Body: fixture(t, "update"), Fields: []string{"2"}}
			if err := c.Update(t.Context(), testKey, "123455678", change); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, sent.Body, change.Body)
			equal(t, []any{sent.Query, sent.Count()}, []any{"", 1})
		})
	}
	c, _ := setup(t)
	if err := c.Update(t.Context(), testKey, "1", Change{Body: []byte(`{"features":[]}`)}); err != nil {
		t.Errorf("nothing to change: %v", err)
	}
}

func TestUpdateExplainsARefusal(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	form := serveAdvert(t, mux, `{"id":"12","title":"заголовок","type":"textbox_text","required":true}`, ``)
	answering(mux, "PATCH /adverts/5", http.StatusBadRequest, `{"error":{"message":"feature 12 (заголовок) is longer than 5 characters"}}`)
	editForm(t, c, nil)
	err := c.Update(t.Context(), testKey, "5", Change{Body: []byte(`{}`), Fields: []string{"12"}})
	e := wantKind(t, err, market.Invalid)
	equal(t, e.Fields, map[string]string{"12": e.Message})
	equal(t, form.Count(), 1)
	editForm(t, c, nil) // it may have changed
	equal(t, form.Count(), 2)
}

func TestHolds(t *testing.T) {
	t.Parallel()
	const body = `{"features":[{"id":"2","value":100,"unit":"eur"},{"id":"12","value":"a\nb"},
		{"id":"14","value":["a.jpg?metadata=1","b.jpg"]},{"id":"50","value":true},{"id":"123","value":null},{"id":"51","value":null}]}`
	is := map[string]string{
		"2": `"value":"100","unit":"EUR"`, "12": `"value":"a\r\nb"`, "14": `"value":["a.jpg?metadata=2","b.jpg"]`,
		"50": `"value":"true"`, "51": `"value":false`, "999": `"value":"x"`,
	}
	for name, tt := range map[string]struct {
		id, value string
		offer     string
		want      bool
	}{
		"all of it":            {"", "", "", true},
		"price":                {"2", `"value":90,"unit":"eur"`, "", false},
		"unit":                 {"2", `"value":100,"unit":"mdl"`, "", false},
		"lines":                {"12", `"value":"a b"`, "", false},
		"the other cover":      {"14", `"value":["b.jpg","a.jpg"]`, "", false},
		"pictures untold":      {"14", `"value":null`, "", false},
		"not removed":          {"123", `"value":"still there"`, "", false},
		"removed, as null":     {"123", `"value":null`, "", true},
		"still ticked":         {"51", `"value":true`, "", false},
		"the offer type":       {"", "", "776", true},
		"the other offer type": {"", "", "777", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			held := maps.Clone(is)
			if tt.id != "" {
				held[tt.id] = tt.value
			}
			var features string
			for id, value := range held {
				features += `{"id":"` + id + `",` + value + `},`
			}
			serveAdvert(t, mux, "", features[:len(features)-1])
			got, err := c.Holds(t.Context(), testKey, "5", Change{
				Body: json.RawMessage(body), Category: "658", Subcategory: "659", OfferType: tt.offer,
			})
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	c, _ := setup(t)
	_, err := c.Holds(t.Context(), testKey, "5", Change{Body: []byte(`{"features":[]}`)})
	wantKind(t, err, market.NotFound)
	_, err = c.Holds(t.Context(), testKey, "5", Change{Body: []byte(`{`)})
	wantKind(t, err, market.Invalid)
}

func TestChangeSurvivesBeingSaved(t *testing.T) {
	t.Parallel()
	change := Change{Body: fixture(t, "update"), Fields: []string{"2"}, Category: "658", Subcategory: "659", OfferType: "777", Lang: market.Kyrgyz}
	saved, err := json.Marshal(change)
	if err != nil {
		t.Fatal(err)
	}
	var back Change
	if err := json.Unmarshal(saved, &back); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, back.Body, change.Body)
	back.Body, change.Body = nil, nil
	equal(t, back, change)
}
