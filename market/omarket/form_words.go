package omarket

import "bazarbot/market"

// The market has words for its categories, filters and places only. How its
// other questions are called is ours, and so are the kinds of offers where it
// gives none, or not in the person's language.
type word string

const (
	wordTitle      word = "title"
	wordText       word = "text"
	wordPrice      word = "price"
	wordNegotiable word = "negotiable"
	wordPlace      word = "place"
	wordWhatsApp   word = "whatsapp"
	wordTelegram   word = "telegram"
	wordDelivery   word = "delivery"
	wordPhotos     word = "photos"
	wordCategory   word = "category"
	wordFilter     word = "filter"
	wordContacts   word = "contacts"
	wordMore       word = "more"
	wordOpenList   word = "open_list"
	wordOpenPlaces word = "open_places"
	wordWords      word = "words"
	wordWithPhotos word = "with_photos"
	wordDiscount   word = "discount"
	wordDelivered  word = "delivered"
)

// words says a word in one language.
type words func(word) string

// wordsIn gives the words of a language; of one the bot does not speak, the
// Russian ones.
func wordsIn(lang market.Lang) words {
	table, ok := texts[lang]
	if !ok {
		table = texts[market.Russian]
	}
	return func(w word) string { return table[w] }
}

// texts follow docs/glossary.md, as all texts of the bot do.
var texts = map[market.Lang]map[word]string{
	market.Russian: {
		wordTitle:      "Заголовок",
		wordText:       "Описание",
		wordPrice:      "Цена",
		wordNegotiable: "Договорная",
		wordPlace:      "Место",
		wordWhatsApp:   "Номер WhatsApp",
		wordTelegram:   "Имя в Telegram",
		wordDelivery:   "Доставка",
		wordPhotos:     "Фото",
		wordCategory:   "Категория",
		wordFilter:     "Характеристика",
		wordContacts:   "Контакты",
		wordMore:       "Характеристики",
		wordOpenList:   "Список собран по объявлениям площадки и может быть неполным.",
		wordOpenPlaces: "Места собраны по объявлениям площадки: если Вашего нет, выберите ближайшее.",
		wordWords:      "Что ищете",
		wordWithPhotos: "Только с фото",
		wordDiscount:   "Только со скидкой",
		wordDelivered:  "Только с доставкой",
	},
	market.Romanian: {
		wordTitle:      "Titlu",
		wordText:       "Descriere",
		wordPrice:      "Preț",
		wordNegotiable: "Negociabil",
		wordPlace:      "Loc",
		wordWhatsApp:   "Număr WhatsApp",
		wordTelegram:   "Nume în Telegram",
		wordDelivery:   "Livrare",
		wordPhotos:     "Fotografii",
		wordCategory:   "Categorie",
		wordFilter:     "Caracteristică",
		wordContacts:   "Contacte",
		wordMore:       "Caracteristici",
		wordOpenList:   "Lista este adunată din anunțurile platformei și poate fi incompletă.",
		wordOpenPlaces: "Locurile sunt adunate din anunțurile platformei: dacă al Dvs. lipsește, indicați-l pe cel mai apropiat.",
		wordWords:      "Ce căutați",
		wordWithPhotos: "Numai cu fotografii",
		wordDiscount:   "Numai cu reducere",
		wordDelivered:  "Numai cu livrare",
	},
	market.Kyrgyz: {
		wordTitle:      "Аталышы",
		wordText:       "Сүрөттөмө",
		wordPrice:      "Баасы",
		wordNegotiable: "Келишим баада",
		wordPlace:      "Жайгашкан жери",
		wordWhatsApp:   "WhatsApp номери",
		wordTelegram:   "Telegram’дагы аты",
		wordDelivery:   "Жеткирүү",
		wordPhotos:     "Сүрөттөр",
		wordCategory:   "Бөлүм",
		wordFilter:     "Мүнөздөмө",
		wordContacts:   "Байланыш",
		wordMore:       "Мүнөздөмөлөр",
		wordOpenList:   "Тизме аянтчадагы жарыялардан түзүлгөн, толук эмес болушу мүмкүн.",
		wordOpenPlaces: "Жерлер аянтчадагы жарыялардан чогултулган: Сиздики жок болсо, эң жакынын тандаңыз.",
		wordWords:      "Эмне издейсиз",
		wordWithPhotos: "Сүрөтү барлар гана",
		wordDiscount:   "Арзандатуусу барлар гана",
		wordDelivered:  "Жеткирүүсү барлар гана",
	},
}
