package omarket

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// object is a JSON object of an answer.
type object = map[string]any

// reply is an answer before its JSON is written: a body, or, where that is
// nil, a page or a picture.
type reply struct {
	status   int
	body     any
	raw      string
	kind     string // the content type of raw; found out when empty
	location string // of a redirect
}

// plain answers 200 with a body that has no result around it.
func plain(body any) reply { return reply{status: http.StatusOK, body: body} }

// ok answers 200 with a result and what the market says about it.
func ok(result any, details string) reply {
	return plain(object{"result": result, "resultCode": "SUCCESS", "details": details, "errorCode": 0})
}

// fail answers details, a text or complaints by field, in the manner of the ad
// board.
func fail(status int, details any) reply { return failed(status, nil, details) }

func failed(status int, result, details any) reply {
	return reply{status: status, body: object{"result": result, "resultCode": "FAIL", "details": details, "errorCode": 0}}
}

// refuse answers {"error": …}, in the manner of sign-up and sign-in.
func refuse(status int, text string) reply {
	return reply{status: status, body: object{"error": text}}
}

// message answers {"message": …}, in the manner of keys and tokens.
func message(status int, text string) reply {
	return reply{status: status, body: object{"message": text}}
}

// page answers as a proxy or the web server itself does.
func page(status int) reply {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return reply{status: status, raw: "<html><head><title>" + title + "</title></head><body><center><h1>" + title + "</h1></center><hr><center>nginx</center></body></html>"}
}

// write sends a reply; half stops in the middle of its JSON.
func write(w http.ResponseWriter, out reply, half bool) {
	h := w.Header()
	if out.location != "" {
		h.Set("Location", out.location)
	}
	if out.body == nil {
		h.Set("Content-Type", orDefault(out.kind, contentType(out.raw)))
		w.WriteHeader(out.status)
		_, _ = w.Write([]byte(out.raw))
		return
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out.body); err != nil {
		panic(fmt.Errorf("encode an answer: %w", err)) // a bug in this package
	}
	if half {
		text.Truncate(text.Len() / 2)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(out.status)
	_, _ = w.Write(text.Bytes())
}

// contentType tells JSON from a page for what a fault answers.
func contentType(body string) string {
	if json.Valid([]byte(body)) {
		return "application/json"
	}
	return "text/html; charset=utf-8"
}
