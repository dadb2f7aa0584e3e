package md999

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// answeredPlace answers the three questions that every ad begins with.
func answeredPlace() market.Answers {
	return market.Answers{
		"category":    market.OptionValue("658"),
		"subcategory": market.OptionValue("659"),
		"offer_type":  market.OptionValue("776"),
	}
}

// servePlace serves the reference's examples of the catalogue.
func servePlace(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	serve(t, mux, "GET /categories", "categories")
	serve(t, mux, "GET /categories/658/subcategories", "subcategories")
	serve(t, mux, "GET /categories/658/subcategories/659/offer-types", "offer_types")
	serve(t, mux, "GET /phone_numbers", "phone_numbers")
}

// serveFeatures serves a form of the given features in one group.
func serveFeatures(mux *http.ServeMux, features string) *counter {
	return answering(mux, "GET /features", http.StatusOK,
		`{"features_groups":[{"title":"общее","features":[`+features+`]}]}`)
}

func TestFormGrowsWithTheAnswers(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	asked := serve(t, mux, "GET /features", "features")

	categories := []market.Option{{ID: "658", Title: "Транспорт"}, {ID: "270", Title: "Недвижимость"}}
	subcategories := []market.Option{{ID: "659", Title: "Легковые автомобили"}, {ID: "660", Title: "Автобусы и микроавтобусы"}}
	offers := []market.Option{{ID: "776", Title: "Продам"}, {ID: "777", Title: "Куплю"}, {ID: "778", Title: "Меняю"}}
	category := market.Field{Key: "category", Kind: market.KindChoice, Role: market.RoleCategory, Required: true, Repeats: true, Options: categories}
	subcategory := market.Field{Key: "subcategory", Kind: market.KindChoice, Role: market.RoleCategory, Required: true, Repeats: true, DependsOn: "category"}
	offer := market.Field{Key: "offer_type", Kind: market.KindChoice, Role: market.RoleOffer, Required: true, Repeats: true, DependsOn: "subcategory"}

	answers := market.Answers{}
	equal(t, form(t, c, answers), market.Form{Fields: []market.Field{category, subcategory, offer}})

	answers["category"] = market.OptionValue("658")
	subcategory.Options = subcategories
	equal(t, form(t, c, answers), market.Form{Fields: []market.Field{category, subcategory, offer}})

	answers["subcategory"] = market.OptionValue("659")
	offer.Options = offers
	equal(t, form(t, c, answers), market.Form{Fields: []market.Field{category, subcategory, offer}})

	answers["offer_type"] = market.OptionValue("776")
	equal(t, form(t, c, answers), market.Form{Complete: true, Fields: []market.Field{
		category, subcategory, offer,
		{
			Key: "2", Kind: market.KindQuantity, Role: market.RolePrice, Label: "цена", Group: "общее",
			Required: true, Units: []string{"eur", "usd", "mdl"},
		},
		{
			Key: "795", Kind: market.KindChoice, Label: "автор объявления", Group: "характеристики",
			Required: true, Repeats: true,
			Options: []market.Option{{ID: "18894", Title: "Агентство"}, {ID: "20364", Title: "Застройщик"}, {ID: "18895", Title: "Частное лицо"}},
		},
	}})
	equal(t, asked.Query, "category_id=658&lang=ru&offer_type=776&subcategory_id=659")
}

func form(t *testing.T, c *Client, answers market.Answers) market.Form {
	t.Helper()
	f, err := c.Form(t.Context(), testKey, market.Russian, answers)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func fieldOf(t *testing.T, f market.Form, key string) market.Field {
	t.Helper()
	i := slices.IndexFunc(f.Fields, func(f market.Field) bool { return f.Key == key })
	if i < 0 {
		t.Fatalf("the form has no field %s", key)
	}
	return f.Fields[i]
}

func TestAnswersThatAreNoOptionsCountAsNone(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	answers := answeredPlace()
	answers["category"] = market.OptionValue("999999")
	f := form(t, c, answers)
	if f.Complete || len(f.Fields) != 3 || f.Fields[1].Options != nil || f.Fields[2].Options != nil {
		t.Errorf("got %+v", f)
	}
}

func TestEveryTypeBecomesAKind(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serveFeatures(mux, `
		{"id":"12","title":"t","type":"textbox_text","required":true,"units":null,"depends_on":null,"options":null},
		{"id":13,"title":"t","type":"textarea_text","required":true},
		{"id":"64","title":"t","type":"textbox_numeric"},
		{"id":"2","title":"t","type":"textbox_numeric_measurement","units":["eur"]},
		{"id":"65","title":"t","type":"textbox_numeric_measurement","units":[]},
		{"id":"78","title":"t","type":"check_box"},
		{"id":"782","title":"t","type":"drop_down_options","options":[{"id":123,"title":"o"},{"id":"124","value":"v"},{"id":"125"}]},
		{"id":"14","title":"t","type":"upload_images"},
		{"id":"15","title":"t","type":"upload_videos"},
		{"id":"16","title":"t","type":"contacts","required":true},
		{"id":"16","title":"twice","type":"contacts"},
		{"id":"90","title":"map","type":"map"},
		{"id":"91","title":"second photos","type":"upload_images"},
		{"id":"92","title":"new","type":"hologram","required":true},
		{"id":"93","title":"endless","type":"drop_down_options","depends_on":"4444","options":null},
		{"id":"94","title":"nothing to choose","type":"drop_down_options","required":true,"options":[]}`)
	f := form(t, c, answeredPlace())
	type brief struct {
		key  string
		kind market.Kind
		role market.Role
	}
	var got []string
	for _, field := range f.Fields[3:] {
		got = append(got, fmt.Sprint(brief{field.Key, field.Kind, field.Role}))
	}
	equal(t, got, []string{
		"{12 text title}", "{13 long_text text}", "{64 number }", "{2 quantity price}", "{65 number }", "{78 yes_no }",
		"{782 choice }", "{14 photos photos}", "{15 videos }", "{16 contacts contacts}", "{94 choice }",
	})
	equal(t, f.LeftOut, []string{"map", "second photos", "endless"})
	equal(t, f.Blocked, []string{"new"})
	equal(t, fieldOf(t, f, "782").Options, []market.Option{{ID: "123", Title: "o"}, {ID: "124", Title: "v"}, {ID: "125", Title: "125"}})
	equal(t, fieldOf(t, f, "16").Options, []market.Option{{ID: "37378888888", Title: "+37378888888"}})
	equal(t, fieldOf(t, f, "12").MaxLen, 255)
	equal(t, fieldOf(t, f, "13").MaxLen, 10000)
	equal(t, fieldOf(t, f, "94").Required, false)
}

func TestStableIDsNeedTheirType(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serveFeatures(mux, `{"id":"2","title":"not a price","type":"check_box"},{"id":"12","title":"no title","type":"textbox_numeric"}`)
	for _, field := range form(t, c, answeredPlace()).Fields[3:] {
		equal(t, field.Role, market.RoleNone)
	}
}

// chain is a form with make → model → generation, in an order that does not
// follow the chain.
const chain = `
	{"id":"2095","title":"generation","type":"drop_down_options","required":true,"depends_on":"21","options":null},
	{"id":"20","title":"make","type":"drop_down_options","required":true,"depends_on":null,"options":[{"id":"34","title":"BMW"},{"id":"35","title":"Dacia"}]},
	{"id":"21","title":"model","type":"drop_down_options","required":true,"depends_on":"20","options":null}`

func TestDependentOptions(t *testing.T) {
	t.Parallel()
	for name, shape := range map[string]string{"documented": `{"options":%s}`, "capital": `{"Options":%s}`, "bare": `%s`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			servePlace(t, mux)
			serveFeatures(mux, chain)
			mux.HandleFunc("GET /dependent_options", func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				list := map[string]string{
					"20/34":  `[{"id":"223","title":"1 Series"},{"id":78,"value":"3 Series"}]`,
					"21/223": `[{"id":"1","title":"E87"}]`,
					"21/78":  `[]`,
				}[q.Get("dependency_feature_id")+"/"+q.Get("parent_option_id")]
				if q.Get("subcategory_id") != "659" || list == "" {
					w.WriteHeader(http.StatusBadRequest)
				}
				_, _ = fmt.Fprintf(w, shape, list)
			})
			answers := answeredPlace()
			f := form(t, c, answers)
			equal(t, fieldOf(t, f, "21"), market.Field{Key: "21", Kind: market.KindChoice, Label: "model", Group: "общее", Required: true, DependsOn: "20"})

			answers["20"] = market.OptionValue("34")
			f = form(t, c, answers)
			equal(t, fieldOf(t, f, "21").Options, []market.Option{{ID: "223", Title: "1 Series"}, {ID: "78", Title: "3 Series"}})
			equal(t, len(fieldOf(t, f, "2095").Options), 0)

			answers["21"] = market.OptionValue("223")
			f = form(t, c, answers)
			equal(t, fieldOf(t, f, "2095").Options, []market.Option{{ID: "1", Title: "E87"}})

			answers["21"] = market.OptionValue("78") // this model has no generations
			equal(t, fieldOf(t, form(t, c, answers), "2095").Required, false)

			answers["21"], answers["20"] = market.OptionValue("223"), market.OptionValue("36") // no such make: the rest hangs in the air
			f = form(t, c, answers)
			equal(t, len(fieldOf(t, f, "21").Options)+len(fieldOf(t, f, "2095").Options), 0)
		})
	}
}

func TestDependenciesInACircle(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serveFeatures(mux, `
		{"id":"1","title":"a","type":"drop_down_options","depends_on":"2"},
		{"id":"2","title":"b","type":"drop_down_options","depends_on":"1"},
		{"id":"3","title":"c","type":"drop_down_options","depends_on":"3"}`)
	answers := answeredPlace()
	answers["1"], answers["2"], answers["3"] = market.OptionValue("x"), market.OptionValue("x"), market.OptionValue("x")
	equal(t, len(form(t, c, answers).Fields), 6)
}

func TestFormLanguages(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var mu sync.Mutex
	var langs []string
	mux.HandleFunc("GET /categories", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		langs = append(langs, r.URL.Query().Get("lang"))
		mu.Unlock()
		_, _ = w.Write(fixture(t, "categories"))
	})
	for _, lang := range market.Langs {
		if _, err := c.Form(t.Context(), testKey, lang, nil); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, langs, []string{"ru", "ro"}) // Kyrgyz found the Russian one in the cache
}

func TestFormFailures(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		body   string
		want   market.ErrorKind
	}{
		"key revoked":   {401, `{}`, market.NotSignedIn},
		"market down":   {502, `<html>`, market.Unavailable},
		"no JSON":       {200, `<html>please wait</html>`, market.Unavailable},
		"another JSON":  {200, `{"options":[]}`, market.Unavailable},
		"nothing there": {200, `{"categories":[]}`, market.Unavailable},
		"wrong type":    {200, `{"categories":{"id":"1"}}`, market.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			answering(mux, "GET /categories", tt.status, tt.body)
			_, err := c.Form(t.Context(), testKey, market.Russian, nil)
			wantKind(t, err, tt.want)
		})
	}
}

func TestFormOfADeadEnd(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	serve(t, mux, "GET /categories", "categories")
	answering(mux, "GET /categories/658/subcategories", 200, `{"subcategories":[]}`)
	f := form(t, c, answeredPlace())
	equal(t, f.Blocked, []string{"Транспорт"})
	equal(t, f.Complete, false)
}

func TestFormIsFetchedOnceForManyPeople(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	var mu sync.Mutex
	asked := map[string]int{}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		name := map[string]string{
			"/categories": "categories", "/categories/658/subcategories": "subcategories",
			"/categories/658/subcategories/659/offer-types": "offer_types", "/features": "features",
		}[r.URL.Path]
		_, _ = w.Write(fixture(t, name))
	})
	var people sync.WaitGroup
	for n := range 20 {
		people.Go(func() {
			f, err := c.Form(t.Context(), market.Secret(fmt.Sprint("key ", n)), market.Russian, answeredPlace())
			if err != nil || !f.Complete {
				t.Errorf("got %+v, %v", f, err)
				return
			}
			f.Fields[0].Options[0].Title = "mine" // a form belongs to its caller
		})
	}
	people.Wait()
	for path, n := range asked {
		if n != 1 {
			t.Errorf("%s was fetched %d times", path, n)
		}
	}
	equal(t, form(t, c, nil).Fields[0].Options[0].Title, "Транспорт")
}

// An outage in the middle of a conversation: the catalogue is served as it was.
func TestFormOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlace(t, mux)
	serveFeatures(mux, `{"id":"12","title":"заголовок","type":"textbox_text","required":true}`)
	before := form(t, c, answeredPlace())
	for _, call := range []remote.Call{remote.Get("", "/categories", langQuery("ru")), featuresCall("ru", place{"658", "659", "776"})} {
		c.cache.Expire(t.Context(), entryKey(call, freshFeatures))
	}
	c.remote.HTTP().Transport = brokenTransport{}
	equal(t, form(t, c, answeredPlace()), before)
}

type brokenTransport struct{}

func (brokenTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, io.ErrUnexpectedEOF
}

// Phone numbers are each account's own.
func TestPhonesAreNotShared(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	servePlaceWithoutPhones(t, mux)
	serveFeatures(mux, `{"id":"16","title":"контакты","type":"contacts","required":true}`)
	mux.HandleFunc("GET /phone_numbers", func(w http.ResponseWriter, r *http.Request) {
		key, _, _ := r.BasicAuth()
		if key == "revoked" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"phone_numbers": []any{map[string]any{"phone_number": "373" + key}}})
	})
	for _, key := range []market.Secret{"1", "2", "1"} {
		f, err := c.Form(t.Context(), key, market.Russian, answeredPlace())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fieldOf(t, f, "16").Options[0].ID, "373"+string(key))
	}
	_, err := c.Form(t.Context(), "revoked", market.Russian, answeredPlace())
	wantKind(t, err, market.NotSignedIn)
}

func servePlaceWithoutPhones(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	serve(t, mux, "GET /categories", "categories")
	serve(t, mux, "GET /categories/658/subcategories", "subcategories")
	serve(t, mux, "GET /categories/658/subcategories/659/offer-types", "offer_types")
}

// A catalogue key holds nothing of the account that happened to read it.
func TestCatalogueKeysHoldNoSecrets(t *testing.T) {
	t.Parallel()
	key := entryKey(remote.Get("", "/features", url.Values{"lang": {"ru"}}), freshFeatures)
	equal(t, []any{key.Name, key.Private}, []any{"/features?lang=ru", false})
	if strings.Contains(key.Name, string(testKey)) {
		t.Error("the API key is in the key")
	}
}
