package dialogs

import (
	"time"

	"bazarbot/market"
)

// Person is who speaks, as Telegram tells it.
type Person struct {
	ID       int64
	Name     string
	LangCode string // IETF tag of their Telegram app, "" when unknown
}

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	Said     EventKind = "said"     // a text
	Command  EventKind = "command"  // Text is its name without the slash
	Pressed  EventKind = "pressed"  // a button under a message; Button is its data
	Pictured EventKind = "pictured" // a photo, or a picture sent as a file
	Edited   EventKind = "edited"   // an earlier message was changed
	Other    EventKind = "other"    // a sticker, a voice, a contact, …
	Reported EventKind = "reported" // a job tells how far it is
	Failed   EventKind = "failed"   // an earlier event could not be worked; Ref leads to the log
)

// Event is one thing that happened in a person's conversation.
type Event struct {
	Kind    EventKind
	Person  Person
	Message int64 // the person's message, or the one whose button was pressed
	Date    time.Time
	Text    string
	Long    bool // the text fills a whole Telegram message: it may go on in the next one
	Ample   bool // it fills half of one or more: apps that cut at a white space may have cut it here
	Button  string
	Photo   market.Photo
	Fault   market.PhotoFault // Pictured: why it cannot be taken, known before looking
	Album   string            // photos sent together share it
	Report  market.Report
	Ref     string
}
