package omarket

import (
	"io"
	"net/http"
	"testing"

	"bazarbot/market"
)

const (
	signInRoute   = "POST /api/market-auth/auth/msisdn-password/"
	registerRoute = "POST /api/market-auth/register/"
	codeRoute     = "POST /api/market-auth/check-otp/"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"996700111000":        testPhone,
		"+996700111000":       testPhone,
		"+996 700 111 000":    testPhone,
		"+996 (700) 11-10-00": testPhone,
		"996-700-111-000":     testPhone,
		"00996700111000":      testPhone,
		"0700111000":          testPhone,
		"0700 111 000":        testPhone,
		"700111000":           testPhone,
		" 0312 12 34 56 ":     "996312123456",
		"+37369123456":        "", // Moldova
		"+77011112233":        "", // Kazakhstan
		"79161112233":         "",
		"+0700111000":         "",
		"070011100":           "",
		"07001110001":         "",
		"99670011100":         "",
		"9967001110001":       "",
		"+700111000":          "",
		"000111000":           "",
		"0700x11000":          "",
		"+996+700111000":      "",
		"٠٧٠٠١١١٠٠٠":          "",
		"":                    "",
		"+":                   "",
	} {
		got, ok := (&Client{}).Phone(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %t", text, got, ok)
		}
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, registerRoute, "registered")
	if err := c.Register(t.Context(), "0700 111 000", "Tr0ub4dor"); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, []byte(`{"msisdn":"996700111000","password":"Tr0ub4dor","password2":"Tr0ub4dor"}`))
	equal(t, n.Header.Get("Authorization"), "")
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, codeRoute, "code_taken")
	secret, err := c.Confirm(t.Context(), "a1", testPhone, "0471")
	if secret != "" || err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, []byte(`{"msisdn":"996700111000","otp":"0471"}`))
}

func TestConfirmThatSignsIn(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"success":"SUCCESS","access_token":"a","refresh_token":"r"}`,
		`{"result":{"access_token":"a","refresh_token":"r"},"resultCode":"SUCCESS"}`,
	} {
		c, mux := setup(t)
		answering(mux, codeRoute, http.StatusOK, body)
		secret, err := c.Confirm(t.Context(), "a1", testPhone, "0471")
		if err != nil {
			t.Fatal(err)
		}
		got, ok := unpack(secret)
		equal(t, []any{got.Account, string(got.Access), string(got.Refresh), ok}, []any{"a1", "a", "r", true})
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	n := serve(t, mux, signInRoute, "sign_in")
	secret, err := c.SignIn(t.Context(), "a1", "+996700111000", "Tr0ub4dor")
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, n.Body, []byte(`{"msisdn":"996700111000","password":"Tr0ub4dor"}`))
	got, ok := unpack(secret)
	equal(t, []any{got.Account, string(got.Refresh), got.At.IsZero(), ok}, []any{"a1", "53e6ddf832e449068f1d2a7b9c0e4d55", false, true})
}

// What refusals of the three routes mean.
func TestSignUpRefusals(t *testing.T) {
	t.Parallel()
	taken, wrong := string(fixture(t, "exists")), string(fixture(t, "code_wrong"))
	const (
		weak     = `{"result":null,"resultCode":"FAIL","details":{"password":["Слишком простой."]},"errorCode":0}`
		badPhone = `{"msisdn":["Номер не найден."]}`
		often    = `{"error":"Превышено количество попыток"}`
		no       = `{"error":"Неверный номер или пароль"}`
	)
	for name, tt := range map[string]struct {
		route  string
		status int
		body   string
		want   market.ErrorKind
	}{
		"taken":                      {registerRoute, 400, taken, market.Exists},
		"taken, in a field":          {registerRoute, 400, `{"msisdn":["user with this msisdn already exists."]}`, market.Exists},
		"weak password":              {registerRoute, 400, weak, market.Invalid},
		"weak password, 200":         {registerRoute, 200, weak, market.Invalid},
		"register, down":             {registerRoute, 502, "<html>", market.UnknownOutcome},
		"register, half":             {registerRoute, 200, `{"succ`, market.UnknownOutcome},
		"register, no such path":     {registerRoute, 404, `<html>`, market.Unavailable},
		"register, key refused":      {registerRoute, 403, `{"message":"Invalid API key"}`, market.OperatorKey},
		"code wrong":                 {codeRoute, 400, wrong, market.BadCredentials},
		"code wrong, a field":        {codeRoute, 400, `{"details":{"otp":["Код состоит из 4 цифр."]}}`, market.BadCredentials},
		"code tried too often":       {codeRoute, 400, often, market.Quota},
		"code, too many requests":    {codeRoute, 429, "", market.Quota},
		"code, down":                 {codeRoute, 500, "", market.UnknownOutcome},
		"wrong password, 400":        {signInRoute, 400, no, market.BadCredentials},
		"wrong password, 401":        {signInRoute, 401, no, market.BadCredentials},
		"wrong password, 200":        {signInRoute, 200, no, market.BadCredentials},
		"no such number":             {signInRoute, 404, badPhone, market.BadCredentials},
		"not confirmed":              {signInRoute, 400, `{"error":"Номер не подтвержден"}`, market.BadCredentials},
		"sign-in tried too often":    {signInRoute, 400, often, market.Quota},
		"sign-in, key refused":       {signInRoute, 401, `{"message":"No API key found in request"}`, market.OperatorKey},
		"sign-in, down":              {signInRoute, 503, "<html>", market.Unavailable},
		"sign-in, half":              {signInRoute, 200, `{"access`, market.Unavailable},
		"sign-in without tokens":     {signInRoute, 200, `{"success":"SUCCESS"}`, market.Unavailable},
		"sign-in, method not there":  {signInRoute, 405, `{"detail":"Method not allowed"}`, market.Invalid},
		"sign-in, a page in between": {signInRoute, 404, "<html>", market.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, mux := setup(t)
			answering(mux, tt.route, tt.status, tt.body)
			serve400(t, mux)
			var err error
			switch tt.route {
			case registerRoute:
				err = c.Register(t.Context(), testPhone, "Tr0ub4dor")
			case codeRoute:
				_, err = c.Confirm(t.Context(), "a1", testPhone, "0471")
			default:
				_, err = c.SignIn(t.Context(), "a1", testPhone, "Tr0ub4dor")
			}
			e := wantKind(t, err, tt.want)
			if tt.body == weak {
				equal(t, e.Fields, map[string]string{market.SignUpPassword: "Слишком простой."})
			}
		})
	}
}

// serve400 is the market's answer to a refresh of nothing: the key is good.
func serve400(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	answering(mux, refreshRoute, http.StatusBadRequest, string(fixture(t, "refresh_refused")))
}

func TestForeignPhonesAreNotSent(t *testing.T) {
	t.Parallel()
	c, mux := setup(t)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		t.Error("it was sent")
		_, _ = io.WriteString(w, "{}")
	})
	_, confirm := c.Confirm(t.Context(), "a1", "+37369123456", "0471")
	_, signIn := c.SignIn(t.Context(), "a1", "12345", "Tr0ub4dor")
	for _, err := range []error{c.Register(t.Context(), "", "Tr0ub4dor"), confirm, signIn} {
		e := wantKind(t, err, market.Invalid)
		if _, named := e.Fields[market.SignUpPhone]; !named {
			t.Errorf("fields %v", e.Fields)
		}
	}
}
