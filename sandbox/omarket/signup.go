package omarket

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numberTaken is the description's own text.
const numberTaken = "номер уже существует в базе О!Маркет. Введите другие данные!"

var (
	msisdnForm = regexp.MustCompile(`^996[0-9]{9}$`)
	codeForm   = regexp.MustCompile(`^[0-9]{4}$`)
)

func (s *Server) register(c *call) reply {
	b := readBody(c.body, []string{"msisdn", "password", "password2"}, nil)
	msisdn, password := b.msisdn(), b.text("password", 128)
	if b.has("password") && !strong(password) {
		b.wrong.add("password", "Пароль должен содержать не менее 8 символов, цифры, заглавные и строчные буквы.")
	}
	if b.text("password2", 128) != password {
		b.wrong.add("password2", "Пароли не совпадают.")
	}
	switch {
	case !b.wrong.none():
		return fail(http.StatusBadRequest, b.wrong.details())
	case s.accounts[msisdn] != nil:
		return refuse(http.StatusBadRequest, numberTaken)
	}
	a := s.addAccount(Account{
		MSISDN: msisdn, Password: password, Username: "user" + msisdn[8:], Pending: true,
	})
	a.code = newCode()
	s.outbox = append(s.outbox, SMS{To: msisdn, Code: a.code, At: s.now()})
	return plain(object{"success": "SUCCESS"})
}

func (b *body) msisdn() string {
	msisdn := b.text("msisdn", 20)
	if b.has("msisdn") && !msisdnForm.MatchString(msisdn) {
		b.wrong.add("msisdn", "Номер должен начинаться с 996 и содержать 12 цифр.")
	}
	return msisdn
}

// strong holds a password against the rules of the market's site.
func strong(password string) bool {
	return utf8.RuneCountInString(password) >= 8 &&
		strings.ContainsFunc(password, unicode.IsDigit) &&
		strings.ContainsFunc(password, unicode.IsUpper) &&
		strings.ContainsFunc(password, unicode.IsLower)
}

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		panic(err) // never fails since Go 1.24
	}
	return fmt.Sprintf("%04d", n)
}

func (s *Server) checkCode(c *call) reply {
	b := readBody(c.body, []string{"msisdn", "otp"}, nil)
	msisdn, code := b.msisdn(), b.text("otp", 10)
	if b.has("otp") && !codeForm.MatchString(code) {
		b.wrong.add("otp", "Код состоит из 4 цифр.")
	}
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	a := s.accounts[msisdn]
	switch {
	case a == nil || a.code == "":
		return refuse(http.StatusBadRequest, "Not match opt code")
	case s.codeAttempts > 0 && a.wrong >= s.codeAttempts:
		return refuse(http.StatusBadRequest, "Превышено количество попыток ввода кода")
	case a.code != code:
		a.wrong++
		return refuse(http.StatusBadRequest, "Not match opt code")
	}
	a.code, a.Pending = "", false
	if s.quirks.CodeTokens {
		out := s.open(a)
		out["success"] = "SUCCESS"
		return plain(out)
	}
	return plain(object{"success": "SUCCESS"})
}
