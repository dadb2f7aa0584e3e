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
	Contact  EventKind = "contact"  // a phone number from Telegram: Phone, and whether it is the person's Own
	Other    EventKind = "other"    // a sticker, a voice, a place, …
	Reported EventKind = "reported" // a job tells how far it is
	Failed   EventKind = "failed"   // an earlier event could not be worked; Ref leads to the log
	Timed    EventKind = "timed"    // a timer is due; Name and Arg are those it was set with
	Lettered EventKind = "lettered" // somebody, or the bot, has something to say: Letter
	Watched  EventKind = "watched"  // a look at the person's ads has found something
	Sent     EventKind = "sent"     // a progress message is in the chat as Message; Name is what it tells of
)

// Event is one thing that happened in a person's conversation.
type Event struct {
	Kind    EventKind
	Person  Person
	Message int64 // the person's message, or the one whose button was pressed
	Date    time.Time
	Text    string // Said, Command; Pictured: the words under it
	Long    bool   // the text fills a whole Telegram message: it may go on in the next one
	Ample   bool   // it fills half of one or more: apps that cut at a white space may have cut it here
	Button  string
	Photo   market.Photo
	Fault   market.PhotoFault // Pictured: why it cannot be taken, known before looking
	Album   string            // photos sent together share it
	Report  market.Report
	Ref     string
	Phone   string        // Contact
	Own     bool          // Contact
	Name    string        // Timed: what it was set for; Sent: Reply.Name
	Arg     string        // Timed; Command: what stands behind its name
	Part    *market.Part  // a message as it can be sent to others; nil when it cannot
	Origin  int64         // who wrote what was forwarded, when Telegram tells; else 0
	Letter  market.Letter // Lettered
	Watched market.Watched
}
