package telegram

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sizes in bytes. Sections: #sending-files, #getfile
const (
	maxPhoto    = 10 << 20
	maxDocument = 50 << 20
	maxDownload = 20 << 20
)

// fileKind is what a file may be sent as again.
type fileKind string

const (
	kindPhoto    fileKind = "Photo"
	kindDocument fileKind = "Document"
	kindSticker  fileKind = "Sticker"
	kindVoice    fileKind = "VoiceNote"
)

// file is a stored file. It never changes.
type file struct {
	id, uniqueID string
	kind         fileKind
	name, mime   string
	path         string // as getFile tells it
	data         []byte
	photo        *Photo // kindPhoto: the picture this is a size of
}

// fileStore holds all files. The same content of the same kind is stored once;
// its file ids belong to the bot, its unique ids are the same for every bot.
type fileStore struct {
	token []byte

	mu       sync.RWMutex
	byID     map[string]*file
	byPath   map[string]*file
	seen     map[string]*file // by kind, name and content
	pictures map[[32]byte]*Photo
}

func newFileStore(token string) *fileStore {
	return &fileStore{
		token: []byte(token), byID: map[string]*file{}, byPath: map[string]*file{},
		seen: map[string]*file{}, pictures: map[[32]byte]*Photo{},
	}
}

// add stores content. f's ids and path are filled in; what is stored already is
// given back instead.
func (fs *fileStore) add(f file) *file {
	sum := sha256.Sum256(f.data)
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.put(f, string(f.kind)+string(sum[:]))
}

// put is add for a holder of the lock; unique stands for kind and content.
func (fs *fileStore) put(f file, unique string) *file {
	key := unique + f.name + "\x00" + f.mime
	if old, ok := fs.seen[key]; ok {
		return old
	}
	f.uniqueID = "AQAD" + base64.RawURLEncoding.EncodeToString(digest(nil, unique)[:8])
	f.id = "AgACAgIAAxk" + base64.RawURLEncoding.EncodeToString(digest(fs.token, key))
	f.path = fmt.Sprintf("%ss/file_%d%s", strings.ToLower(string(f.kind)), len(fs.byID), f.extension())
	fs.byID[f.id], fs.byPath[f.path], fs.seen[key] = &f, &f, &f
	return &f
}

func digest(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func (f *file) extension() string {
	if f.kind == kindPhoto {
		return ".jpg"
	}
	if ext := path.Ext(f.name); ext != "" {
		return ext
	}
	if all, err := mime.ExtensionsByType(f.mime); err == nil && len(all) > 0 {
		return all[0]
	}
	return ""
}

func (fs *fileStore) get(id string) *file {
	fs.mu.RLock()
	defer fs.mu.RUnlock()
	return fs.byID[id]
}

func (fs *fileStore) at(path string) *file {
	fs.mu.RLock()
	defer fs.mu.RUnlock()
	return fs.byPath[path]
}

// addPhoto stores a picture in its sizes. Making them is dear, so that the same
// picture is made ready only once.
func (fs *fileStore) addPhoto(data []byte) (*Photo, error) {
	sum := sha256.Sum256(data)
	fs.mu.RLock()
	photo := fs.pictures[sum]
	fs.mu.RUnlock()
	if photo != nil {
		return photo, nil
	}
	sizes, err := makeSizes(data)
	if err != nil {
		return nil, err
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if photo := fs.pictures[sum]; photo != nil {
		return photo, nil
	}
	photo = &Photo{}
	for i, size := range sizes {
		f := fs.put(file{kind: kindPhoto, mime: "image/jpeg", data: size.jpeg, photo: photo},
			fmt.Sprintf("photo %x %d", sum, i))
		photo.Sizes = append(photo.Sizes, PhotoSize{
			FileID: f.id, UniqueID: f.uniqueID, Width: size.width, Height: size.height, Bytes: len(f.data),
		})
	}
	fs.pictures[sum] = photo
	return photo, nil
}

// addDocument stores a file as it came.
func (fs *fileStore) addDocument(name, mimeType string, data []byte) *Document {
	f := fs.add(file{kind: kindDocument, name: name, mime: mimeType, data: data})
	return f.document()
}

func (f *file) document() *Document {
	return &Document{FileID: f.id, UniqueID: f.uniqueID, Name: f.name, MIME: f.mime, Bytes: len(f.data)}
}

// File gives the content of a file the bot knows by its id.
func (s *Server) File(fileID string) ([]byte, bool) {
	f := s.files.get(fileID)
	if f == nil {
		return nil, false
	}
	return f.data, true
}

// wireFile is the result of getFile. Section: #file
type wireFile struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Bytes    int    `json:"file_size"`
	Path     string `json:"file_path"`
}

// getFile: #getfile. Bots can download files of up to 20 MB.
func (s *Server) getFile(_ *http.Request, q *request) (any, error) {
	f := s.files.get(q.values["file_id"])
	if f == nil {
		return nil, errInvalidFileID
	}
	if len(f.data) > maxDownload {
		return nil, badRequest("file is too big")
	}
	return wireFile{FileID: f.id, UniqueID: f.uniqueID, Bytes: len(f.data), Path: f.path}, nil
}

// serveFile answers /file/bot<token>/<path>. Section: #file
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token, where, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	if !hmac.Equal([]byte(token), []byte(s.token)) {
		writeError(w, errUnauthorized)
		return
	}
	call := &Call{At: time.Now(), Method: "download", Params: map[string]string{"file_path": where}}
	s.calls.begin(call)
	fault, faulty := s.faults.next(call.Method, 0)
	if s.opts.Before != nil {
		s.opts.Before(*call)
	}
	if faulty && s.failBefore(w, r, call, fault) {
		return
	}
	f := s.files.at(where)
	if f == nil {
		s.calls.end(call, http.StatusNotFound, "Not Found", 0, false)
		writeError(w, &refusal{code: http.StatusNotFound, description: "Not Found"})
		return
	}
	done := s.calls.end(call, http.StatusOK, "", 0, false)
	if s.opts.After != nil {
		s.opts.After(done)
	}
	if faulty && fault.Kind == FaultLostAfter {
		s.cutDownload(w, f)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.data))
}

// cutDownload closes the connection in the middle of a file.
func (s *Server) cutDownload(w http.ResponseWriter, f *file) {
	w.Header().Set("Content-Length", strconv.Itoa(len(f.data)))
	_, _ = w.Write(f.data[:len(f.data)/2])
	panic(http.ErrAbortHandler)
}
