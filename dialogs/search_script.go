package dialogs

import (
	"strings"
	"unicode"
)

// cyrillic reports whether a text has Cyrillic letters.
func cyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// latin reports whether a text has Latin letters.
func latin(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

// sound brings a folded text of either script to Latin letters in which a name
// comes out alike, roughly as it is heard: бмв and bmw, тойота and toyota, Ош and
// Osh. It stands for no orthography and is only to be compared. Of two keys the
// replacer takes the one that stands first.
var sound = strings.NewReplacer(
	"sch", "s", "sh", "s", "ch", "k", "ck", "k", "kh", "h", "zh", "j", "ph", "f", "ts", "t",
	"c", "k", "q", "k", "w", "v", "x", "ks", "y", "i", "-", " ",
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "j", "з", "z", "и", "i", "к", "k",
	"л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f",
	"х", "h", "ц", "t", "ч", "k", "ш", "s", "щ", "s", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia",
).Replace
