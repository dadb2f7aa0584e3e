package omarket

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // one of the two formats the market takes
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
)

// maxPixels keeps a small file from unfolding into gigabytes.
const maxPixels = 100_000_000

func (s *Server) uploadImage(c *call) reply {
	a := s.owned(c)
	if a == nil {
		return noSuchAd()
	}
	path, out, stored := s.store(c, "ads")
	if !stored {
		return out
	}
	if len(a.Images) >= maxImages {
		delete(s.images, path)
		return refusedImage(fmt.Sprintf("Не более %d изображений.", maxImages))
	}
	a.Uploads++
	a.uploaded = append(a.uploaded, path)
	a.Images = append(slices.Clip(a.Images), path)
	return ok(object{"url": c.base() + path}, "Uploaded")
}

func refusedImage(text string) reply {
	return fail(http.StatusBadRequest, object{"image": []string{text}})
}

// store keeps the picture of a form in a folder and gives its path, or the
// answer why not.
func (s *Server) store(c *call, folder string) (string, reply, bool) {
	data, complaint := formImage(c)
	if complaint != "" {
		return "", refusedImage(complaint), false
	}
	if int64(len(data)) > s.maxImage {
		return "", page(http.StatusRequestEntityTooLarge), false
	}
	format, whole := decodeImage(data)
	if !whole {
		return "", refusedImage("Загрузите корректное изображение JPEG или PNG."), false
	}
	path := "/media/" + folder + "/" + randomHex(25) + "." + strings.ToUpper(format)
	s.images[path] = data
	return path, reply{}, true
}

// formImage reads the only part of the form, which must be a file named
// "image", or tells what is wrong with the form.
func formImage(c *call) ([]byte, string) {
	_, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	var data []byte
	found := false
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "Ошибка чтения формы."
		}
		if part.FormName() != "image" || part.FileName() == "" || found {
			return nil, "Ожидался один файл в поле image."
		}
		if data, err = io.ReadAll(part); err != nil {
			return nil, "Ошибка чтения формы."
		}
		found = true
	}
	if !found {
		return nil, "Файл не был загружен."
	}
	return data, ""
}

// decodeImage tells the format of a picture, if it is a whole one the market
// takes.
func decodeImage(data []byte) (string, bool) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "jpeg" && format != "png" || config.Width*config.Height > maxPixels {
		return "", false
	}
	_, _, err = image.Decode(bytes.NewReader(data))
	return format, err == nil
}

func (s *Server) removeImage(c *call) reply {
	a := s.owned(c)
	if a == nil {
		return noSuchAd()
	}
	b := readBody(c.body, []string{"url"}, nil)
	address := b.text("url", 2000)
	if !b.wrong.none() {
		return fail(http.StatusBadRequest, b.wrong.details())
	}
	path, ours := strings.CutPrefix(address, c.base())
	if !ours || !slices.Contains(a.uploaded, path) {
		return s.noSuchImage()
	}
	is := func(other string) bool { return other == path }
	a.uploaded = slices.DeleteFunc(a.uploaded, is)
	a.Images = slices.DeleteFunc(a.Images, is)
	delete(s.images, path)
	return ok("Successfully deleted", "")
}

func (s *Server) noSuchImage() reply {
	return failed(s.quirks.failStatus(), "Image not found", "")
}

func (s *Server) sendImage(c *call) reply {
	picture := s.picture(c.URL.Path)
	if picture == nil {
		return page(http.StatusNotFound)
	}
	return reply{Status: http.StatusOK, Raw: string(picture), Kind: http.DetectContentType(picture)}
}

// picture gives the bytes of a path, or nil. Those of the first sellers are
// drawn when they are first asked for.
func (s *Server) picture(path string) []byte {
	if known, there := s.images[path]; known != nil || !there {
		return known
	}
	s.images[path] = drawn(path)
	return s.images[path]
}

// drawn makes up a picture: bands of a colour of its own.
func drawn(name string) []byte {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name))
	hue := sum.Sum32()
	const width, height, bands = 480, 360, 6
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range bands {
		light := uint8(40 + 25*i)
		band := color.RGBA{uint8(hue)/2 + light/2, uint8(hue>>8)/2 + light/2, uint8(hue>>16)/2 + light/2, 255}
		stripe := image.Rect(0, i*height/bands, width, (i+1)*height/bands)
		draw.Draw(canvas, stripe, image.NewUniform(band), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, canvas, nil); err != nil {
		panic(err) // a buffer takes all
	}
	return out.Bytes()
}

// Image gives the bytes of a picture by its path or address, or nil.
func (s *Server) Image(address string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, path, found := strings.Cut(address, "/media/"); found {
		address = "/media/" + path
	}
	return bytes.Clone(s.picture(address))
}

// uploadAvatar replaces the picture of an account.
func (s *Server) uploadAvatar(c *call) reply {
	path, out, stored := s.store(c, "ads-avatar")
	if !stored {
		return out
	}
	delete(s.images, c.account.Avatar)
	c.account.Avatar = path
	return ok(object{"url": c.base() + path}, "Uploaded")
}

func (s *Server) removeAvatar(c *call) reply {
	if c.account.Avatar == "" {
		return s.noSuchImage()
	}
	delete(s.images, c.account.Avatar)
	c.account.Avatar = ""
	return ok("Successfully deleted", "")
}
