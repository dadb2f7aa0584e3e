package main

import (
	"strings"
	"testing"
)

// TestE2EAccounts keeps two keys of one person apart: by name, in the list of
// ads and in a new ad.
func TestE2EAccounts(t *testing.T) {
	for _, lang := range []string{"ru", "ro", "ky"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := startWorld(t)
			w.addOtherKey()
			w.postPhones(1)
			s := w.seller(lang)
			s.connects()
			s.command("accounts")
			s.reads(s.text("accounts.heading"))
			s.presses("button.connect")
			s.sees("field.api_key")
			s.say(otherKey)
			s.reads(s.text("connect.done"), "+37378888888 ⭐", "+37378888888 (2)")

			s.pressesLabel("999.md · +37378888888 (2)")
			s.sees("button.rename", "button.make_default")
			s.presses("button.rename")
			s.reads(s.words("accounts.name_help", "Name", "+37378888888 (2)"))
			s.say("+37378888888")
			s.reads(s.words("refuse.name_taken", "Name", "+37378888888"))
			s.say(strings.Repeat("ц", 41))
			s.reads(s.words("refuse.too_long", "Length", "41", "Max", "40"))
			s.say("Shop")
			s.reads(s.words("accounts.renamed", "Name", "Shop"), "999.md · Shop")
			s.presses("button.make_default")
			s.reads(s.words("accounts.now_default", "Name", "999.md · Shop"), s.words("accounts.is_default", "Market", "999.md"))

			s.command("ads")
			s.reads(s.words("ads.heading", "Market", "999.md", "Account", "Shop"), s.text("ads.none"))
			s.pressesLabel("👤 999.md · +37378888888")
			s.reads(s.words("ads.heading", "Market", "999.md", "Account", "+37378888888"), "Phone 01")

			s.presses("button.new_ad")
			s.reads(s.text("field.account"), "Shop", "+37378888888")
			if first := s.screen().Buttons[0][0].Text; first != "Shop" {
				t.Errorf("the first account offered is %q, not the default", first)
			}
			s.pressesLabel("Shop")
			s.sees("field.category")
		})
	}
}

// TestE2EDisconnectDefault: the account that is left becomes the default, and
// the new ad asks for none.
func TestE2EDisconnectDefault(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.addOtherKey()
	s := w.seller("ru")
	s.connects()
	s.command("accounts")
	s.sees("accounts.heading")
	s.presses("button.connect")
	s.sees("field.api_key")
	s.say(otherKey)
	s.reads("+37378888888 (2)")
	s.pressesLabel("999.md · +37378888888 ⭐")
	s.sees("button.disconnect_ask")
	s.presses("button.disconnect_ask")
	s.sees("accounts.ask_off")
	s.presses("button.disconnect")
	s.reads(s.words("accounts.gone", "Market", "999.md"), "+37378888888 (2)")
	if strings.Contains(s.labels(), "⭐") {
		t.Errorf("the only account is marked: %s", s.labels())
	}
	s.command("new")
	s.sees("field.category")
}
