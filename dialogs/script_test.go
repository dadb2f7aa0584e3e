package dialogs_test

import (
	"strings"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// talk plays a conversation and checks what the person sees. Each line is
//
//	> text              the person writes; \n is a line's end
//	> /command
//	> [label]           presses a button of the screen
//	> (photo a)         sends a picture; (album x a): as part of an album
//	> (contact +996…)   sends their own number; (stranger +996…): another's
//	> (sticker)         sends what cannot be read; (edit): changes a message
//	< text              the screen holds it; < [label] as a button
//	- text              the screen does not hold it; - [label]
//	! text              a message that stays holds it, likewise
//	~ text              the press is answered with it
//
// and a line of another kind says what is being looked at.
func (c *chat) talk(script string) {
	c.t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if len(line) < 2 {
			continue
		}
		rest := line[2:]
		switch line[:2] {
		case "> ":
			c.does(strings.ReplaceAll(rest, `\n`, "\n"))
		case "< ":
			if !c.has(c.view, rest) {
				c.fatal("the screen does not show %q", rest)
			}
		case "- ":
			if c.has(c.view, rest) {
				c.fatal("the screen shows %q", rest)
			}
		case "! ":
			if !c.stays(rest) {
				c.fatal("no message that stays shows %q", rest)
			}
		case "~ ":
			if !strings.Contains(c.toast(), rest) {
				c.fatal("the press was answered with %q, and not with %q", c.toast(), rest)
			}
		default:
			c.log.WriteString("\n# " + line + "\n")
		}
	}
}

func (c *chat) does(what string) {
	c.t.Helper()
	inner := strings.Fields(strings.Trim(what, "()"))
	switch {
	case strings.HasPrefix(what, "[") && strings.HasSuffix(what, "]"):
		c.presses(what[1 : len(what)-1])
	case strings.HasPrefix(what, "(photo "):
		c.photo(dialogs.Event{Photo: market.Photo{FileID: inner[1]}})
	case strings.HasPrefix(what, "(album "):
		c.photo(dialogs.Event{Photo: market.Photo{FileID: inner[2]}, Album: inner[1]})
	case strings.HasPrefix(what, "(contact "):
		c.contact(inner[1], true)
	case strings.HasPrefix(what, "(stranger "):
		c.contact(inner[1], false)
	case what == "(sticker)":
		c.sends(dialogs.Other)
	case what == "(edit)":
		c.sends(dialogs.Edited)
	default:
		c.says(what)
	}
}

// has reports whether a view shows a text or, in brackets, a button.
func (c *chat) has(v dialogs.View, what string) bool {
	if strings.HasPrefix(what, "[") && strings.HasSuffix(what, "]") {
		_, ok := c.button(v, what[1:len(what)-1])
		return ok
	}
	s := c.speaker()
	return strings.Contains(unmarked(s.body(v)), strings.ReplaceAll(what, `\n`, "\n"))
}

func (c *chat) stays(what string) bool {
	for _, v := range c.notices {
		if c.has(v, what) {
			return true
		}
	}
	return false
}
