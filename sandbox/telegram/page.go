package telegram

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// pagePolicy keeps the page to its own files: what people and bots write can
// load and run nothing.
const pagePolicy = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'"

// DemoAdmin is the one of DemoPeople who is meant to be the bot's admin.
const DemoAdmin = 1004

// DemoPeople are people to chat as: one for each language of the bot, and its
// admin to be.
func DemoPeople() []Profile {
	return []Profile{
		{ID: 1001, FirstName: "Продавец", LanguageCode: "ru", Phone: "+37369100001"},
		{ID: 1002, FirstName: "Vânzător", LanguageCode: "ro", Phone: "+37369100002"},
		{ID: 1003, FirstName: "Сатуучу", LanguageCode: "ky", Phone: "+996700100003"},
		{ID: DemoAdmin, FirstName: "Admin", LanguageCode: "ru", Phone: "+37369100004"},
	}
}

// maxListed is how many people the page offers.
const maxListed = 100

func (s *Server) pageRoutes() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	mux := http.NewServeMux()
	mux.Handle("/", withPolicy(http.FileServerFS(files)))
	mux.HandleFunc("GET /api/about", s.pageAbout)
	mux.HandleFunc("GET /api/people/{id}/events", s.asPerson(s.pageEvents))
	mux.HandleFunc("GET /api/people/{id}/state", s.asPerson(func(w http.ResponseWriter, _ *http.Request, p *Person) error {
		writeJSON(w, http.StatusOK, p.state())
		return nil
	}))
	mux.HandleFunc("GET /api/people/{id}/files/{file}", s.asPerson(s.pageFile))
	for name, act := range pageActions {
		mux.HandleFunc("POST /api/people/{id}/"+name, s.asPerson(func(w http.ResponseWriter, r *http.Request, p *Person) error {
			if err := act(p, r); err != nil {
				return err
			}
			w.WriteHeader(http.StatusNoContent)
			return nil
		}))
	}
	mux.HandleFunc("GET /api/calls", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Calls()) })
	mux.HandleFunc("GET /api/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.Faults()) })
	mux.HandleFunc("POST /api/faults", s.pageFault)
	mux.HandleFunc("DELETE /api/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	for i, panel := range s.opts.Panels {
		prefix := panelPath(i)
		mux.Handle(prefix, http.StripPrefix(strings.TrimSuffix(prefix, "/"), panel.Handler))
	}
	return http.NewCrossOriginProtection().Handler(mux) // other sites open in the browser cannot chat here
}

func panelPath(i int) string { return "/panels/" + strconv.Itoa(i) + "/" }

func withPolicy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", pagePolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// asPerson finds the person of the path.
func (s *Server) asPerson(do func(http.ResponseWriter, *http.Request, *Person) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
		p := s.person(id)
		if err != nil || p == nil {
			http.Error(w, "there is no such person", http.StatusNotFound)
			return
		}
		if err := do(w, r, p); err != nil {
			http.Error(w, plainError(err), http.StatusBadRequest)
		}
	}
}

// plainError says to a person in the page what the API says to a bot.
func plainError(err error) string {
	var no *refusal
	if errors.As(err, &no) {
		return strings.TrimPrefix(no.description, "Bad Request: ")
	}
	return err.Error()
}

type pagePerson struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

type pagePanel struct {
	Title string `json:"title"`
	Path  string `json:"path"`
}

// pageAbout tells the page whom it can show.
func (s *Server) pageAbout(w http.ResponseWriter, _ *http.Request) {
	about := struct {
		Name     string       `json:"name"`
		Username string       `json:"username"`
		People   []pagePerson `json:"people"`
		Panels   []pagePanel  `json:"panels"`
	}{Name: s.bot.FirstName, Username: s.bot.Username, People: []pagePerson{}, Panels: []pagePanel{}}
	s.people.Range(func(_, v any) bool {
		p := v.(*Person)
		about.People = append(about.People, pagePerson{p.user.ID, strings.TrimSpace(p.user.FirstName + " " + p.user.LastName), p.user.LanguageCode})
		return true
	})
	slices.SortFunc(about.People, func(a, b pagePerson) int { return int(a.ID - b.ID) })
	about.People = about.People[:min(len(about.People), maxListed)]
	for i, panel := range s.opts.Panels {
		about.Panels = append(about.Panels, pagePanel{panel.Title, panelPath(i)})
	}
	writeJSON(w, http.StatusOK, about)
}

// pageEvents streams the person's chat: its state now and after each change.
func (s *Server) pageEvents(w http.ResponseWriter, r *http.Request, p *Person) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	for {
		p.chat.mu.Lock()
		changed := p.chat.watch()
		p.chat.mu.Unlock()
		body, err := json.Marshal(p.state())
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", body); err != nil {
			return nil // the page was closed
		}
		if err := out.Flush(); err != nil {
			return nil
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return nil
		case <-s.ctx.Done():
			return nil
		}
	}
}

// pageFile shows a photo or gives a document to keep; nothing runs from here.
func (s *Server) pageFile(w http.ResponseWriter, r *http.Request, p *Person) error {
	f := s.files.get(r.PathValue("file"))
	if f == nil || !p.sees(f.id) {
		http.NotFound(w, r)
		return nil
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "private, max-age=86400")
	if f.kind == kindPhoto {
		w.Header().Set("Content-Type", "image/jpeg")
	} else {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.name))
	}
	_, err := w.Write(f.data)
	return err
}

// pageActions are what a person can do in the page, by the last part of the path.
var pageActions = map[string]func(*Person, *http.Request) error{
	"send":     pageSend,
	"press":    func(p *Person, r *http.Request) error { return p.Press(formID(r), r.FormValue("data")) },
	"tap":      func(p *Person, r *http.Request) error { return p.PressText(r.FormValue("label")) },
	"edit":     func(p *Person, r *http.Request) error { return p.Edit(formID(r), r.FormValue("text")) },
	"delete":   func(p *Person, r *http.Request) error { return p.Delete(formID(r)) },
	"contact":  func(p *Person, r *http.Request) error { p.Contact(r.FormValue("own") != "false"); return nil },
	"sticker":  func(p *Person, _ *http.Request) error { p.Sticker(); return nil },
	"voice":    func(p *Person, _ *http.Request) error { p.Voice(); return nil },
	"location": func(p *Person, _ *http.Request) error { p.Location(47.0245, 28.8323); return nil },
	"block":    func(p *Person, _ *http.Request) error { p.Block(); return nil },
	"unblock":  func(p *Person, _ *http.Request) error { p.Unblock(); return nil },
}

func formID(r *http.Request) int64 {
	id, err := strconv.ParseInt(r.FormValue("message"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// pageSend sends a text, photos (two and more as albums of up to ten) or files.
func pageSend(p *Person, r *http.Request) error {
	if err := r.ParseMultipartForm(maxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	text := r.FormValue("text")
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		p.Send(text)
		return nil
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	var photos [][]byte
	for _, header := range r.MultipartForm.File["file"] {
		data, err := readPart(header)
		if err != nil {
			return err
		}
		if r.FormValue("as") == "file" {
			p.DocumentWith(header.Filename, header.Header.Get("Content-Type"), data, text)
			text = ""
			continue
		}
		photos = append(photos, data)
	}
	for album := range slices.Chunk(photos, 10) {
		var err error
		if len(album) == 1 {
			_, err = p.Photo(album[0], text)
		} else {
			_, err = p.Album(album, text)
		}
		if err != nil {
			return err
		}
		text = ""
	}
	return nil
}

func readPart(header *multipart.FileHeader) ([]byte, error) {
	f, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// pageFault sets a fault from JSON; see Fault for its members.
func (s *Server) pageFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		http.Error(w, "a fault is JSON: "+err.Error(), http.StatusBadRequest)
		return
	}
	switch f.Kind {
	case FaultTooMany, FaultServer, FaultLostBefore, FaultLostAfter, FaultDelay, FaultRefuse:
	default:
		http.Error(w, "unknown kind of fault", http.StatusBadRequest)
		return
	}
	f.Delay = min(f.Delay, time.Minute)
	s.Inject(f)
	w.WriteHeader(http.StatusNoContent)
}
