package locales

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(os.Exit))
}

// counted has a text of each sort in all three languages.
func counted() fstest.MapFS {
	return fstest.MapFS{
		"ru.toml": {Data: []byte(`
plain = "Готово"
[ad]
title = "<b>{{.Title}}</b> за {{.Price}}"
[ads]
one = "{{.Count}} объявление: {{.Name}}"
few = "{{.Count}} объявления: {{.Name}}"
many = "{{.Count}} объявлений: {{.Name}}"
other = "{{.Count}} объявления (дробь): {{.Name}}"
`)},
		"ro.toml": {Data: []byte(`
plain = "Gata"
[ad]
title = "{{.Price}}: <b>{{.Title}}</b>"
[ads]
one = "un anunț: {{.Name}}"
few = "{{.Count}} anunțuri: {{.Name}}"
other = "{{.Count}} de anunțuri: {{.Name}}"
`)},
		"ky.toml": {Data: []byte(`
plain = "Даяр"
[ad]
title = "<b>{{.Title}}</b>, {{.Price}}"
[ads]
one = "бир жарыя: {{.Name}}"
other = "{{.Count}} жарыя: {{.Name}}"
`)},
	}
}

func loadCounted(t testing.TB) *Bundle {
	t.Helper()
	b, err := load(counted())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestText(t *testing.T) {
	t.Parallel()
	b := loadCounted(t)
	type args = map[string]any
	for _, tc := range []struct {
		lang, key string
		args      args
		want      string
		err       error
	}{
		{"ru", "plain", nil, "Готово", nil},
		{"ro", "plain", args{"Unused": 1}, "Gata", nil},
		{"ky", "ad.title", args{"Title": "Уй", "Price": "35 000 сом"}, "<b>Уй</b>, 35 000 сом", nil},
		{"ru", "ad.title", args{"Title": 12, "Price": 1e6}, "<b>12</b> за 1000000", nil},
		{"ru", "ads", args{"Count": 1, "Name": "A"}, "1 объявление: A", nil},
		{"ru", "ads", args{"Count": int64(3), "Name": "A"}, "3 объявления: A", nil},
		{"ru", "ads", args{"Count": 5.0, "Name": "A"}, "5 объявлений: A", nil},
		{"ru", "ads", args{"Count": "2.5", "Name": "A"}, "2.5 объявления (дробь): A", nil},
		{"ro", "ads", args{"Count": 1, "Name": "A"}, "un anunț: A", nil},
		{"ro", "ads", args{"Count": 20, "Name": "A"}, "20 de anunțuri: A", nil},
		{"ky", "ads", args{"Count": 7, "Name": "A"}, "7 жарыя: A", nil},

		{"ru", "ad.title", args{"Title": "Дом"}, "<b>Дом</b> за …", ErrNoValue},
		{"ru", "ad.title", args{"Title": "Дом", "Price": nil}, "<b>Дом</b> за …", ErrNoValue},
		{"ru", "ads", args{"Count": 2}, "2 объявления: …", ErrNoValue},
		{"ru", "ads", args{"Name": "A"}, "… объявления (дробь): A", ErrNoValue},
		{"ro", "ads", nil, "… de anunțuri: …", ErrNoValue},
		{"uk", "plain", nil, "Готово", ErrNoText},
		{"", "ads", args{"Count": 21, "Name": "A"}, "21 объявление: A", ErrNoText},
		{"ky", "no.such", nil, "no.such", ErrNoText},
	} {
		got, err := b.Text(tc.lang, tc.key, tc.args)
		if got != tc.want || !errors.Is(err, tc.err) || tc.err == nil && err != nil {
			t.Errorf("Text(%q, %q, %v) = %q, %v; want %q, %v", tc.lang, tc.key, tc.args, got, err, tc.want, tc.err)
		}
	}
}

func TestTextRefusesACountThatIsNone(t *testing.T) {
	t.Parallel()
	b := loadCounted(t)
	got, err := b.Text("ru", "ads", map[string]any{"Count": "many", "Name": "A"})
	if err == nil || got != "many объявления (дробь): A" {
		t.Errorf("Text = %q, %v; want the form other and an error", got, err)
	}
}

// TestPlurals holds the forms of whole numbers against a table made from CLDR's
// rules and against x/text, which knows them independently of go-i18n.
func TestPlurals(t *testing.T) {
	t.Parallel()
	form := `one="one"` + "\nfew=\"few\"\nmany=\"many\"\nother=\"other\"\n"
	without := func(names ...string) *fstest.MapFile {
		text := form
		for _, name := range names {
			text = strings.Replace(text, fmt.Sprintf("%s=%q\n", name, name), "", 1)
		}
		return &fstest.MapFile{Data: []byte("[n]\n" + text)}
	}
	b, err := load(fstest.MapFS{"ru.toml": without(), "ro.toml": without("many"), "ky.toml": without("few", "many")})
	if err != nil {
		t.Fatal(err)
	}
	for lang, table := range map[string]map[string][]int{
		"ru": {"one": {1, 21, 101, 1001}, "few": {2, 4, 22, 104}, "many": {0, 5, 11, 12, 14, 20, 111, 112, 1000}},
		"ro": {"one": {1}, "few": {0, 2, 19, 101, 102, 119, 1001}, "other": {20, 21, 100, 120, 1000}},
		"ky": {"one": {1}, "other": {0, 2, 11, 21, 100, 101}},
	} {
		for want, counts := range table {
			for _, n := range counts {
				if got, err := b.Text(lang, "n", map[string]any{"Count": n}); got != want || err != nil {
					t.Errorf("%s %d: %q, %v; want %q", lang, n, got, err, want)
				}
			}
		}
	}
	names := map[plural.Form]string{plural.One: "one", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	for _, lang := range langs {
		for n := range 1200 {
			want := names[plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0)]
			if got, err := b.Text(lang, "n", map[string]any{"Count": n}); got != want || err != nil {
				t.Errorf("%s %d: %q, %v; x/text says %q", lang, n, got, err, want)
			}
		}
	}
}

func TestLoadNamesEveryFault(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		file, old, new string
		want           string
	}{
		"key missing":         {"ro.toml", "plain = \"Gata\"", "", "ro.toml: plain: missing"},
		"key unknown":         {"ky.toml", "plain =", "other_plain = \"Б\"\nplain =", "ky.toml: other_plain: ru.toml does not have it"},
		"placeholder":         {"ky.toml", "{{.Price}}", "{{.Cost}}", `ky.toml: ad.title: has the placeholders "Cost, Title", ru has "Price, Title"`},
		"form missing":        {"ru.toml", "many =", "zero =", "ru.toml: ads: has the plural forms [few one other zero], needs [few many one other]"},
		"form too many":       {"ky.toml", "other = \"{{", "few = \"{{.Name}}\"\nother = \"{{", "ky.toml: ads: has the plural forms [few one other], needs [one other]"},
		"no plural":           {"ky.toml", "one = \"бир жарыя: {{.Name}}\"", "", "ky.toml: ads: has plural forms in one language and none in ru"},
		"forms differ":        {"ro.toml", "un anunț: {{.Name}}", "un anunț", `ro.toml: ads: plural forms differ in placeholders`},
		"no template but one": {"ru.toml", "{{.Title}}", "{{if .Title}}", "is not of the form {{.Name}}"},
		"unclosed":            {"ru.toml", "{{.Title}}", "{{.Title", "is not of the form {{.Name}}"},
		"unopened":            {"ru.toml", "{{.Title}}", "Title}}", "unopened }}"},
		"empty text":          {"ru.toml", "\"Готово\"", "\"\"", "ru.toml: plain: the text is empty"},
		"taken name":          {"ru.toml", "title =", "other =\"x\"\ntitle =", `ru.toml: ad: "title" stands beside plural forms`},
		"no text":             {"ky.toml", "\"Даяр\"", "3", "ky.toml: plain: is a int64, not a text"},
		"no TOML":             {"ro.toml", "plain =", "plain", "ro.toml: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fsys := counted()
			before := string(fsys[tc.file].Data)
			after := strings.Replace(before, tc.old, tc.new, 1)
			if after == before {
				t.Fatal("the case changes nothing")
			}
			fsys[tc.file] = &fstest.MapFile{Data: []byte(after)}
			if _, err := load(fsys); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("load: %v; want %q in it", err, tc.want)
			}
		})
	}
	if _, err := load(fstest.MapFS{}); err == nil {
		t.Error("load took a folder without files")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	b := loadCounted(t)
	for tag, want := range map[string]string{
		"ru": "ru", "ru-RU": "ru", "ro": "ro", "ro-MD": "ro", "mo": "ro", "ky": "ky", "ky-KG": "ky",
		"en": "ru", "uk": "ru", "de-AT": "ru", "zh-hans": "ru", "": "ru", "not a tag": "ru",
	} {
		if got := b.Match(tag); got != want {
			t.Errorf("Match(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	b := loadCounted(t)
	if diff := cmp.Diff([]string{"ad.title", "ads", "plain"}, b.Keys()); diff != "" {
		t.Error(diff)
	}
	if !b.Has("ads") || b.Has("ads.one") || b.Has("") {
		t.Error("Has is wrong")
	}
}

func BenchmarkText(b *testing.B) {
	bundle := loadCounted(b)
	args := map[string]any{"Count": 3, "Name": "A", "Title": "Дом", "Price": "35 000 сом"}
	for _, key := range []string{"plain", "ad.title", "ads"} {
		b.Run(key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := bundle.Text("ro", key, args); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
