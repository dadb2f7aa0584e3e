package dialogs

import (
	"slices"

	"bazarbot/market"
)

// View is what a screen shows: paragraphs with buttons under them. It becomes
// one Telegram message.
type View struct {
	Note Text   // said above all else: what just went wrong or well
	Text []Text // paragraphs
	// Photo is a picture shown above the text: Telegram's file id, or the web
	// address from which Telegram fetches it. What cannot be fetched is left out.
	Photo  string
	File   bool     // Photo was sent as a file, and can only be shown as one
	Photos []string // ReplyAlbum: web addresses, 2 to 10
	Rows   [][]Button
	// Publishing is the draft of which the view says that it is being published.
	Publishing string
	// Contact labels the button by which a person sends their own number. It
	// stands under the input field, so it comes with a message of its own, and
	// goes with the first screen that does not offer it.
	Contact Text
}

// Button is a verb with its consequence. It either opens URL or, when pressed,
// comes back to its screen as Op and Arg. Arg stays on our side.
type Button struct {
	Label Text
	Op    string
	Arg   string
	URL   string
	// Notice buttons stay valid for as long as their message lives: they carry
	// no revision, and their Arg travels in the button.
	Notice bool
	// Data is what Telegram sends back; set when the view is shown.
	Data string
}

// button makes a button that comes back to its screen.
func button(label Text, op, arg string) Button { return Button{Label: label, Op: op, Arg: arg} }

// link makes a button that opens a page.
func link(label Text, url string) Button { return Button{Label: label, URL: url} }

// row appends a row of buttons; empty buttons are left out.
func (v *View) row(buttons ...Button) {
	var kept []Button
	for _, b := range buttons {
		if !b.Label.IsZero() {
			kept = append(kept, b)
		}
	}
	if len(kept) > 0 {
		v.Rows = append(v.Rows, kept)
	}
}

// without takes away the buttons of an operation.
func (v *View) without(op string) {
	rows := v.Rows
	v.Rows = nil
	for _, row := range rows {
		v.row(slices.DeleteFunc(slices.Clone(row), func(b Button) bool { return b.Op == op })...)
	}
}

// say appends a paragraph.
func (v *View) say(t Text) {
	if !t.IsZero() {
		v.Text = append(v.Text, t)
	}
}

// ReplyKind is what is done in the chat.
type ReplyKind string

// The kinds of replies, in the order in which a turn gives them.
const (
	ReplyToast  ReplyKind = "toast"  // answers the press
	ReplyErase  ReplyKind = "erase"  // deletes the person's message; View asks them to, if Telegram refuses
	ReplyNotice ReplyKind = "notice" // a message that stays
	ReplyScreen ReplyKind = "screen" // the screen: in place of the present one, or a new message
	// ReplyProgress is a message that stays and changes: how far something is. A
	// new one comes back as a Sent event, with the id by which it is changed.
	ReplyProgress ReplyKind = "progress"
	// ReplyContent sends Content as a broadcast does.
	ReplyContent ReplyKind = "content"
	ReplyFile    ReplyKind = "file"  // sends File
	ReplyChart   ReplyKind = "chart" // sends a picture of Chart
	ReplyMenu    ReplyKind = "menu"  // has the list of commands be that of Role
	// ReplyKeyboard is a message that brings the button of View.Contact, or,
	// without one, takes it away.
	ReplyKeyboard ReplyKind = "keyboard"
	// ReplyAlbum is photos shown together, as a message that stays; View's text
	// stands for them when they cannot be fetched.
	ReplyAlbum ReplyKind = "album"
)

// Reply is one thing to do in the chat.
type Reply struct {
	Kind    ReplyKind
	Text    Text // ReplyToast
	View    View
	Message int64  // ReplyErase: which; ReplyScreen, ReplyNotice, ReplyProgress: the message to change, 0 for a new one
	Name    string // ReplyProgress: what it tells of
	Content *market.Content
	Lang    market.Lang // ReplyContent: the language it is in
	File    *File
	Chart   *Chart
	Role    market.StaffRole
}

// File is a document made by the bot.
type File struct {
	Name string
	Data []byte
}
