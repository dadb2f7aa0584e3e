// Package standtest is what the tests of the stand-ins share: requests and what
// comes back, pictures, a page in a browser, a clock.
package standtest

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Do sends a request and gives the answer, its body without white space around
// it. Without an answer the test fails, but goes on: it may ask from many
// goroutines.
func Do(t testing.TB, client *http.Client, request *http.Request) (status int, header http.Header, body string) {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0, nil, ""
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, response.Header, strings.TrimSpace(string(data))
}

// Request makes a request with a body in JSON, or with none for "".
func Request(t testing.TB, method, address, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
}

// Lost sends a request whose answer must be lost.
func Lost(t testing.TB, client *http.Client, request *http.Request) {
	t.Helper()
	if response, err := client.Do(request); err == nil {
		response.Body.Close()
		t.Errorf("%s %s was answered: %d", request.Method, request.URL.Path, response.StatusCode)
	}
}

// Upload makes the request that uploads a picture.
func Upload(t testing.TB, address, field, name string, picture []byte) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(picture)
	_ = form.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	return request
}

// Picture draws a small PNG; each shade is another picture.
func Picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.Set(3, 3, color.Gray{shade})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Decoded reads a JSON object.
func Decoded(t testing.TB, body string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return o
}

// Browse serves a page for people under a prefix, and gives its address and a
// browser.
func Browse(t testing.TB, panel http.Handler) (base string, browser *http.Client) {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/market", panel))
	t.Cleanup(server.Close)
	return server.URL + "/market/", server.Client()
}

// Read gives what a browser was answered.
func Read(t testing.TB, response *http.Response, err error) (status int, body string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(data)
}

// RefusesOtherSites checks that a page elsewhere cannot press a button of the
// panel, which takes form.
func RefusesOtherSites(t testing.TB, panel http.Handler, button, form string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+button, strings.NewReader(form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	answer := httptest.NewRecorder()
	panel.ServeHTTP(answer, request)
	if answer.Code != http.StatusForbidden {
		t.Errorf("status %d", answer.Code)
	}
}
