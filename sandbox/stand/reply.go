package stand

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Reply is an answer before it is written: a body, or, where that is nil, raw
// text or a picture.
type Reply struct {
	Status int
	Header map[string]string // beside the content's type and length
	Body   any               // becomes JSON
	Raw    string
	Kind   string // the content type of Raw; found out when empty
}

// Page answers as a proxy or the web server itself does.
func Page(status int) Reply {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return Reply{Status: status, Raw: "<html><head><title>" + title + "</title></head><body><center><h1>" + title + "</h1></center><hr><center>nginx</center></body></html>"}
}

// write sends the reply; half stops in the middle of its JSON.
func (out Reply) write(w http.ResponseWriter, half bool) {
	h := w.Header()
	for name, value := range out.Header {
		h.Set(name, value)
	}
	if out.Body == nil {
		h.Set("Content-Type", out.kind())
		w.WriteHeader(out.Status)
		_, _ = w.Write([]byte(out.Raw))
		return
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out.Body); err != nil {
		panic(fmt.Errorf("encode an answer: %w", err)) // a bug in the stand-in
	}
	if half {
		text.Truncate(text.Len() / 2)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(out.Status)
	_, _ = w.Write(text.Bytes())
}

// kind tells JSON from a page where nobody said what it is.
func (out Reply) kind() string {
	switch {
	case out.Kind != "":
		return out.Kind
	case json.Valid([]byte(out.Raw)):
		return "application/json"
	default:
		return "text/html; charset=utf-8"
	}
}
