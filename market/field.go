package market

// Kind is the kind of answer a field takes. Parsing, prompting and rendering
// exist once per kind, whatever the market.
type Kind string

// The kinds of fields.
const (
	KindText     Kind = "text"      // one line
	KindLongText Kind = "long_text" // lines
	KindNumber   Kind = "number"
	KindQuantity Kind = "quantity" // a number with a unit, one answer
	KindRange    Kind = "range"    // numbers from one to another, of which one may be left open; one answer
	KindYesNo    Kind = "yes_no"
	KindChoice   Kind = "choice"  // one of Options
	KindChoices  Kind = "choices" // several of Options
	KindPhotos   Kind = "photos"
	KindVideos   Kind = "videos"   // addresses of videos
	KindContacts Kind = "contacts" // several of Options, which are phone numbers
	KindLocation Kind = "location"
	KindPhone    Kind = "phone"
	KindSecret   Kind = "secret" // deleted from the chat at once
	KindCode     Kind = "code"   // a one-time code; deleted from the chat at once
	KindUnknown  Kind = "unknown"
)

// Role tells what a field is for where the product must recognise it: an ad's
// title names it in lists, its price gets a button of its own. A field without
// a role is only what the market says it is.
type Role string

// The roles a field can have.
const (
	RoleNone     Role = ""
	RoleCategory Role = "category"
	RoleOffer    Role = "offer"
	RoleTitle    Role = "title"
	RoleText     Role = "text"
	RolePrice    Role = "price"
	RolePhotos   Role = "photos"
	RolePlace    Role = "place"
	RoleContacts Role = "contacts"
	RoleWords    Role = "words" // what a search looks for in the texts of ads
)

// Field is one question of a form, as data. Texts come in the language the
// form was asked for.
type Field struct {
	Key      string `json:"key"` // unique in its form and stable over time
	Kind     Kind   `json:"kind"`
	Role     Role   `json:"role,omitempty"`
	Label    string `json:"label,omitempty"`
	Hint     string `json:"hint,omitempty"`
	Group    string `json:"group,omitempty"` // the market's own heading
	Required bool   `json:"required,omitempty"`
	// Repeats marks what a seller tends to answer the same again: category,
	// place, contacts. It is offered first as "same as last time".
	Repeats bool `json:"repeats,omitempty"`
	// DependsOn is the key of the field whose answer decides Options. While
	// that one has no answer, this field is not asked and Options is empty.
	DependsOn string   `json:"depends_on,omitempty"`
	Options   []Option `json:"options,omitempty"`
	// Open marks Options that were gathered from ads: there may be others, so a
	// single one is no reason to answer without asking.
	Open  bool     `json:"open,omitempty"`
	Units []string `json:"units,omitempty"`
	// Instead names a yes-or-no field of the same form that answers this one
	// too: a price may be "negotiable". A yes there takes this field out of the
	// form; nil: there is no such way.
	Instead *Instead `json:"instead,omitempty"`
	// Limits; zero means none.
	MaxLen   int `json:"max_len,omitempty"`   // characters of Text and LongText
	MaxCount int `json:"max_count,omitempty"` // photos, videos, contacts, choices
	Decimals int `json:"decimals,omitempty"`  // digits after the point; 0: whole numbers
}

// Instead is the way past a question: yes to another field.
type Instead struct {
	Key   string `json:"key"`   // of the field that is answered with yes
	Label string `json:"label"` // of the button: "Negotiable"
}

// Option is one possible answer of a Choice, Choices or Contacts field.
type Option struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Option finds the option with the given id.
func (f Field) Option(id string) (Option, bool) {
	for _, o := range f.Options {
		if o.ID == id {
			return o, true
		}
	}
	return Option{}, false
}

// Form is what a market asks for, given the answers so far.
type Form struct {
	Fields []Field
	// Complete is false while more fields will appear once these are answered.
	Complete bool
	// Notes name optional fields the bot cannot ask (a feature type that is new
	// to it), by their labels.
	LeftOut []string
	// Blocked names required fields the bot cannot ask; such an ad can only be
	// made on the market's site.
	Blocked []string
	// Unsure is set when the market may ask for more than the form does: not
	// all that it requires is known beforehand. What it refuses an ad for is
	// then asked in the next form.
	Unsure bool
}
