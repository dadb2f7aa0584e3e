package md999

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
	"bazarbot/market/remote"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	const html = "<html><body>insufferable</body></html>"
	read, write := remote.Get("get", "/adverts/1", nil), remote.Write("create", http.MethodPost, "/adverts")
	upload := remote.Write("upload", http.MethodPost, imagesPath)
	for name, tt := range map[string]struct {
		call    remote.Call
		status  int
		body    string
		want    market.ErrorKind
		message string
	}{
		"documented":                 {write, 400, `{"error":{"message":"title is required"}}`, market.Invalid, "title is required"},
		"documented, empty":          {write, 400, string(fixture(t, "error_empty")), market.Invalid, ""},
		"documented, no money":       {write, 402, string(fixture(t, "error_payment")), market.NoMoney, "Insufficient funds"},
		"no money, a bare string":    {write, 400, `"insufficient balance"`, market.NoMoney, "insufficient balance"},
		"no money, in the error":     {write, 400, `{"error":"Insufficient balance"}`, market.NoMoney, "Insufficient balance"},
		"no money, plain text":       {write, 403, `INSUFFICIENT BALANCE`, market.NoMoney, "INSUFFICIENT BALANCE"},
		"no money, reason only":      {write, 400, `{"error":{"reason":"payment_required"}}`, market.NoMoney, "payment_required"},
		"no money, no body":          {write, 402, ``, market.NoMoney, ""},
		"key refused":                {read, 401, `{"error":{"message":"Unauthorized"}}`, market.NotSignedIn, "Unauthorized"},
		"key refused, 403":           {read, 403, `{"error":{"message":"Forbidden"}}`, market.NotSignedIn, "Forbidden"},
		"key refused, HTML":          {read, 401, html, market.NotSignedIn, ""},
		"turned away at the door":    {read, 403, html, market.Unavailable, ""},
		"a write turned away":        {write, 403, html, market.UnknownOutcome, ""},
		"not found":                  {read, 404, `{"error":"no such advert"}`, market.NotFound, "no such advert"},
		"slow down":                  {read, 429, ``, market.Quota, ""},
		"images of the day":          {upload, 400, `{"error":{"message":"You can upload up to 300 images per day"}}`, market.Quota, "You can upload up to 300 images per day"},
		"images of the day, 403":     {upload, 403, `"too many images"`, market.Quota, "too many images"},
		"image refused":              {upload, 400, `{"error":{"message":"file is larger than the limit"}}`, market.Invalid, "file is larger than the limit"},
		"image too heavy":            {upload, 413, html, market.Invalid, ""},
		"a day in an ordinary error": {write, 400, `{"error":"once per day only"}`, market.Invalid, "once per day only"},
		"read, market down":          {read, 500, html, market.Unavailable, ""},
		"write, market down":         {write, 503, html, market.UnknownOutcome, ""},
		"top-level message":          {write, 400, `{"message":"no"}`, market.Invalid, "no"},
		"another shape":              {write, 400, `[1,2]`, market.Invalid, ""},
		"a long message":             {write, 400, `"` + strings.Repeat("ы", 600) + `"`, market.Invalid, strings.Repeat("ы", 500) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := refusal(testKey, tt.call, remote.Answer{Status: tt.status, Body: []byte(tt.body)})
			equal(t, []string{string(e.Kind), e.Message}, []string{string(tt.want), tt.message})
			equal(t, e.Status, tt.status)
		})
	}
}

func TestNamedFields(t *testing.T) {
	t.Parallel()
	features := []feature{
		{ID: "12", Title: "Заголовок"}, {ID: "7", Title: "Регион"}, {ID: "8", Title: "Населённый пункт"},
		{ID: "100", Title: "Пробег"}, {ID: "101", Title: "Пробег в год"}, {ID: "102", Title: ""},
	}
	for message, want := range map[string][]string{
		"feature 12 (заголовок) is required":         {"12"},
		`feature "7": there is no option 5`:          {"7"},
		"Features [7] and [8] contradict each other": {"7", "8"},
		"feature_id=8 is wrong":                      {"8"},
		"поле «Населённый пункт» не заполнено":       {"8"},
		"пробег в год слишком велик":                 {"101"},
		"at most 100 characters":                     nil,
		"invalid 12 things":                          nil,
		"":                                           nil,
	} {
		got := namedFields(message, features)
		if len(got) != len(want) {
			t.Errorf("%q: %v, want %v", message, got, want)
		}
		for _, key := range want {
			if got[key] != message {
				t.Errorf("%q: %v, want %v", message, got, want)
			}
		}
	}
}
