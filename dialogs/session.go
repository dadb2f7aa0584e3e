package dialogs

import (
	"encoding/json"
	"fmt"
	"time"

	"bazarbot/market"
)

// Session is what is remembered of a person's conversation between two events.
// It is stored as JSON, sealed.
type Session struct {
	Lang  market.Lang `json:"lang,omitempty"`
	Stack []*Frame    `json:"stack,omitempty"` // the last is what the person sees
	Shown Shown       `json:"shown"`
	// Last holds, per market, the answers of the ad published last: what a
	// seller tends to repeat is offered from them.
	Last map[market.ID]market.Answers `json:"last,omitempty"`
	// LastName says in words what Last stands for: "Phones · Sell".
	LastName map[market.ID]string `json:"last_name,omitempty"`
	Split    *Split               `json:"split,omitempty"`
	Album    *Album               `json:"album,omitempty"`
	Stash    []market.Photo       `json:"stash,omitempty"`    // photos sent before there was an ad
	Edits    []*Frame             `json:"edits,omitempty"`    // forms of ads that wait for a job or for the person
	Stocks   map[string]StockMark `json:"stocks,omitempty"`   // by account
	Bulks    []*Bulk              `json:"bulks,omitempty"`    // the newest last
	Entries  map[string]*Entry    `json:"entries,omitempty"`  // by account
	Searches []Search             `json:"searches,omitempty"` // the newest first
	Avatars  map[string]string    `json:"avatars,omitempty"`  // by account: the address of the picture the bot has set; "" is none
	// Leaving holds, by their jobs, the deletions that can still be taken back.
	Leaving map[string]*Leaving `json:"leaving,omitempty"`
	Doing   map[string]Doing    `json:"doing,omitempty"` // by the ad: account/ad
	// Standing are the messages above the screen that say of a draft that it is
	// being published.
	Standing map[string][]int64 `json:"standing,omitempty"`
	Unsent   *FormState         `json:"unsent,omitempty"` // a broadcast in the making
	Cards    map[string]int64   `json:"cards,omitempty"`  // messages that show broadcasts; 0: not known yet
	Ended    []string           `json:"ended,omitempty"`  // broadcasts whose end was told, the newest last
	Refs     []market.Ref       `json:"refs,omitempty"`   // of errors shown, the newest last
	Flow     *Flow              `json:"flow,omitempty"`
	Spent    map[string][]int64 `json:"spent,omitempty"` // when something was done that is bounded by the hour

	Unwatched bool `json:"unwatched,omitempty"` // the person does not want to hear what becomes of their ads

	BlockTold time.Time `json:"block_told,omitzero"` // of which block the person was told

	// What storage keeps elsewhere.
	Screen  int64     `json:"-"` // message id of the screen
	Blocked time.Time `json:"-"` // kept out since
	NewsOff bool      `json:"-"`
}

// Frame is one screen or form on the stack.
type Frame struct {
	ID    string            `json:"id"`   // instance: part of every button
	Name  string            `json:"name"` // which dialog
	Args  map[string]string `json:"args,omitempty"`
	Form  *FormState        `json:"form,omitempty"`  // a form without a draft
	Draft string            `json:"draft,omitempty"` // a form whose state is a draft's body
}

func (f *Frame) arg(name string) string { return f.Args[name] }

func (f *Frame) setArg(name, value string) {
	if f.Args == nil {
		f.Args = map[string]string{}
	}
	if value == "" {
		delete(f.Args, name)
		return
	}
	f.Args[name] = value
}

// Shown tells the screen that was shown last: presses on any other change
// nothing.
type Shown struct {
	Frame    string   `json:"frame,omitempty"`
	Revision int      `json:"rev"`
	Slots    []string `json:"slots,omitempty"` // what the buttons stand for: <op>:<arg>
	Photo    bool     `json:"photo,omitempty"`
	// Publishing is the draft of which it says that it is being published.
	Publishing string `json:"publishing,omitempty"`
	Keyboard   bool   `json:"keyboard,omitempty"` // a button stands under the input field
}

// Split remembers a text that filled a whole message: Telegram's apps cut
// longer texts, and the rest follows as a message of its own.
type Split struct {
	Message int64     `json:"message"`
	Date    time.Time `json:"date"`
	Frame   string    `json:"frame"`
	Field   string    `json:"field"`
	Text    string    `json:"text,omitempty"` // what was refused for being too long is not kept
	Refused bool      `json:"refused,omitempty"`
	Spaced  bool      `json:"spaced,omitempty"` // cut at a white space, if at all; Telegram drops it
	Letter  *Album    `json:"letter,omitempty"` // what it goes to that is no answer of a form
}

// Album remembers which draft the photos of an album go to: they arrive one by
// one, some of them after the next press.
type Album struct {
	ID    string `json:"id"`
	Draft string `json:"draft,omitempty"`
	Edit  string `json:"edit,omitempty"` // or which form of an ad: its frame
	// Untaken tells that the words under its photos were not taken.
	Untaken bool `json:"untaken,omitempty"`
	// Mailing is the field of a broadcast that the album is the answer to.
	Mailing string `json:"mailing,omitempty"`
	Asks    bool   `json:"asks,omitempty"`    // it is a question to the staff
	Answers int64  `json:"answers,omitempty"` // or an answer of theirs to this person
}

// DecodeSession reads a stored session; nothing stored is a new one.
func DecodeSession(body []byte) (*Session, error) {
	s := &Session{}
	if len(body) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(body, s); err != nil {
		return nil, fmt.Errorf("decode session: %w", err)
	}
	return s, nil
}

// Encode is the session as it is stored.
func (s *Session) Encode() ([]byte, error) { return json.Marshal(s) }

func (s *Session) top() *Frame {
	if len(s.Stack) == 0 {
		return nil
	}
	return s.Stack[len(s.Stack)-1]
}

// push opens a dialog above the present one.
func (s *Session) push(f *Frame) *Frame {
	if f.ID == "" {
		f.ID = newID(4)
	}
	s.Stack = append(s.Stack, f)
	return f
}

// pop closes the present dialog; home is never closed.
func (s *Session) pop() {
	if len(s.Stack) > 1 {
		s.Stack = s.Stack[:len(s.Stack)-1]
	}
}

// closeFrom closes a dialog and what was opened above it, unless something is
// being filled in or chosen there.
func (s *Session) closeFrom(name string) {
	for i := len(s.Stack) - 1; i > 0; i-- {
		f := s.Stack[i]
		if f.Name == name {
			s.Stack = s.Stack[:i]
			return
		}
		if f.Form != nil || f.Draft != "" || f.Name == frameMany {
			return
		}
	}
}

// home closes everything but the home screen. It reports whether changes of an
// ad were open, which are kept.
func (s *Session) home() (parked bool) {
	parked = s.parkOpen()
	if len(s.Stack) == 0 || s.Stack[0].Name != frameHome {
		s.Stack = nil
		s.push(&Frame{Name: frameHome})
		return parked
	}
	s.Stack = s.Stack[:1]
	return parked
}

// find is the nearest frame from the top for which ok holds.
func (s *Session) find(ok func(*Frame) bool) *Frame {
	for i := len(s.Stack) - 1; i >= 0; i-- {
		if ok(s.Stack[i]) {
			return s.Stack[i]
		}
	}
	return nil
}

// current is the dialog that is being held: the nearest to the top that is not
// only looked at on the way. There is always one, as nothing is below home.
func (s *Session) current() *Frame {
	return s.find(func(f *Frame) bool { return !aside(f) })
}

// langOf is the nearest language we speak to an IETF tag: Russian for people
// of whom nothing better is known.
func langOf(tag string) market.Lang {
	switch {
	case len(tag) >= 2 && tag[:2] == "ro", tag == "mo":
		return market.Romanian
	case len(tag) >= 2 && tag[:2] == "ky":
		return market.Kyrgyz
	}
	return market.Russian
}
