package omarket

import (
	"net/http"
	"strings"
	"testing"

	"bazarbot/market"
	"bazarbot/market/remote"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	const html = "<html><body>nginx</body></html>"
	read := get("get", "/api/ads-board/v1/ads/x/", nil)
	write := write("put", http.MethodPut, "")
	sign := call{Call: remote.Call{Op: "sign in", Effect: remote.Signs, Method: http.MethodPost}}
	put := write
	put.sent = []string{"11", "6"}
	type fields = map[string]string
	for name, tt := range map[string]struct {
		call    call
		status  int
		body    string
		want    market.ErrorKind
		message string
		fields  fields
	}{
		"error":              {sign, 400, string(fixture(t, "code_wrong")), market.Invalid, "Not match opt code", nil},
		"message":            {sign, 400, `{"message":"no"}`, market.Invalid, "no", nil},
		"detail":             {read, 400, `{"detail":"no"}`, market.Invalid, "no", nil},
		"FAIL with 200":      {write, 200, `{"result":null,"resultCode":"FAIL","details":"Заполните все поля","errorCode":0}`, market.Invalid, "Заполните все поля", nil},
		"FAIL, result text":  {write, 200, string(fixture(t, "image_missing")), market.NotFound, "Image not found", nil},
		"FAIL, nothing said": {write, 200, `{"resultCode":"FAIL","details":"","errorCode":0}`, market.Invalid, "", nil},
		"an ad in a FAIL":    {write, 200, `{"result":{"title":"x"},"resultCode":"FAIL","details":"no"}`, market.Invalid, "no", nil},

		"field, list": {
			write, 200, `{"resultCode":"FAIL","details":{"title":["Обязательное поле.","Ещё."],"whatsapp_num":["Нет."]}}`,
			market.Invalid, "Обязательное поле.; Ещё.; Нет.", fields{"title": "Обязательное поле.; Ещё.", "whatsapp_num": "Нет."},
		},
		"field, text": {
			write, 200, `{"resultCode":"FAIL","details":{"price":"Нет.","location_id":"Где?","image":"Мал."}}`,
			market.Invalid, "Мал.; Где?; Нет.", fields{"price": "Нет.", "location": "Где?", "images": "Мал."},
		},
		"fields without an envelope": {write, 400, `{"currency":["Нет."]}`, market.Invalid, "Нет.", fields{"price": "Нет."}},
		"no field":                   {write, 400, `{"details":{"non_field_errors":["Нет."]}}`, market.Invalid, "Нет.", nil},
		"error as an object":         {write, 400, `{"error":{"code":"E1","message":"Нет."}}`, market.Invalid, "E1; Нет.", nil},
		"a phone and a password": {
			sign, 400, `{"resultCode":"FAIL","details":{"msisdn":["a"],"password2":["b"],"otp":["c"]}}`,
			market.Invalid, "a; c; b", fields{"phone": "a", "password": "b", "code": "c"},
		},

		"filters by id":       {put, 200, `{"resultCode":"FAIL","details":{"filters":{"11":["Нет."]}}}`, market.Invalid, "Нет.", fields{"filter:11": "Нет."}},
		"filters, flat":       {put, 200, `{"resultCode":"FAIL","details":{"11":["Нет."]}}`, market.Invalid, "Нет.", fields{"filter:11": "Нет."}},
		"filters, named":      {put, 200, `{"resultCode":"FAIL","details":{"filter_11":"Нет."}}`, market.Invalid, "Нет.", fields{"filter:11": "Нет."}},
		"filters, objects":    {put, 200, `{"resultCode":"FAIL","details":{"filters":[{"filter_id":222,"value":["Нет."]}]}}`, market.Invalid, "Нет.", fields{"filter:222": "Нет."}},
		"filters by position": {put, 200, `{"resultCode":"FAIL","details":{"filters":[{},{"value":["Нет."]}]}}`, market.Invalid, "Нет.", fields{"filter:6": "Нет."}},
		"filters, all":        {put, 200, `{"resultCode":"FAIL","details":{"filters":["Нет."]}}`, market.Invalid, "Нет.", fields{"filters": "Нет."}},
		"filter in a text":    {put, 200, `{"resultCode":"FAIL","details":"Фильтр 222 обязателен"}`, market.Invalid, "Фильтр 222 обязателен", fields{"filter:222": "Фильтр 222 обязателен"}},
		"filter in a list":    {put, 200, `{"resultCode":"FAIL","details":{"filters":["filter with id 7 is required"]}}`, market.Invalid, "filter with id 7 is required", fields{"filter:7": "filter with id 7 is required"}},
		"not found, a field": {
			put, 200, `{"resultCode":"FAIL","details":{"location":["объект не существует"]}}`,
			market.Invalid, "объект не существует", fields{"location": "объект не существует"},
		},
		"not found, something else": {put, 200, `{"resultCode":"FAIL","details":"Категория 5 не найдена"}`, market.Invalid, "Категория 5 не найдена", nil},

		"key refused":            {read, 403, `{"message":"Invalid API key"}`, market.OperatorKey, "Invalid API key", nil},
		"key missing":            {read, 401, `{"message":"No API key found in request"}`, market.OperatorKey, "No API key found in request", nil},
		"key refused in Russian": {read, 403, `{"error":"Неверный API-ключ"}`, market.OperatorKey, "Неверный API-ключ", nil},
		"key header named":       {read, 403, `{"detail":"X-Market-Key is wrong"}`, market.OperatorKey, "X-Market-Key is wrong", nil},
		"session":                {read, 401, `{"message":"Access token has expired"}`, market.NotSignedIn, "Access token has expired", nil},
		"session with 403":       {read, 403, `{"detail":"Учетные данные не были предоставлены."}`, market.NotSignedIn, "Учетные данные не были предоставлены.", nil},
		"session with 200":       {read, 200, `{"resultCode":"FAIL","details":"Token is expired"}`, market.NotSignedIn, "Token is expired", nil},
		"a page with 403":        {read, 403, html, market.NotSignedIn, "", nil},

		"not found":          {read, 404, `{"detail":"Not found."}`, market.NotFound, "Not found.", nil},
		"gone":               {read, 410, ``, market.NotFound, "", nil},
		"no such path":       {read, 404, html, market.Unavailable, "", nil},
		"no such path, text": {write, 404, "404 page not found", market.Unavailable, "404 page not found", nil},
		"slow down":          {read, 429, ``, market.Quota, "", nil},
		"too heavy":          {write, 413, html, market.Invalid, "", nil},
		"read, down":         {read, 500, html, market.Unavailable, "", nil},
		"write, down":        {write, 503, html, market.UnknownOutcome, "", nil},
		"sign-in, down":      {sign, 503, html, market.Unavailable, "", nil},
		"a bare string":      {write, 400, `"no"`, market.Invalid, "no", nil},
		"plain text":         {write, 400, `no`, market.Invalid, "no", nil},
		"another shape":      {write, 400, `[1,{"a":null}]`, market.Invalid, "", nil},
		"a long message":     {write, 400, `"` + strings.Repeat("ы", 600) + `"`, market.Invalid, strings.Repeat("ы", 500) + "…", nil},
		"a phone number":     {write, 400, `{"error":"+996 700 111-000 уже есть"}`, market.Invalid, "+996… уже есть", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &Client{keyHeader: "x-market-key"}
			ans := remote.Answer{Status: tt.status, Body: []byte(tt.body)}
			e := c.refusal("", tt.call, ans)
			equal(t, []string{string(e.Kind), e.Message}, []string{string(tt.want), tt.message})
			equal(t, e.Fields, tt.fields)
			equal(t, e.Status, tt.status)
			if failed := tt.status == 200 && c.verdict("", tt.call, ans) == nil; failed {
				t.Error("taken for a success")
			}
		})
	}
}

func TestManyComplaintsAreCut(t *testing.T) {
	t.Parallel()
	said := readSaid([]byte(`{"details":[`+strings.Repeat(`"a b",`, 1000)+strings.Repeat(`["c","d"],`, 500)+`"e"]}`), nil)
	equal(t, said.message, "a b; c; d; e")
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(`"` + strings.Repeat("x", i) + `",`)
	}
	said = readSaid([]byte(`{"details":[`+b.String()+`"e"]}`), nil)
	equal(t, len([]rune(said.message)), 501)
}
