package main

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// TestE2ESecrets has a whole conversation, with all that can be logged being
// logged, and looks for what people wrote in the database's files and the log.
func TestE2ESecrets(t *testing.T) {
	t.Parallel()
	const wrongKey = "a-wrong-key-of-nobody"
	w := newWorld(t, townOptions{}, "LOG_LEVEL=debug")
	w.start()
	s := w.seller("ru")
	s.command("start")
	s.sees("home.greeting")
	s.presses("button.new_ad")
	s.sees("field.api_key")
	s.say(wrongKey)
	s.sees("market.bad_credentials")
	s.say(demoKey)
	s.sees("connect.done")
	ad := s.ad()
	s.picks(ad.category, ad.subcategory, ad.offer)
	s.sees("ask.title")
	s.answersTexts()
	s.finishesAd()
	s.holdsNoMessage(wrongKey)
	s.holdsNoMessage(demoKey)
	w.town.md999.SetDown(true) // a fault is logged too
	s.presses("button.publish_for")
	s.sees("publish.waiting")
	w.town.md999.SetDown(false)
	s.sees("publish.done")
	s.presses("button.my_ads")
	s.reads(s.text("ads.heading"), adTitle)
	s.command("new") // a second ad stays a draft
	s.sees("button.same_as_last")
	s.presses("button.same_as_last")
	s.sees("ask.title")
	s.say(adTitle)
	s.sees("ask.description")
	w.stop()

	secrets := map[string]string{
		"the API key":           demoKey,
		"the key as it is sent": base64.StdEncoding.EncodeToString([]byte(demoKey + ":")),
		"the wrong key":         wrongKey,
		"the bot's token":       w.town.telegram.Token(),
		"the token's secret":    strings.SplitN(w.town.telegram.Token(), ":", 2)[1],
		"the ad's title":        adTitle,
		"the ad's text":         "Works, one owner.",
		"the phone number":      "37378888888",
	}
	for what, text := range w.written() {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s in clear", what, name)
			}
		}
	}
}

// written is all that the bot has left behind, by where it stands.
func (w *world) written() map[string]string {
	w.t.Helper()
	all := map[string]string{"the log": w.logs.String()}
	cfg, err := loadSettings(w.settings)
	if err != nil {
		w.t.Fatal(err)
	}
	err = filepath.WalkDir(cfg.DataDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all["the file "+entry.Name()] = string(data)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(all["the log"]) == 0 || len(all["the file bazarbot.db"]) == 0 {
		w.t.Fatal("there is no log, or no database, to look into")
	}
	return all
}

// TestE2EUndeletableKey: where Telegram does not delete the key's message the
// person is asked to.
func TestE2EUndeletableKey(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.town.telegram.Inject(telegram.Fault{
		Kind: telegram.FaultRefuse, Method: "deleteMessage", Times: -1,
		Code: http.StatusBadRequest, Description: "Bad Request: message can't be deleted",
	})
	s := w.seller("ro")
	s.command("start")
	s.sees("home.greeting")
	s.presses("button.new_ad")
	s.sees("field.api_key")
	s.say(demoKey)
	if err := s.seeAnywhere(t.Context(), s.text("secret.delete_yourself")); err != nil {
		t.Fatal(err)
	}
	s.sees("connect.done", "field.category")
}
