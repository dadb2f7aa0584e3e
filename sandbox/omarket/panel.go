package omarket

import (
	"bytes"
	_ "embed" // the page
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed panel.html
var panelPage string

var panelTemplate = template.Must(template.New("panel").Parse(panelPage))

// shownRequests is how many of the last requests the panel shows.
const shownRequests = 15

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
	s.moderate()
	view := panelView{Down: s.down, Choices: []Status{Active, Cancelled, Disabled, Moderate}}
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
	for _, r := range slices.Backward(s.requests) {
		if len(view.Requests) == shownRequests {
			break
		}
		seen := *r
		seen.At = seen.At.In(bishkek)
		view.Requests = append(view.Requests, seen)
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
	picture := s.Image(r.FormValue("path"))
	if picture == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", http.DetectContentType(picture)) // an image: uploads are decoded
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(picture)
}

func (s *Server) pressDecide(w http.ResponseWriter, r *http.Request) {
	uuid := r.PostFormValue("ad")
	if err := s.Decide(uuid, Status(r.PostFormValue("status")), r.PostFormValue("commentary")); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	back(w, "ad-"+uuid)
}

func (s *Server) pressEnd(w http.ResponseWriter, r *http.Request) {
	s.EndSessions(r.PostFormValue("account"))
	back(w, "")
}

func (s *Server) pressDown(w http.ResponseWriter, r *http.Request) {
	s.SetDown(r.PostFormValue("down") == "true")
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
