package md999

import (
	_ "embed" // the page
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bazarbot/sandbox/stand"
)

//go:embed panel.html
var panelPage string

var panelTemplate = stand.ParsePanel(panelPage)

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
	stand.ShowPanel(w, panelTemplate, s.panelView())
}

func (s *Server) panelView() panelView {
	s.mu.Lock()
	defer s.mu.Unlock()
	view := panelView{Requests: s.Last(chisinau), States: States}
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
	stand.ShowImage(w, r, s.Image(r.FormValue("id")))
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
	stand.BackToPanel(w, "advert-"+r.PostFormValue("advert"))
}

func (s *Server) pressBalance(w http.ResponseWriter, r *http.Request) {
	balance, err := strconv.Atoi(r.PostFormValue("balance"))
	if err != nil || balance < 0 {
		http.Error(w, "the balance must be a whole number of MDL", http.StatusBadRequest)
		return
	}
	s.SetBalance(r.PostFormValue("key"), balance)
	stand.BackToPanel(w, "")
}

// pressAccess revokes a key, or lets it in again.
func (s *Server) pressAccess(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if a := s.accounts[r.PostFormValue("key")]; a != nil {
		a.Revoked = r.PostFormValue("revoked") == "true"
	}
	s.mu.Unlock()
	stand.BackToPanel(w, "")
}
