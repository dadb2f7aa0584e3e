package md999

import "slices"

// Quirks are ways in which the real market was seen to leave its description,
// or in which the description contradicts itself.
type Quirks struct {
	// OptionsKey names the list of /dependent_options "Options".
	OptionsKey bool
	// BareOptions answers /dependent_options with the list alone.
	BareOptions bool
	// OptionValue gives every third dependent option a "value" for "title", as
	// in the description's example.
	OptionValue bool
	// StringValues gives numbers and booleans of GET /adverts/{advert_id} as
	// strings, as in the description's example.
	StringValues bool
	// ZeroInterval answers an autorepublisher's interval as 0.
	ZeroInterval bool
	// NewFeature adds a feature of a type the description does not know.
	NewFeature NewFeature
	Errors     ErrorShape
}

// NewFeature tells whether every form has a feature of type [TypeMap], with id
// 9001 and values like {"lat": 47.02, "lon": 28.83}.
type NewFeature string

// The choices for a feature of a new type.
const (
	NoNewFeature       NewFeature = ""
	OptionalNewFeature NewFeature = "optional"
	RequiredNewFeature NewFeature = "required"
)

// ErrorShape is how errors look.
type ErrorShape string

// The shapes of errors.
const (
	ErrorObject ErrorShape = ""       // {"error": {"message": …}}; a 402 has code and reason too
	ErrorCoded  ErrorShape = "coded"  // {"error": {"code": …, "reason": …, "message": …}}
	ErrorString ErrorShape = "string" // {"error": "…"}
	ErrorBare   ErrorShape = "bare"   // "…"
)

// SetQuirks replaces the quirks.
func (s *Server) SetQuirks(q Quirks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quirks = q
}

// withQuirks gives the form as it is shown and checked now. The lock is held.
func (s *Server) withQuirks(o *OfferType) *OfferType {
	if s.quirks.NewFeature == NoNewFeature {
		return o
	}
	added := Group{Title: Text{"на карте", "pe hartă"}, Features: []Feature{{
		ID: "9001", Title: Text{"точка на карте", "punct pe hartă"}, Type: TypeMap,
		Required: s.quirks.NewFeature == RequiredNewFeature,
	}}}
	form := *o
	form.Groups = slices.Concat(o.Groups, []Group{added})
	return &form
}
