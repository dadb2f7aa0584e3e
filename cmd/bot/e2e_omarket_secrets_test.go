package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bazarbot/sandbox/omarket"
)

// TestE2ELotSecrets signs up with whatever can go wrong going wrong, with all
// that can be logged being logged, and looks for number, passwords, codes and
// tokens in the database's files, in the log and in the chat.
func TestE2ELotSecrets(t *testing.T) {
	t.Parallel()
	const weak = "weakling"
	w := newLotWorld(t, townOptions{omarket: omarket.Options{Quirks: omarket.Quirks{RotateRefresh: true}}}, "LOG_LEVEL=debug")
	w.start()
	s := w.seller("ru")
	s.reviewsLot()
	s.presses("button.publish")
	s.must(s.givePassword(t.Context(), weak))
	s.reads(s.words("signin.password_refused", "Market", "O!Market"))
	w.breaks(lotRegister, omarket.FaultLostAfter, 1)
	s.say(password)
	s.sees("field.code")
	code := w.town.omarket.Code(s.phone())
	s.say(wrongFor(code))
	s.sees("signin.wrong_code")
	w.town.omarket.AddFault(omarket.Fault{ // a market that echoes what it was sent
		Route: lotCode, Kind: omarket.FaultAnswer, Status: http.StatusBadRequest, Times: 1,
		Body: `{"error":"otp ` + code + ` of ` + s.phone() + ` (0` + s.phone()[3:] + `) is odd"}`,
	})
	s.say(code)
	s.sees("signin.wrong_code")
	w.breaks(lotSignIn, omarket.FaultHalfJSON, 1)
	s.say("Ваш код: " + code)
	s.sees("publish.moderated")
	w.town.omarket.ExpireAccess(s.phone())
	s.command("ads")
	s.reads("🕓 " + lotTitle)
	w.town.omarket.EndSessions(s.phone()) // its refusal names the refresh token
	s.pressesLabel("🕓 " + lotTitle)
	s.sees("field.password")
	s.say(password)
	s.sees("edit.price")
	w.stop()

	secrets := map[string]string{
		"the password":               password,
		"the weak password":          weak,
		"the number":                 s.phone(),
		"the number as it was typed": typed(s.phone()),
		"the number in digits":       s.phone()[3:],
		"the operator's key":         omarket.DefaultAPIKey,
		"an access token":            "eyJ1c2VyX2lk", // as all of them begin
		"the ad's title":             lotTitle,
		"the SMS":                    "Ваш код",
	}
	for i, token := range w.refreshTokens() {
		secrets["refresh token "+string(rune('1'+i))] = token
	}
	if len(secrets) < 11 {
		t.Fatalf("no tokens were refreshed: %d secrets", len(secrets))
	}
	for what, text := range w.written() {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s in clear", what, name)
			}
		}
	}
	if log := w.logs.String(); strings.Contains(log, `"`+code) || strings.Contains(log, " "+code+" ") || strings.Contains(log, "otp "+code) {
		t.Error("the log holds the code")
	}
	for _, said := range []string{typed(s.phone()), weak, password, "Ваш код"} {
		s.holdsNoMessage(said)
	}
}

// refreshTokens are those with which somebody asked for a new access token.
func (w *world) refreshTokens() (tokens []string) {
	for _, r := range w.town.omarket.Requests() {
		var body struct {
			Token string `json:"refresh_token"`
		}
		if r.Route == lotRefresh && json.Unmarshal([]byte(r.Body), &body) == nil && len(body.Token) > 30 {
			tokens = append(tokens, body.Token)
		}
	}
	return tokens
}
