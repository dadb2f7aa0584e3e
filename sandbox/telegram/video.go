package telegram

import "net/http"

// Video is a video. Section: #video
type Video struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Seconds  int    `json:"duration"`
	Name     string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Bytes    int    `json:"file_size"`
}

const kindVideo fileKind = "Video"

func (f *file) video() *Video {
	return &Video{FileID: f.id, UniqueID: f.uniqueID, Width: 640, Height: 360, Seconds: 3, Name: f.name, MIME: f.mime, Bytes: len(f.data)}
}

// Video sends a video of three seconds; what is in data is not looked at.
func (p *Person) Video(data []byte, caption string) int64 {
	f := p.srv.files.add(file{kind: kindVideo, name: "video.mp4", mime: "video/mp4", data: data})
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	return p.write(p.captioned(&Message{Video: f.video()}, caption))
}

// sendVideo: #sendvideo
func (s *Server) sendVideo(_ *http.Request, q *request) (any, error) {
	return s.sendMedia(q, "video", s.video)
}

// video puts a known video into the message; this server takes none by upload.
func (s *Server) video(m *Message, up *upload, fileID string) error {
	if up != nil {
		return badRequest("this server takes videos by their file_id only")
	}
	f, err := s.known(fileID, kindVideo)
	if err == nil {
		m.Video = f.video()
	}
	return err
}

// mixes reports whether an album may hold both kinds: only photos and videos
// stand together. Section: #sendmediagroup
func mixes(a, b string) bool {
	visual := func(kind string) bool { return kind == "photo" || kind == "video" }
	return a == b || visual(a) && visual(b)
}
