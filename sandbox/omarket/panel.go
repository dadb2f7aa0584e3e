package omarket

import (
	_ "embed" // the page
	"net/http"
	"slices"
	"strings"

	"bazarbot/sandbox/stand"
)

//go:embed panel.html
var panelPage string

var panelTemplate = stand.ParsePanel(panelPage)

// Panel serves a page for people: the text messages the market sent, accounts,
// ads with what they hold, the last requests, and buttons that decide about
// ads, end sessions and take the market down. All its links are relative, so
// it may stand under any prefix that ends with a slash. It shows codes and
// numbers in full: they open nothing but this sandbox.
func (s *Server) Panel() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showPanel)
	mux.HandleFunc("GET /image", s.showImage)
	mux.HandleFunc("POST /decide", s.pressDecide)
	mux.HandleFunc("POST /end", s.pressEnd)
	mux.HandleFunc("POST /down", s.pressDown)
	return http.NewCrossOriginProtection().Handler(mux)
}

type panelView struct {
	Down     bool
	Outbox   []SMS // the newest first
	Accounts []accountView
	First    []adView // ads of the first sellers
	Requests []Request
	Choices  []Status
}

type accountView struct {
	Account
	Ads []adView // the newest first
}

type adView struct {
	Ad
	Place   string // category › category
	Cost    string
	Where   string
	Lines   []lineView
	Waiting bool
	Draft   bool
	Until   string // when it opens
}

type lineView struct{ Title, Value string }

func (s *Server) showPanel(w http.ResponseWriter, _ *http.Request) {
	stand.ShowPanel(w, panelTemplate, s.panelView())
}

func (s *Server) panelView() panelView {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moderate()
	view := panelView{
		Down: s.Down(), Requests: s.Last(bishkek), Choices: []Status{Active, Cancelled, Disabled, Moderate},
	}
	for _, sms := range slices.Backward(s.outbox) {
		sms.At = sms.At.In(bishkek)
		view.Outbox = append(view.Outbox, sms)
	}
	ads := map[string][]adView{}
	for _, uuid := range slices.Backward(s.uuids()) {
		a := s.ads[uuid]
		ads[a.Author] = append(ads[a.Author], s.adView(a))
		if s.accounts[a.Author].founder {
			view.First = append(view.First, s.adView(a))
		}
	}
	for _, a := range s.visibleAccounts() {
		view.Accounts = append(view.Accounts, accountView{Account: a, Ads: ads[a.MSISDN]})
	}
	return view
}

// adView spells an ad out. The lock is held.
func (s *Server) adView(a *ad) adView {
	view := adView{
		Ad: a.clone(), Cost: strings.TrimSpace(a.Price + " " + a.Currency), Where: s.locationOf(a.Location)["name"].(string),
		Waiting: a.Status == Moderate, Draft: a.Status == Initial,
	}
	switch {
	case a.ContractPrice:
		view.Cost = "договорная"
	case a.Price == "":
		view.Cost = ""
	}
	if !a.Opens.IsZero() {
		view.Until = a.Opens.In(bishkek).Format("2.01.2006 15:04")
	}
	var way []string
	for _, c := range s.catalogue.trail(a.Category) {
		way = append(way, c.Name)
	}
	view.Place = strings.Join(way, " › ")
	add := func(title, value string) {
		if value != "" {
			view.Lines = append(view.Lines, lineView{title, value})
		}
	}
	for _, v := range a.Filters {
		if f := s.catalogue.filter(v.ID); f != nil {
			add(f.Label, strings.Join(f.titles(v.Value), ", "))
		}
	}
	add("Описание", a.Description)
	add("WhatsApp", a.WhatsApp)
	add("Telegram", a.Telegram)
	if a.Delivery {
		add("Доставка", "да")
	}
	return view
}

func (s *Server) showImage(w http.ResponseWriter, r *http.Request) {
	stand.ShowImage(w, r, s.Image(r.FormValue("path")))
}

func (s *Server) pressDecide(w http.ResponseWriter, r *http.Request) {
	uuid := r.PostFormValue("ad")
	if err := s.Decide(uuid, Status(r.PostFormValue("status")), r.PostFormValue("commentary")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	stand.BackToPanel(w, "ad-"+uuid)
}

func (s *Server) pressEnd(w http.ResponseWriter, r *http.Request) {
	s.EndSessions(r.PostFormValue("account"))
	stand.BackToPanel(w, "")
}

func (s *Server) pressDown(w http.ResponseWriter, r *http.Request) {
	s.SetDown(r.PostFormValue("down") == "true")
	stand.BackToPanel(w, "")
}
