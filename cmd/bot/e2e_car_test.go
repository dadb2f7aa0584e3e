package main

import (
	"image/color"
	"slices"
	"testing"

	"bazarbot/sandbox/md999"
)

const (
	carKey  = "key-of-a-car-seller"
	carText = "Один владелец.\nСервисная книжка, <зимняя> резина & коврики."
	carLink = "https://www.youtube.com/watch?v=Ac1zJkhBzf8"
)

// TestE2ECar makes the ad that asks for all nine types of features, and
// compares what the market holds with what was answered.
func TestE2ECar(t *testing.T) {
	t.Parallel()
	w := startWorld(t)
	w.town.md999.AddAccount(md999.Account{
		Key: carKey, Label: "Car seller", Phones: []string{"37369000001", "37369000002"}, Balance: 5,
	})
	s := w.seller("ru")
	s.beginsCar()
	s.describesCar()
	s.showsCar(t)
	s.addsCarDetails()
	s.editsCarYear()
	s.publishes()

	adverts := w.town.md999.Adverts(carKey)
	if len(adverts) != 1 {
		t.Fatalf("999.md holds %d ads, not one", len(adverts))
	}
	checkCar(t, adverts[0])
	checkCarPictures(t, w.town.md999, adverts[0])
}

// beginsCar connects the account with two numbers and answers what is short.
func (s *seller) beginsCar() {
	s.t.Helper()
	s.command("start")
	s.sees("home.greeting")
	s.presses("button.new_ad")
	s.sees("field.api_key")
	s.say(carKey)
	s.sees("connect.done")
	s.picks("Транспорт", "Легковые автомобили", "Продам")
	s.sees("ask.price")
	s.say("12 500")
	s.sees("ask.currency")
	s.pressesLabel("€")
	s.reads("Марка", "Volkswagen")
	s.say("bmw")
	s.picks("3 Series", "G20")
	s.sees("ask.number")
	s.say("2018")
	s.sees("ask.quantity")
	s.say("120 000 км")
	s.picks("Частное лицо", "Дизель", "Автомат")
}

func (s *seller) describesCar() {
	s.t.Helper()
	s.sees("ask.description")
	s.say(carText)
	s.picks("Кишинёв", "Кишинёв", "Центр")
}

// showsCar sends an album and, while the contacts are asked already, three
// pictures as files; then it chooses both phone numbers, another cover and
// another order.
func (s *seller) showsCar(t *testing.T) {
	s.t.Helper()
	s.sees("ask.photos")
	s.must(s.album(picture(1), picture(2), picture(3)))
	s.reads(s.words("note.photo_added", "Count", "3"), s.text("ask.contacts"))
	for i, file := range []struct {
		name string
		data []byte
	}{
		{"clear.png", clearPNG(t, 80, 40, color.NRGBA{R: 200, A: 255})},
		{"flat.webp", webp(t)},
		{"camera.jpg", cameraJPEG(picture(6))},
	} {
		s.sends(file.name, func() { s.person.Document(file.name, "", file.data) })
		s.reads(s.words("note.photo_added", "Count", string(rune('4'+i))), s.text("ask.contacts"))
	}
	s.pressesLabel("⬜️ +37369000001")
	s.reads("☑️ +37369000001", "⬜️ +37369000002")
	s.pressesLabel("⬜️ +37369000002")
	s.reads("☑️ +37369000001", "☑️ +37369000002")
	s.presses("button.done")
	s.sees("review.heading")

	s.opensPhotos()
	s.reads(s.words("photos.have", "Count", "6"))
	s.opensPhoto(6, 6)
	s.movesPhoto("photos.cover", 1, 6)
	s.movesPhoto("photos.later", 2, 6)
	s.movesPhoto("photos.cover", 1, 6)
	s.leavesPhoto()
	s.opensPhoto(4, 6)
	s.movesPhoto("photos.earlier", 3, 6)
	s.leavesPhoto()
	s.presses("button.done")
	s.sees("review.heading")
}

// addsCarDetails answers optional fields of three groups.
func (s *seller) addsCarDetails() {
	s.t.Helper()
	s.presses("button.details")
	s.picks("Характеристики · 0/5", "➕ Тип кузова", "Седан", "➕ Двигатель")
	s.sees("ask.text")
	s.say("2.0 дизель, 190 л.с.")
	s.picks("➕ Количество мест")
	s.sees("ask.number")
	s.say("5 мест")
	s.reads("Количество мест: 5")
	s.presses("button.back")
	s.picks("Комфорт и безопасность · 0/8", "⬜️ Кондиционер")
	s.reads("☑️ Кондиционер")
	s.picks("⬜️ Люк", "⬜️ ABS")
	s.reads("☑️ Люк", "☑️ ABS")
	s.pressesLabel("☑️ Люк") // taken back
	s.reads("⬜️ Люк")
	s.presses("button.back")
	s.picks("Фото и видео · 0/1", "➕ Видео")
	s.sees("ask.videos")
	s.say("не ссылка")
	s.sees("refuse.video")
	s.say(carLink)
	s.reads("Видео: " + carLink[:20])
	s.presses("button.back")
	s.reads("Характеристики · 3/5", "Комфорт и безопасность · 2/8", "Фото и видео · 1/1")
	s.presses("button.to_review")
	s.sees("review.heading")
}

func (s *seller) editsCarYear() {
	s.t.Helper()
	s.presses("button.edit")
	s.sees("review.edit_which")
	s.picks("Год выпуска: 2018")
	s.reads(s.text("ask.number"), s.words("form.now", "Value", "2018"))
	s.say("2019")
	s.reads(s.text("review.heading"), "Год выпуска: 2019", "Пробег: 120\u00a0000\u00a0км", "12\u00a0500\u00a0€")
}

// checkCar compares the ad with the answers; for its pictures, see
// checkCarPictures.
func checkCar(t *testing.T, ad md999.Advert) {
	t.Helper()
	featuresOf(ad).with(map[string]any{"14": nil}).are(t, features{
		"2":    {ID: "2", Value: int64(12500), Unit: "eur"},
		"20":   {ID: "20", Value: "34"},
		"21":   {ID: "21", Value: "78"},
		"2095": {ID: "2095", Value: "31009"},
		"19":   {ID: "19", Value: int64(2019)},
		"104":  {ID: "104", Value: int64(120000), Unit: "km"},
		"795":  {ID: "795", Value: "18895"},
		"151":  {ID: "151", Value: "502"},
		"101":  {ID: "101", Value: "512"},
		"102":  {ID: "102", Value: "521"},
		"2553": {ID: "2553", Value: "2.0 дизель, 190 л.с."},
		"64":   {ID: "64", Value: int64(5)},
		"908":  {ID: "908", Value: true},
		"939":  {ID: "939", Value: true},
		"13":   {ID: "13", Value: carText},
		"7":    {ID: "7", Value: "12900"},
		"8":    {ID: "8", Value: "13859"},
		"9":    {ID: "9", Value: "15664"},
		"15":   {ID: "15", Value: []string{carLink}},
		"16":   {ID: "16", Value: []string{"37369000001", "37369000002"}},
	})
	if place := []string{ad.CategoryID, ad.SubcategoryID, ad.OfferType}; !slices.Equal(place, []string{"658", "659", "776"}) {
		t.Errorf("the ad stands in %v", place)
	}
}

// checkCarPictures looks whether the pictures stand upright, in the order the
// seller gave them: the camera's first, the third of the album before the
// second.
func checkCarPictures(t *testing.T, server *md999.Server, ad md999.Advert) {
	t.Helper()
	ids := photoIDs(ad)
	if len(ids) != 6 {
		t.Fatalf("999.md holds %d photos, not 6", len(ids))
	}
	for i, want := range []struct {
		name          string
		width, height int
		red           int // -1: any
	}{
		{"the camera's", 240, 320, -1},
		{"the album's first", 320, 240, 40},
		{"the album's third", 320, 240, 120},
		{"the album's second", 320, 240, 80},
		{"the clear one", 40, 80, 255}, // its lower half, white now, has become the left one
		{"the WebP", 8, 4, -1},
	} {
		img := heldPicture(t, server.Image(ids[i]))
		if size := img.Bounds().Size(); size.X != want.width || size.Y != want.height {
			t.Errorf("%s picture is %d × %d, not %d × %d", want.name, size.X, size.Y, want.width, want.height)
		}
		if got := red(img); want.red >= 0 && (got < want.red-25 || got > want.red+25) {
			t.Errorf("%s picture is %d red, not %d: it is another one", want.name, got, want.red)
		}
	}
}
