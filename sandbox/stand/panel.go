package stand

import (
	"bytes"
	_ "embed" // what the pages share
	"html/template"
	"net/http"
)

//go:embed shell.html
var shell string

// ParsePanel reads a stand-in's page for people. It may use what shell.html
// defines: "style", which wants --brand to be set, and "requests", for what
// Last gives.
func ParsePanel(page string) *template.Template {
	return template.Must(template.Must(template.New("shell").Parse(shell)).New("panel").Parse(page))
}

// ShowPanel draws the page. It runs no scripts and loads nothing from elsewhere.
func ShowPanel(w http.ResponseWriter, panel *template.Template, view any) {
	var page bytes.Buffer
	if err := panel.Execute(&page, view); err != nil {
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes())
}

// ShowImage sends a picture to the page; nil is not found. What it gets was
// decoded when it was uploaded, so it is an image.
func ShowImage(w http.ResponseWriter, r *http.Request, picture []byte) {
	if picture == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(picture))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(picture)
}

// BackToPanel ends a press of a button. The location is relative to the address
// the browser asked for, which a prefix may have been cut from.
func BackToPanel(w http.ResponseWriter, anchor string) {
	location := "./"
	if anchor != "" {
		location += "#" + anchor
	}
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}
