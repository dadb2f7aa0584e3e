package omarket

import (
	"net/http"
	"strings"
	"testing"
)

const newcomer = "996500111222"

func (m *market) register(msisdn, password, again string) answer {
	m.t.Helper()
	return m.send("POST", "/api/market-auth/register/", `{"msisdn": "`+msisdn+`", "password": "`+password+`", "password2": "`+again+`"}`)
}

func (m *market) confirm(msisdn, code string) answer {
	m.t.Helper()
	return m.send("POST", "/api/market-auth/check-otp/", `{"msisdn": "`+msisdn+`", "otp": "`+code+`"}`)
}

func (m *market) tryIn(msisdn, password string) answer {
	m.t.Helper()
	return m.send("POST", "/api/market-auth/auth/msisdn-password/", `{"msisdn": "`+msisdn+`", "password": "`+password+`"}`)
}

// wrongCode is a code that was not sent to a number.
func (m *market) wrongCode(msisdn string) string {
	if m.Code(msisdn) == "0000" {
		return "1111"
	}
	return "0000"
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const taken = `{"error":"номер уже существует в базе О!Маркет. Введите другие данные!"}`
	steps := []struct {
		name   string
		got    func() answer
		status int
		body   string
	}{
		{"confirm unregistered", func() answer { return m.confirm(newcomer, "1234") }, 400, `{"error":"Not match opt code"}`},
		{"register", func() answer { return m.register(newcomer, password, password) }, 200, `{"success":"SUCCESS"}`},
		{"sign in unconfirmed", func() answer { return m.tryIn(newcomer, password) }, 400, `{"error":"Номер не подтвержден"}`},
		{"register again", func() answer { return m.register(newcomer, password, password) }, 400, taken},
		{"wrong code", func() answer { return m.confirm(newcomer, m.wrongCode(newcomer)) }, 400, `{"error":"Not match opt code"}`},
		{"right code", func() answer { return m.confirm(newcomer, m.Code(newcomer)) }, 200, `{"success":"SUCCESS"}`},
		{"right code again", func() answer { return m.confirm(newcomer, m.Code(newcomer)) }, 400, `{"error":"Not match opt code"}`},
		{"register confirmed", func() answer { return m.register(newcomer, password, password) }, 400, taken},
		{"wrong password", func() answer { return m.tryIn(newcomer, "Passw0rd2") }, 400, `{"error":"Неверный номер или пароль"}`},
		{"unknown number", func() answer { return m.tryIn("996500999999", password) }, 400, `{"error":"Неверный номер или пароль"}`},
	}
	for _, step := range steps {
		if got := step.got(); got.status != step.status || got.body != step.body {
			t.Errorf("%s: %d %s", step.name, got.status, got.body)
		}
	}
	m.enter(newcomer)
	if sent := m.Outbox(); len(sent) != 1 || sent[0].To != newcomer || len(sent[0].Code) != 4 {
		t.Errorf("outbox %+v", sent)
	}
	if m.Code("996500000000") != "" {
		t.Error("a code of nobody")
	}
}

func TestRefusedSignUp(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	const register, confirm, signIn = "/api/market-auth/register/", "/api/market-auth/check-otp/", "/api/market-auth/auth/msisdn-password/"
	tests := []struct{ name, path, body, field string }{
		{"short number", register, `{"msisdn":"99655512345","password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"other country", register, `{"msisdn":"373555123456","password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"plus", register, `{"msisdn":"+996555123456","password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"number as a number", register, `{"msisdn":996555123456,"password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"no number", register, `{"password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"short password", register, `{"msisdn":"996500111222","password":"Passw0r","password2":"Passw0r"}`, "password"},
		{"no digit", register, `{"msisdn":"996500111222","password":"Password","password2":"Password"}`, "password"},
		{"no capital", register, `{"msisdn":"996500111222","password":"passw0rd","password2":"passw0rd"}`, "password"},
		{"only capitals", register, `{"msisdn":"996500111222","password":"PASSW0RD","password2":"PASSW0RD"}`, "password"},
		{"passwords differ", register, `{"msisdn":"996500111222","password":"Passw0rd","password2":"Passw0rd1"}`, "password2"},
		{"second password missing", register, `{"msisdn":"996500111222","password":"Passw0rd"}`, "password2"},
		{"null", register, `{"msisdn":null,"password":"Passw0rd","password2":"Passw0rd"}`, "msisdn"},
		{"unknown member", register, `{"msisdn":"996500111222","password":"Passw0rd","password2":"Passw0rd","name":"x"}`, "name"},
		{"no object", register, `[]`, "non_field_errors"},
		{"half an object", register, `{"msisdn":`, "non_field_errors"},
		{"code in letters", confirm, `{"msisdn":"996500111222","otp":"12a4"}`, "otp"},
		{"long code", confirm, `{"msisdn":"996500111222","otp":"12345"}`, "otp"},
		{"code as a number", confirm, `{"msisdn":"996500111222","otp":1234}`, "otp"},
		{"no code", confirm, `{"msisdn":"996500111222"}`, "otp"},
		{"sign in without a password", signIn, `{"msisdn":"996500111222"}`, "password"},
		{"refresh without a token", "/api/market-auth/refresh-token/", `{}`, "refresh_token"},
	}
	for _, test := range tests {
		got := m.send("POST", test.path, test.body)
		o := decoded(t, got.body)
		details, _ := o["details"].(map[string]any)
		if got.status != http.StatusBadRequest || o["resultCode"] != "FAIL" || details[test.field] == nil {
			t.Errorf("%s: %d %s", test.name, got.status, got.body)
		}
	}
	if len(m.Outbox()) != 0 || len(m.Accounts()) != 2 {
		t.Error("a refused registration left something behind")
	}
}

func TestCodeAttempts(t *testing.T) {
	t.Parallel()
	for limit, right := range map[int]int{0: 400, 2: 400, -1: 200} {
		m := open(t, Options{CodeAttempts: limit})
		m.register(newcomer, password, password)
		tries := 5
		if limit > 0 {
			tries = limit
		}
		for range tries {
			if got := m.confirm(newcomer, m.wrongCode(newcomer)); got.body != `{"error":"Not match opt code"}` {
				t.Fatalf("limit %d: %s", limit, got.body)
			}
		}
		got := m.confirm(newcomer, m.Code(newcomer))
		if got.status != right || right == 400 && !strings.Contains(got.body, "попыток") {
			t.Errorf("limit %d: %d %s", limit, got.status, got.body)
		}
	}
}

func TestCodeThatSignsIn(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Quirks: Quirks{CodeTokens: true}})
	m.register(newcomer, password, password)
	o := decoded(t, m.confirm(newcomer, m.Code(newcomer)).body)
	m.token, _ = o["access_token"].(string)
	if o["success"] != "SUCCESS" || o["refresh_token"] == nil {
		t.Errorf("answer %v", o)
	}
	m.begin()
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	a, _ := m.Account(seller)
	if a.ID == 0 || a.Sessions != 1 || a.Contact != seller || a.Location != 1 || a.Pending {
		t.Errorf("account %+v", a)
	}
	m.AddAccount(Account{MSISDN: seller, Password: "Other0ne", Username: "renamed"})
	if b, _ := m.Account(seller); b.ID != a.ID || b.Username != "renamed" || b.Sessions != 1 {
		t.Errorf("replaced account %+v", b)
	}
	if got := m.tryIn(seller, password); got.status != http.StatusBadRequest {
		t.Errorf("the former password: %d", got.status)
	}
	if _, there := m.Account("996000000000"); there {
		t.Error("an account of nobody")
	}
	if all := m.Accounts(); len(all) != 2 || all[0].MSISDN != seller || all[1].MSISDN != neighbour {
		t.Errorf("accounts %+v", all)
	}
	if got := m.tryIn("996700000101", ""); got.status != http.StatusBadRequest {
		t.Errorf("a first seller let somebody in: %d", got.status)
	}
}
