package telegram

import (
	"net/http"
	"strings"
	"testing"
)

func TestWaysToSendParameters(t *testing.T) {
	t.Parallel()
	b := start(t, Options{})
	p := b.seller()
	multipart := "--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n42\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nтри\r\n--x--\r\n"
	for kind, body := range map[string]string{
		"application/json; charset=utf-8":   `{"chat_id":42,"text":"раз","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}}`,
		"application/x-www-form-urlencoded": "chat_id=42&text=%D0%B4%D0%B2%D0%B0",
		"multipart/form-data; boundary=x":   multipart,
	} {
		if a := b.do("sendMessage", kind, strings.NewReader(body)); !a.OK {
			t.Errorf("%s: %s", kind, a.Description)
		}
	}
	if resp, body := b.get("/bot" + b.srv.Token() + "/sendMessage?chat_id=42&text=four"); resp.StatusCode != http.StatusOK {
		t.Errorf("GET: %s", body)
	}
	if n := len(p.Messages()); n != 5 {
		t.Errorf("%d messages:\n%s", n, Transcript(p.Messages(), 0))
	}
	for kind, body := range map[string]string{
		"application/json":                  "{",
		"application/x-www-form-urlencoded": "text=%zz",
		"multipart/form-data; boundary=x":   "--x\r\nContent-Disposition",
	} {
		if a := b.do("sendMessage", kind, strings.NewReader(body)); a.Code != http.StatusBadRequest {
			t.Errorf("%s %q: %+v", kind, body, a)
		}
	}
}
