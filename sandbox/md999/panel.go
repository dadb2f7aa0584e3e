package md999

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

//go:embed panel.html
var panelPage string

var panelTemplate = template.Must(template.New("panel").Parse(panelPage))

// shownRequests is how many of the last requests the panel shows.
const shownRequests = 15

// Panel serves a page for people: accounts, balances, adverts with what they
// hold, the last requests, and buttons that change states and balances. All
// its links are relative, so it may stand under any prefix that ends with a
// slash. It shows keys in full: they open nothing but this sandbox.
func (s *Server) Panel() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPanel)
	mux.HandleFunc("GET /image", s.showImage)
	mux.HandleFunc("POST /state", s.pressState)
	mux.HandleFunc("POST /balance", s.pressBalance)
	mux.HandleFunc("POST /access", s.pressAccess)
	return http.NewCrossOriginProtection().Handler(mux)
}

type panelView struct {
	Accounts []accountView
	Requests []Request
	States   []State
}

type accountView struct {
	Account
	Total   int // spent so far
	Adverts []advertView
}

type advertView struct {
	Advert
	Place   string // category and offer type
	Price   string
	Lines   []lineView
	Images  []string
	PostedT string
}

type lineView struct{ ID, Title, Value string }

func (s *Server) showPanel(w http.ResponseWriter, _ *http.Request) {
	var page bytes.Buffer
	if err := panelTemplate.Execute(&page, s.panelView()); err != nil {
		http.Error(w, "the page cannot be drawn", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(page.Bytes())
}

func (s *Server) panelView() panelView {
	s.mu.Lock()
	defer s.mu.Unlock()
	view := panelView{States: States}
	for _, key := range sortedKeys(s.accounts) {
		a := accountView{Account: s.accounts[key].copy()}
		slices.Reverse(a.Spent)
		for _, c := range a.Spent {
			a.Total += c.Amount
		}
		for _, id := range slices.Backward(sortedKeys(s.adverts)) {
			if s.adverts[id].Key == key {
				a.Adverts = append(a.Adverts, s.advertView(s.adverts[id]))
			}
		}
		view.Accounts = append(view.Accounts, a)
	}
	for _, r := range slices.Backward(s.requests) {
		if len(view.Requests) == shownRequests {
			break
		}
		seen := *r
		seen.At = seen.At.In(chisinau)
		view.Requests = append(view.Requests, seen)
	}
	return view
}

// advertView spells an advert out in Russian. The lock is held.
func (s *Server) advertView(a *advert) advertView {
	view := advertView{Advert: s.copyOf(a), PostedT: a.Posted.In(chisinau).Format("2.01.2006 15:04")}
	form := s.formOf(a)
	if form == nil {
		return view
	}
	category, sub, _ := s.catalogue.path(a.CategoryID, a.SubcategoryID, "")
	view.Place = category.Title.Ru + " › " + sub.Title.Ru + " › " + form.Title.Ru
	for _, v := range view.Features {
		f := form.feature(v.ID)
		switch {
		case f == nil:
		case f.Type == TypeImages:
			for _, id := range v.Value.([]string) {
				view.Images = append(view.Images, imageName(id))
			}
		default:
			line := lineView{ID: f.ID, Title: f.Title.Ru, Value: spell(a, form, f, v)}
			if f.ID == "2" {
				view.Price = line.Value
			}
			view.Lines = append(view.Lines, line)
		}
	}
	return view
}

// spell writes a value for people.
func spell(a *advert, form *OfferType, f *Feature, v Value) string {
	switch value := v.Value.(type) {
	case bool:
		return "да"
	case []string:
		return strings.Join(value, ", ")
	case string:
		if option := pick(form.options(f, a.chosen), value); option != nil && f.Type == TypeDropDown {
			return option.Title.Ru
		}
		return value
	default:
		return strings.TrimSpace(fmt.Sprint(value, " ", v.Unit))
	}
}

func (s *Server) showImage(w http.ResponseWriter, r *http.Request) {
	picture := s.Image(r.FormValue("id"))
	if picture == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(picture)) // an image: uploads are decoded
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(picture)
}

func (s *Server) pressState(w http.ResponseWriter, r *http.Request) {
	state := State(r.PostFormValue("state"))
	var reasons []Reason
	if state == Blocked {
		reasons = []Reason{Illegal}
	}
	if err := s.SetState(r.PostFormValue("advert"), state, reasons...); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	back(w, "advert-"+r.PostFormValue("advert"))
}

func (s *Server) pressBalance(w http.ResponseWriter, r *http.Request) {
	balance, err := strconv.Atoi(r.PostFormValue("balance"))
	if err != nil || balance < 0 {
		http.Error(w, "the balance must be a whole number of MDL", http.StatusBadRequest)
		return
	}
	s.SetBalance(r.PostFormValue("key"), balance)
	back(w, "")
}

// pressAccess revokes a key, or lets it in again.
func (s *Server) pressAccess(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if a := s.accounts[r.PostFormValue("key")]; a != nil {
		a.Revoked = r.PostFormValue("revoked") == "true"
	}
	s.mu.Unlock()
	back(w, "")
}

// back returns to the page. The location is relative to the address the
// browser asked for, which a prefix may have been cut from.
func back(w http.ResponseWriter, anchor string) {
	location := "./"
	if anchor != "" {
		location += "#" + anchor
	}
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}
