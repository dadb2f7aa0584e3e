package main

import "testing"

// TestSays: a text is looked for whole, in order, with anything in its gaps.
func TestSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		message, text string
		says, begins  bool
	}{
		{"Publish · 1 leu", "Publish · …", true, true},
		{"🚀 Publish · 1 leu", "Publish · …", true, false},
		{"Publish", "Publish · …", false, false},
		{"999.md is connected.\nGood luck", "… is connected.", true, true},
		{"999.md is connecting.", "… is connected.", false, false},
		{"2 of 3 ads", "… of … ads", true, true},
		{"ads: 2 of 3", "… of … ads", false, false},
		{"First line", "First line\nsecond line", false, false},
		{"anything", "", true, true},
	} {
		if got := says(c.message, c.text); got != c.says {
			t.Errorf("%q says %q: %v", c.message, c.text, got)
		}
		if got := begins(c.message, c.text); got != c.begins {
			t.Errorf("%q begins with %q: %v", c.message, c.text, got)
		}
	}
}
