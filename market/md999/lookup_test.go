package md999

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"bazarbot/market"
)

var lookupSince = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// listed is an ad of the list, posted and republished so many minutes after
// lookupSince.
type listed struct {
	id                  string
	posted, republished int
	subcategory         string
}

// listing serves ads in the order given.
func listing(mux *http.ServeMux, ads ...listed) *counter {
	var n counter
	mux.HandleFunc("GET /adverts", func(w http.ResponseWriter, r *http.Request) {
		n.Note(r)
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		size, _ := strconv.Atoi(r.URL.Query().Get("page_size"))
		var list []string
		for i := (page - 1) * size; i < min(page*size, len(ads)); i++ {
			at := func(minutes int) string {
				return lookupSince.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
			}
			list = append(list, fmt.Sprintf(
				`{"id":%q,"title":"t","state":"public","posted":%q,"republished":%q,"categories":{"category":{"id":"658"},"subcategory":{"id":%q}}}`,
				ads[i].id, at(ads[i].posted), at(ads[i].republished), ads[i].subcategory))
		}
		_, _ = fmt.Fprintf(w, `{"adverts":[%s],"page":%d,"page_size":%d,"subtotal":%d,"total":%d}`,
			strings.Join(list, ","), page, size, len(ads), len(ads))
	})
	return &n
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	ads := make([]listed, 700)
	for i := range ads {
		ads[i] = listed{strconv.Itoa(i + 1), 0, 0, "659"}
	}
	n := listing(mux, ads...)
	snap, err := c.Snapshot(t.Context(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []any{len(snap.IDs), snap.IDs[0], snap.IDs[499], snap.Total, snap.whole()}, []any{500, "1", "500", 700, false})
	equal(t, n.Count(), 5)

	c, mux = setup(t)
	listing(mux)
	snap, err = c.Snapshot(t.Context(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, snap, Snapshot{IDs: []string{}})
	equal(t, snap.whole(), true)
}

const lookedUp = `{"category_id":"658","subcategory_id":"659","offer_type":"776","features":[
	{"id":"2","value":100,"unit":"eur"},{"id":"12","value":"a title"},{"id":"13","value":"one\ntwo"},
	{"id":"14","value":["a.jpg?metadata=%7B1%7D","b.jpg"]},{"id":"16","value":["37378000000","37361234567"]},
	{"id":"20","value":"34"},{"id":"78","value":true}]}`

func TestLookup(t *testing.T) {
	t.Parallel()
	before := Snapshot{IDs: []string{"1", "2"}, Total: 2}
	same := map[string]string{
		"2": `"value":"100","unit":"EUR"`, "12": `"value":"a title "`, "13": `"value":"one\r\ntwo"`,
		"14": `"value":["b.jpg","a.jpg?metadata=%7B2%7D"]`, "16": `"value":["37361234567",37378000000]`,
		"20": `"value":34`, "78": `"value":"true"`, "4444": `"value":"added by the market"`,
	}
	with := func(id, value string) map[string]string {
		changed := map[string]string{}
		for k, v := range same {
			changed[k] = v
		}
		if changed[id] = value; value == "" {
			delete(changed, id)
		}
		return changed
	}
	for name, tt := range map[string]struct {
		ads      []listed
		features map[string]string
		want     []string
	}{
		"there":                     {[]listed{{"3", 0, 0, "659"}, {"2", -60, -60, "659"}}, same, []string{"3"}},
		"there, the market is slow": {[]listed{{"3", -9, -9, "659"}}, same, []string{"3"}},
		"not yet":                   {[]listed{{"2", -60, -60, "659"}, {"1", -70, -70, "659"}}, same, nil},
		"an old one, republished":   {[]listed{{"9", -600, 1, "659"}}, same, nil},
		"elsewhere":                 {[]listed{{"3", 0, 0, "660"}}, same, nil},
		"two the same":              {[]listed{{"4", 1, 1, "659"}, {"3", 0, 0, "659"}}, same, []string{"4", "3"}},
		"behind many old ones":      {[]listed{{"2", -60, -60, "659"}, {"3", 0, 0, "659"}}, same, nil}, // the list is in order
		"another price":             {[]listed{{"3", 0, 0, "659"}}, with("2", `"value":"101","unit":"eur"`), nil},
		"another unit":              {[]listed{{"3", 0, 0, "659"}}, with("2", `"value":"100","unit":"mdl"`), nil},
		"another title":             {[]listed{{"3", 0, 0, "659"}}, with("12", `"value":"b title"`), nil},
		"without its title":         {[]listed{{"3", 0, 0, "659"}}, with("12", ""), nil},
		"fewer contacts":            {[]listed{{"3", 0, 0, "659"}}, with("16", `"value":["37378000000"]`), nil},
		"without its contacts":      {[]listed{{"3", 0, 0, "659"}}, with("16", ""), nil},
		"other pictures":            {[]listed{{"3", 0, 0, "659"}}, with("14", `"value":["c.jpg"]`), nil},
		"pictures are not told":     {[]listed{{"3", 0, 0, "659"}}, with("14", ""), []string{"3"}},
		"pictures are null":         {[]listed{{"3", 0, 0, "659"}}, with("14", `"value":null`), []string{"3"}},
		"not ticked":                {[]listed{{"3", 0, 0, "659"}}, with("78", `"value":false`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			listing(mux, tt.ads...)
			mux.HandleFunc("GET /adverts/{id}", func(w http.ResponseWriter, r *http.Request) {
				var features []string
				for id, value := range tt.features {
					features = append(features, fmt.Sprintf(`{"id":%q,%s}`, id, value))
				}
				_, _ = fmt.Fprintf(w, `{"id":%q,"categories":{"category":{"id":658},"subcategory":{"id":"659"}},"features":[%s]}`,
					r.PathValue("id"), strings.Join(features, ","))
			})
			post := Post{Body: json.RawMessage(lookedUp), Category: "658", Subcategory: "659", OfferType: "776"}
			got, err := c.Lookup(t.Context(), testKey, post, before, lookupSince)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, got, tt.want)
		})
	}
}

func TestLookupFailures(t *testing.T) {
	t.Parallel()
	post := Post{Body: json.RawMessage(lookedUp), Category: "658", Subcategory: "659"}
	c, mux := setup(t)
	listing(mux, listed{"3", 0, 0, "659"})
	ad := answering(mux, "GET /adverts/{id}", http.StatusNotFound, "")
	got, err := c.Lookup(t.Context(), testKey, post, Snapshot{}, lookupSince)
	if err != nil || got != nil || ad.Count() != 1 {
		t.Errorf("an ad that went away: %v, %v", got, err)
	}

	c, mux = setup(t)
	answering(mux, "GET /adverts", http.StatusBadGateway, "")
	_, err = c.Lookup(t.Context(), testKey, post, Snapshot{}, lookupSince)
	wantKind(t, err, market.Unavailable)

	_, err = c.Lookup(t.Context(), testKey, Post{Body: json.RawMessage("{")}, Snapshot{}, lookupSince)
	wantKind(t, err, market.Invalid)
}

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{`100`, `"100"`},
		{`100`, `"100.0"`},
		{`3.50`, `"3.5"`},
		{`true`, `"true"`},
		{`"a  b\n"`, `"a b"`},
		{`["2","1"]`, `[1,2]`},
		{`["a.jpg?metadata=1"]`, `["a.jpg?metadata=2"]`},
		{`null`, `""`},
		{`[]`, `null`},
	} {
		equal(t, normal([]byte(pair[0])), normal([]byte(pair[1])))
	}
	for _, pair := range [][2]string{
		{`100`, `"1000"`}, {`"1e3"`, `"1000"`}, {`true`, `false`}, {`["1"]`, `["1","1"]`}, {`{"lat":1}`, `{"lat":2}`}, {`0`, `""`},
	} {
		if fmt.Sprint(normal([]byte(pair[0]))) == fmt.Sprint(normal([]byte(pair[1]))) {
			t.Errorf("%s and %s are taken for the same", pair[0], pair[1])
		}
	}
}
