package md999

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// ident is an id or another short value that the market writes as a string in
// one place and as a number in another.
type ident string

// UnmarshalJSON takes a string, a number, a boolean or null.
func (id *ident) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	switch {
	case bytes.Equal(data, []byte("null")):
		*id = ""
		return nil
	case len(data) > 0 && data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*id = ident(strings.TrimSpace(s))
		return nil
	case len(data) > 0 && (data[0] == '{' || data[0] == '['):
		return fmt.Errorf("an id is expected, not %c", data[0])
	default:
		*id = ident(data)
		return nil
	}
}

// count reads a whole number; 0 when it is none.
func (id ident) count() int {
	f, err := strconv.ParseFloat(string(id), 64)
	if err != nil {
		return 0
	}
	return int(f)
}
