package omarket

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// Whatever the market answers, reading it neither panics nor gives texts that
// could not be shown.
func FuzzAnswers(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	for _, odd := range []string{
		`{"result":{"uuid":1e999,"filters":[[[]],{"filter":11,"value":{"from":1}}],"category":{"parent":{"parent":{}}}}}`,
		`{"resultCode":"FAIL","details":{"filters":[{"filter_id":1e99,"":[{}]}]},"result":[]}`,
		`{"details":{"11":{"a":{"b":["c"]}}},"error":[null,true,1]}`, `"\ud800"`, `[[[[[[[[`, "\xff\xfe", `{"":""}`,
	} {
		f.Add([]byte(odd))
	}
	c := &Client{known: newKnowledge(nil, nil, nil, time.Now), now: time.Now, apiKey: testAPIKey, keyHeader: DefaultKeyHeader}
	f.Fuzz(func(t *testing.T, data []byte) {
		shown := readAll(t, c, data)
		if strings.Contains(shown, string(testAPIKey)) {
			t.Errorf("the key is shown: %q", shown)
		}
		if utf8.Valid(data) && !utf8.ValidString(shown) {
			t.Errorf("not to be shown: %q", shown)
		}
	})
}

// readAll decodes data as every kind of answer, and gives all texts of it.
func readAll(t *testing.T, c *Client, data []byte) string {
	t.Helper()
	var b strings.Builder
	var list adsPage
	_ = decode(data, &list)
	var one wireAd
	_ = decode(data, &one)
	for _, a := range append(list.Results, one) {
		ad := c.ad(a, market.Kyrgyz)
		_ = lessonOf(a)
		text, err := json.Marshal(ad)
		if err != nil {
			t.Error(err)
		}
		b.WriteString(ad.Title + ad.Text + strings.Join(ad.Reasons, "") + string(text))
	}
	var tree many[wireCategory]
	_ = decode(data, &tree)
	_ = identified(tree)
	var types many[wireAdType]
	_ = decode(data, &types)
	page, _ := decodeFAQ(data)
	for _, entry := range page.Entries {
		b.WriteString(entry.Title + entry.Text)
	}
	_, _ = unpack(market.Secret(data))
	call := call{Call: remote.Call{Op: "put ad"}, sent: sentFilters(data)}
	for _, status := range []int{200, 400, 403, 404, 500} {
		ans := remote.Answer{Status: status, Body: data}
		if status == 200 {
			if e := c.verdict("token", call, ans); e != nil {
				b.WriteString(e.Message)
			}
			continue
		}
		e := c.refusal("token", call, ans)
		b.WriteString(e.Message)
		for _, text := range e.Fields {
			b.WriteString(text)
		}
	}
	return b.String()
}
