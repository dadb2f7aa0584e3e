package telegram

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxBody is what a request may weigh: the largest upload and some form around it.
const maxBody = maxDocument + 1<<20

// request is one call of the bot with its parameters as text, however they came.
type request struct {
	method string
	values map[string]string
	files  map[string]*upload // multipart parts with a file name
}

// upload is one file of a multipart request.
type upload struct {
	name string
	mime string
	data []byte
}

// readRequest takes parameters from the URL and from a urlencoded, JSON or
// multipart body. Section: #making-requests
func readRequest(r *http.Request, method string) (*request, error) {
	q := &request{method: method, values: map[string]string{}}
	if r.URL.RawQuery != "" {
		q.addForm(r.URL.Query())
	}
	if r.Body == nil || r.Body == http.NoBody {
		return q, nil
	}
	body := http.MaxBytesReader(nil, r.Body, maxBody)
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "multipart/form-data":
		err = q.addMultipart(multipart.NewReader(body, params["boundary"]))
	case "application/json":
		err = q.addJSON(body)
	case "application/x-www-form-urlencoded":
		err = q.addURLEncoded(body)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, err
	}
	for name, v := range q.values {
		if !utf8.ValidString(v) {
			return nil, badRequest("strings must be encoded in UTF-8: parameter %q", name)
		}
	}
	return q, nil
}

func (q *request) addForm(form url.Values) {
	for k, v := range form {
		q.values[k] = v[0]
	}
}

func (q *request) addURLEncoded(body io.Reader) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(b))
	if err != nil {
		return badRequest("can't parse the urlencoded body")
	}
	q.addForm(form)
	return nil
}

// addJSON takes strings as they are and everything else as its JSON text.
func (q *request) addJSON(body io.Reader) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		return badRequest("can't parse JSON object")
	}
	for k, raw := range members {
		var text string
		if json.Unmarshal(raw, &text) == nil && raw[0] == '"' {
			q.values[k] = text
		} else {
			q.values[k] = string(raw)
		}
	}
	return nil
}

func (q *request) addMultipart(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return partError(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return partError(err)
		}
		name := part.FormName()
		if part.FileName() == "" {
			q.values[name] = string(data)
			continue
		}
		if q.files == nil {
			q.files = map[string]*upload{}
		}
		q.files[name] = &upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
	}
}

func partError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return badRequest("can't parse the multipart body")
}

// check refuses parameters the method does not have. Telegram ignores them;
// this server does not, because a misspelt one is a fault of the bot.
func (q *request) check(known []string) error {
	for name := range q.values {
		if !slices.Contains(known, name) {
			return badRequest("unknown parameter %q of method %s", name, q.method)
		}
	}
	for name := range q.files {
		if !slices.Contains(known, name) && !q.attached(name) {
			return badRequest("unknown file part %q of method %s", name, q.method)
		}
	}
	return nil
}

// attached reports whether "attach://name" stands in one of the parameters.
func (q *request) attached(name string) bool {
	for _, v := range q.values {
		if strings.Contains(v, "attach://"+name) {
			return true
		}
	}
	return false
}

// integer reads a whole number; absent gives fallback.
func (q *request) integer(name string, fallback int64) (int64, error) {
	v, ok := q.values[name]
	if !ok || v == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil {
		return 0, badRequest("parameter %q must be an integer", name)
	}
	return n, nil
}

// boolean reads a flag as Telegram does: "true" and numbers but 0 are true.
func (q *request) boolean(name string) bool {
	switch strings.ToLower(strings.TrimSpace(q.values[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// decode reads a JSON-serialized parameter into v; absent leaves v as it is.
func (q *request) decode(name string, v any) error {
	text, ok := q.values[name]
	if !ok || text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return badRequest("can't parse parameter %q: it must be a JSON-serialized value", name)
	}
	return nil
}

// record is what the call log keeps: files appear as their size.
func (q *request) record() map[string]string {
	for name, f := range q.files {
		q.values[name+" (file)"] = f.name + ", " + strconv.Itoa(len(f.data)) + " bytes"
	}
	return q.values
}
