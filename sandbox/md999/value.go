package md999

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of the market; the description has none.
const (
	maxText     = 255
	maxLongText = 10_000
	maxNumber   = 999_999_999
	maxURL      = 2048
)

// sent is a feature as it stands in a request.
type sent struct {
	id    string
	value json.RawMessage // null: to be removed
	unit  *string
}

func (v sent) isNull() bool { return string(bytes.TrimSpace(v.value)) == "null" }

// members takes a JSON object apart, refusing members that are not allowed
// (letter case counts) and missing ones that are required.
func members(raw json.RawMessage, required, optional []string) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		return nil, errors.New("a JSON object is expected")
	}
	for _, name := range sortedKeys(m) {
		if !slices.Contains(required, name) && !slices.Contains(optional, name) {
			return nil, fmt.Errorf("unknown member: %s", name)
		}
	}
	for _, name := range required {
		if _, there := m[name]; !there {
			return nil, fmt.Errorf("%s is required", name)
		}
	}
	return m, nil
}

// decodeAs reads raw as a T, exactly: null is refused.
func decodeAs[T any](raw json.RawMessage, what string) (T, error) {
	var v T
	if string(bytes.TrimSpace(raw)) == "null" || json.Unmarshal(raw, &v) != nil {
		return v, fmt.Errorf("must be %s", what)
	}
	return v, nil
}

// parseFeatures reads the features array of a request.
func parseFeatures(raw json.RawMessage) ([]sent, error) {
	list, err := decodeAs[[]json.RawMessage](raw, "an array of objects")
	if err != nil {
		return nil, fmt.Errorf("features: %w", err)
	}
	seen := map[string]bool{}
	var all []sent
	for i, item := range list {
		m, err := members(item, []string{"id", "value"}, []string{"unit"})
		if err != nil {
			return nil, fmt.Errorf("features[%d]: %w", i, err)
		}
		id, err := decodeAs[string](m["id"], "a string")
		if err != nil {
			return nil, fmt.Errorf("features[%d]: id %w", i, err)
		}
		if seen[id] {
			return nil, fmt.Errorf("feature %s is given twice", id)
		}
		seen[id] = true
		v := sent{id: id, value: m["value"]}
		if rawUnit, there := m["unit"]; there {
			unit, err := decodeAs[string](rawUnit, "a string")
			if err != nil {
				return nil, fmt.Errorf("feature %s: unit %w", id, err)
			}
			v.unit = &unit
		}
		all = append(all, v)
	}
	return all, nil
}

// decode reads a value by its feature's type, as far as that can be told from
// the value alone. A nil value means that there is none: a blank text, an
// empty list, a check box that is not ticked.
func (f *Feature) decode(v sent) (any, error) {
	if v.unit != nil && f.Type != TypeMeasurement {
		return nil, errors.New("unit is not expected")
	}
	switch f.Type {
	case TypeText:
		return text(v.value, maxText, false)
	case TypeLongText:
		return text(v.value, maxLongText, true)
	case TypeNumeric:
		return number(v.value)
	case TypeMeasurement:
		if v.unit == nil {
			return nil, fmt.Errorf("unit is required (%s)", strings.Join(f.Units, ", "))
		}
		if !slices.Contains(f.Units, *v.unit) {
			return nil, fmt.Errorf("unit must be one of %s", strings.Join(f.Units, ", "))
		}
		return number(v.value)
	case TypeCheckBox:
		ticked, err := decodeAs[bool](v.value, "a boolean")
		if err != nil || !ticked {
			return nil, err
		}
		return true, nil
	case TypeDropDown:
		return optionID(v.value)
	case TypeVideos:
		return videos(v.value)
	case TypeMap:
		return point(v.value)
	default: // images and contacts
		return stringList(v.value)
	}
}

func text(raw json.RawMessage, limit int, lines bool) (any, error) {
	s, err := decodeAs[string](raw, "a string")
	switch {
	case err != nil:
		return nil, err
	case utf8.RuneCountInString(s) > limit:
		return nil, fmt.Errorf("is longer than %d characters", limit)
	case !lines && strings.ContainsAny(s, "\r\n"):
		return nil, errors.New("must not contain line breaks")
	case strings.TrimSpace(s) == "":
		return nil, nil
	}
	return s, nil
}

func number(raw json.RawMessage) (any, error) {
	n, err := decodeAs[int64](raw, "an integer")
	switch {
	case err != nil:
		return nil, err
	case n < 0 || n > maxNumber:
		return nil, fmt.Errorf("must be between 0 and %d", maxNumber)
	}
	return n, nil
}

func optionID(raw json.RawMessage) (any, error) {
	id, err := decodeAs[string](raw, "a string, the id of an option")
	if err != nil || id == "" {
		return nil, err
	}
	return id, nil
}

func stringList(raw json.RawMessage) (any, error) {
	// Pointers, because a null in a list of strings would pass for "".
	list, err := decodeAs[[]*string](raw, "an array of strings")
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var all []string
	for _, s := range list {
		if s == nil {
			return nil, errors.New("must be an array of strings")
		}
		all = append(all, *s)
	}
	return all, nil
}

func videos(raw json.RawMessage) (any, error) {
	list, err := stringList(raw)
	if list == nil || err != nil {
		return nil, err
	}
	for _, address := range list.([]string) {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(address) > maxURL {
			return nil, errors.New("must be an array of http or https addresses")
		}
	}
	return list, nil
}

func point(raw json.RawMessage) (any, error) {
	m, err := members(raw, []string{"lat", "lon"}, nil)
	if err != nil {
		return nil, err
	}
	at := map[string]float64{}
	for name, raw := range m {
		if at[name], err = decodeAs[float64](raw, "a number"); err != nil {
			return nil, fmt.Errorf("%s %w", name, err)
		}
	}
	return at, nil
}
