package omarket

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// ident is an id or another short value that the market writes as a string in
// one place, as a number in another, and as null where there is none.
type ident string

// UnmarshalJSON takes a string, a number or a boolean. Anything else is "":
// one odd member is not worth an ad.
func (id *ident) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	*id = ""
	switch {
	case len(data) == 0, bytes.Equal(data, []byte("null")), data[0] == '{', data[0] == '[':
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*id = ident(strings.TrimSpace(s))
	default:
		*id = ident(data)
	}
	return nil
}

// count reads a whole number; 0 when it is none.
func (id ident) count() int {
	f, err := strconv.ParseFloat(string(id), 64)
	if err != nil || f < -1<<31 || f > 1<<31 {
		return 0
	}
	return int(f)
}

// flag is a yes or no; null and what cannot be read are no.
type flag bool

// UnmarshalJSON never fails.
func (f *flag) UnmarshalJSON(data []byte) error {
	var id ident
	_ = id.UnmarshalJSON(data)
	yes, _ := strconv.ParseBool(string(id))
	*f = flag(yes)
	return nil
}

// many is a list as the market writes it: an array, null, or one plain value
// without an array around it. Items that are none are left out.
type many[T any] []T

// UnmarshalJSON never fails.
func (m *many[T]) UnmarshalJSON(data []byte) error {
	*m = nil
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '{' || bytes.Equal(data, []byte("null")) {
		return nil
	}
	var raws []json.RawMessage // not of data: decoding into it would write over it
	if data[0] != '[' {
		raws = []json.RawMessage{data}
	} else if err := json.Unmarshal(data, &raws); err != nil {
		return nil
	}
	for _, raw := range raws {
		var item T
		if !bytes.Equal(raw, []byte("null")) && json.Unmarshal(raw, &item) == nil {
			*m = append(*m, item)
		}
	}
	return nil
}

// object reads data into value when it is an object, and gives the bare id
// otherwise: the market writes a parent or a place now as one, now as the other.
func object(data []byte, value any) (bare ident, err error) {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '{' {
		return "", json.Unmarshal(data, value)
	}
	err = bare.UnmarshalJSON(data)
	return bare, err
}
