package dialogs

import (
	"strconv"

	"bazarbot/market"
)

// audit shows what the staff did.
type audit struct{ quiet }

// deedsAtOnce is how many entries stand on one page.
const deedsAtOnce = 10

func (t *Turn) openAudit(string) error {
	t.deed("audit", 0, "")
	t.open(frameAudit)
	return nil
}

func (audit) view(t *Turn, f *Frame) (View, error) {
	var v View
	at, _ := strconv.Atoi(f.arg("page"))
	deeds, all, err := t.d.Office.Deeds(t, at*deedsAtOnce, deedsAtOnce)
	if err != nil {
		return v, err
	}
	v.say(say("audit.heading"))
	lines := make([]Text, len(deeds))
	for i, d := range deeds {
		lines[i] = deedLine(d)
	}
	if len(lines) == 0 {
		lines = []Text{say("audit.empty")}
	}
	v.say(join("\n", lines...))
	turnPages(&v, at, max(1, (all+deedsAtOnce-1)/deedsAtOnce))
	v.row(button(say("button.home"), opHome, ""))
	return v, nil
}

func deedLine(d market.Deed) Text {
	var whom, details Text
	if d.Whom != 0 {
		whom = data("→ " + idText(d.Whom))
	}
	if d.Details != "" {
		details = data("(" + clip(d.Details, 80) + ")")
	}
	return join(" ", say("audit.line", "At", when(d.At), "By", idText(d.By), "What", say("deed."+d.What)), whom, details)
}

func (audit) press(_ *Turn, f *Frame, op, arg string) error {
	if op == opPage {
		f.setArg("page", arg)
	}
	return nil
}
