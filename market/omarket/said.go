package omarket

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// said is what a refusal says, in whichever shape: {"error": …},
// {"message": …}, {"detail": …}, {"details": …}, {"result": …}, a JSON string,
// plain text. An explanation is a text, a list of them, or an object of fields,
// each with an explanation again.
type said struct {
	message string            // all texts, or "" for a page of HTML
	fields  map[string]string // by the keys of our forms
	foreign bool              // it is no JSON, so not the market's
}

// maxTexts bounds what is read of an explanation.
const maxTexts = 50

// readSaid reads the body of a refusal. sent are the ids of the filters that
// the call sent, in order: a market may explain by position.
func readSaid(body []byte, sent []string) said {
	trimmed := bytes.TrimSpace(body)
	r := saidReader{sent: sent, fields: map[string][]string{}}
	var content any
	if json.Unmarshal(trimmed, &content) != nil {
		plain := len(trimmed) > 0 && len(trimmed) <= 1000 && trimmed[0] != '<' && trimmed[0] != '{' && trimmed[0] != '[' && utf8.Valid(trimmed)
		if plain {
			r.text("", string(trimmed))
		}
		return r.said(len(trimmed) > 0)
	}
	envelope, ok := content.(map[string]any)
	if !ok {
		r.walk("", content)
		return r.said(false)
	}
	known := false
	for _, member := range []string{"details", "error", "errors", "message", "detail"} {
		if value, ok := envelope[member]; ok {
			known = true
			r.walk("", value)
		}
	}
	if result, ok := envelope["result"].(string); ok { // else it is content
		known = true
		r.text("", result)
	}
	if _, coded := envelope["resultCode"]; !known && !coded {
		r.walk("", envelope)
	}
	return r.said(false)
}

// saidReader collects the texts of an explanation.
type saidReader struct {
	sent   []string
	all    []string
	fields map[string][]string
}

// walk reads an explanation of the field key, or of the whole for "".
func (r *saidReader) walk(key string, value any) {
	switch v := value.(type) {
	case string:
		r.text(key, v)
	case []any:
		for i, item := range v {
			r.walk(r.itemKey(key, i, item), item)
		}
	case map[string]any:
		if id, ok := v["filter_id"]; ok && filterID(id) != "" {
			key = filterKey(filterID(id))
		}
		for _, member := range slices.Sorted(maps.Keys(v)) {
			r.walk(memberKey(key, member), v[member])
		}
	}
}

// itemKey is the key of one item of a list: under "filters", objects stand in
// the order of the filters that were sent.
func (r *saidReader) itemKey(key string, i int, item any) string {
	if _, ok := item.(map[string]any); ok && key == keyFilters && i < len(r.sent) {
		return filterKey(r.sent[i])
	}
	return key
}

// filterInText is a filter that a text names by its id.
var filterInText = regexp.MustCompile(`(?i)(?:\bfilter|фильтр)[^\d.;,]{0,15}(\d+)`)

func (r *saidReader) text(key, text string) {
	text = strings.TrimSpace(text)
	if text == "" || len(r.all) >= maxTexts {
		return
	}
	if !slices.Contains(r.all, text) {
		r.all = append(r.all, text)
	}
	if key == "" || key == keyFilters {
		if match := filterInText.FindStringSubmatch(text); match != nil {
			key = filterKey(match[1])
		}
	}
	if key != "" && !slices.Contains(r.fields[key], text) {
		r.fields[key] = append(r.fields[key], text)
	}
}

func (r *saidReader) said(foreign bool) said {
	s := said{message: shorten(strings.Join(r.all, "; "), 500), foreign: foreign}
	for key, texts := range r.fields {
		if s.fields == nil {
			s.fields = map[string]string{}
		}
		s.fields[key] = shorten(strings.Join(texts, "; "), 500)
	}
	return s
}

func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes]) + "…"
}
