package omarket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// carTree is the category of the description's example.
const carTree = `{"result":[{"id":1,"name":"Транспорт","sub_categories":[
	{"id":2,"name":"Автомобили","parent":1,"required_price":true,"delivery":true,"filters":[11,6,15,405,314,41],"ad_type":["sell"],"sub_categories":[]}
]}],"resultCode":"SUCCESS"}`

// describedMarket is a market that says no more than the tree, and a client
// whose operator knows the filters.
func describedMarket(t *testing.T) *Client {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/ads-board/v1/category/list", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, carTree)
	})
	return clientFor(t, mux, Config{Known: readKnown(t, `{"filters": [
		{"id": 6, "type": "select_single", "label": "Кузов", "options": [{"id": "25", "title": "Седан"}]},
		{"id": 15, "type": "number", "label": "Объём"},
		{"id": 405, "type": "boolean", "label": "Мебель"},
		{"id": 314, "type": "select_multiple", "label": "Комплект", "options": [{"id": "1", "title": "a"}, {"id": "2", "title": "b"}]},
		{"id": 41, "type": "text", "label": "Прочее"}
	]}`)})
}

func exampleAnswers() market.Answers {
	a := choose("category", "1", "category2", "2", "ad_type", "sell", "location", "1", "filter:11", "4304")
	a["title"] = market.TextValue("UBUNTU CAR AD [BIG SALE]")
	a["price"] = market.NumberValue("1010101", "som")
	return a
}

// The answers of the description's example make its body, to the type; the kind
// of offer is all we say more.
//
// Description: "Редактирование объявления".
func TestComposeExample(t *testing.T) {
	t.Parallel()
	body, err := describedMarket(t).ComposeAd(t.Context(), "", market.Russian, exampleAnswers(), nil)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, body, []byte(`{
		"title":"UBUNTU CAR AD [BIG SALE]", "price":1010101, "currency":"som", "category":2,
		"filters":[{"filter_id":11, "value":"4304"}], "location":1, "ad_type":"sell"
	}`))
}

// What each further answer adds to the body.
func TestCompose(t *testing.T) {
	t.Parallel()
	c := describedMarket(t)
	for name, tt := range map[string]struct {
		change market.Answers
		images []string
		want   string // of these members only
		unfit  string // the key of what does not fit
	}{
		"a text": {market.Answers{"description": market.TextValue(" a \"b\" <c>\r\n\r\nd ")}, nil, `{"description":"a \"b\" <c>\n\nd"}`, ""},
		"title":  {market.Answers{"title": market.TextValue("  two\n words ")}, nil, `{"title":"two words"}`, ""},
		"usd":    {market.Answers{"price": market.NumberValue("2500.50", "usd")}, nil, `{"price":2500.5,"currency":"usd"}`, ""},
		"negotiable": {market.Answers{"contract_price": market.YesValue(true)}, nil,
			`{"contract_price":true,"price":null,"currency":null}`, ""},
		"not negotiable": {market.Answers{"contract_price": market.YesValue(false)}, nil, `{"price":1010101,"contract_price":null}`, ""},
		"delivery":       {market.Answers{"delivery": market.YesValue(true)}, nil, `{"delivery":true}`, ""},
		"photos":         {nil, []string{"https://a/1", "https://a/2"}, `{"images":["https://a/1","https://a/2"]}`, ""},
		"whatsapp":       {market.Answers{"whatsapp_num": market.TextValue("0700 11-10-00")}, nil, `{"whatsapp_num":"996700111000"}`, ""},
		"telegram":       {market.Answers{"telegram_profile": market.TextValue("https://t.me/Seller_1")}, nil, `{"telegram_profile":"Seller_1"}`, ""},
		"filters": {market.Answers{
			"filter:6": market.OptionValue("25"), "filter:15": market.NumberValue("2.5", ""), "filter:405": market.YesValue(false),
			"filter:314": market.OptionValue("1", "2"), "filter:41": market.TextValue("x"),
		}, nil, `{"filters":[{"filter_id":11,"value":"4304"},{"filter_id":6,"value":"25"},{"filter_id":15,"value":2.5},
			{"filter_id":405,"value":false},{"filter_id":314,"value":["1","2"]},{"filter_id":41,"value":"x"}]}`, ""},
		"keys of nobody": {market.Answers{"filter:99": market.OptionValue("1"), "x": market.TextValue("y")}, nil, `{"x":null}`, ""},

		"no title":         {market.Answers{"title": {}}, nil, "", "title"},
		"no price":         {market.Answers{"price": {}}, nil, "", "price"},
		"another currency": {market.Answers{"price": market.NumberValue("1", "eur")}, nil, "", "price"},
		"no number":        {market.Answers{"price": market.NumberValue("1x", "som")}, nil, "", "price"},
		"no place":         {market.Answers{"location": {}}, nil, "", "location"},
		"a place of none":  {market.Answers{"location": market.OptionValue("4711")}, nil, "", "location"},
		"two kinds":        {market.Answers{"ad_type": market.OptionValue("sell", "sell")}, nil, "", "ad_type"},
		"no brand":         {market.Answers{"filter:11": {}}, nil, "", "filter:11"},
		"a brand of none":  {market.Answers{"filter:11": market.OptionValue("1")}, nil, "", "filter:11"},
		"litres":           {market.Answers{"filter:15": market.NumberValue("two", "")}, nil, "", "filter:15"},
		"a short phone":    {market.Answers{"whatsapp_num": market.TextValue("0700")}, nil, "", "whatsapp_num"},
		"no name":          {market.Answers{"telegram_profile": market.TextValue("+7 7")}, nil, "", "telegram_profile"},
		"no category":      {market.Answers{"category2": {}}, nil, "", "category2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := exampleAnswers()
			for key, v := range tt.change {
				answers[key] = v
			}
			body, err := c.ComposeAd(t.Context(), "", market.Kyrgyz, answers, tt.images)
			if tt.unfit != "" {
				refusal := wantKind(t, err, market.Invalid)
				alike(t, "what does not fit", map[string]string{tt.unfit: ""}, refusal.Fields)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			wantMembers(t, body, tt.want)
		})
	}
}

// wantMembers compares the members that want names; null there means that there
// is none.
func wantMembers(t *testing.T, body json.RawMessage, want string) {
	t.Helper()
	var got, wanted map[string]any
	for raw, into := range map[string]*map[string]any{string(body): &got, want: &wanted} {
		if err := json.Unmarshal([]byte(raw), into); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	for name, value := range wanted {
		alike(t, name, value, got[name])
	}
}

// A filter of a kind that is new to the bot blocks the ad when it is required,
// and is left out when it is not.
func TestComposeNewKindOfFilter(t *testing.T) {
	t.Parallel()
	c := describedMarket(t)
	for _, required := range []bool{true, false} {
		c.known.learn(t.Context(), lesson{filters: map[ident]filterFacts{
			"11": {ID: "11", Label: "На карте", Type: "hologram", Required: &required},
		}})
		f, err := c.Form(t.Context(), "", market.Russian, cars)
		if err != nil {
			t.Fatal(err)
		}
		blocked, leftOut := f.Blocked, f.LeftOut
		if !required {
			blocked, leftOut = leftOut, blocked
		}
		alike(t, "named", []string{"На карте"}, blocked)
		alike(t, "not named", []string(nil), leftOut)
	}
}

// learnt is the town once all that its cars tell is known.
func (w town) learnt() town {
	w.Helper()
	if _, err := w.c.Learn(w.Context(), "", "2", 100); err != nil {
		w.Fatal(err)
	}
	return w
}

// publish puts an ad on the market.
func (w town) publish(answers market.Answers, photos int) (uuid string, err error) {
	w.Helper()
	if uuid, err = w.c.Open(w.Context(), w.key); err != nil {
		w.Fatal(err)
	}
	var images []string
	for range photos {
		address, err := w.c.UploadTo(w.Context(), w.key, uuid, "photo.jpg", smallJPEG(w.T))
		if err != nil {
			w.Fatal(err)
		}
		images = append(images, address)
	}
	body, err := w.c.ComposeAd(w.Context(), w.key, market.Russian, answers, images)
	if err != nil {
		return uuid, err
	}
	_, err = w.c.Put(w.Context(), w.key, uuid, body)
	return uuid, err
}

// smallJPEG is a picture.
func smallJPEG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// carAnswers are of a car with everything said.
func carAnswers() market.Answers {
	a := exampleAnswers()
	for key, v := range choose("filter:6", "25", "filter:222", "2222", "filter:7", "12", "filter:41", "71") {
		a[key] = v
	}
	a["filter:15"] = market.NumberValue("2.5", "")
	a["description"] = market.TextValue("First line\n\nlast <line>")
	a["whatsapp_num"] = market.TextValue("+996 700 111 000")
	a["telegram_profile"] = market.TextValue("@seller1")
	a["delivery"] = market.YesValue(true)
	return a
}

// The market takes what is composed, and holds it.
func TestPublish(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{}).learnt()
	uuid, err := w.publish(carAnswers(), 2)
	if err != nil {
		t.Fatal(err)
	}
	ad, _ := w.sandbox.Ad(uuid)
	if ad.Title != "UBUNTU CAR AD [BIG SALE]" || ad.Price != "1010101" || ad.Currency != "som" || ad.Category != 2 ||
		ad.Location != 1 || ad.AdType != "sell" || !ad.Delivery || ad.WhatsApp != "996700111000" || ad.Telegram != "seller1" ||
		ad.Description != "First line\n\nlast <line>" || len(ad.Images) != 2 || ad.Status != sandbox.Moderate {
		t.Errorf("the market holds %+v", ad)
	}
	held := map[int]any{}
	for _, f := range ad.Filters {
		held[f.ID] = f.Value
	}
	alike(t, "filters", map[int]any{11: "4304", 6: "25", 15: "2.5", 222: "2222", 7: "12", 41: "71"}, held)
}
