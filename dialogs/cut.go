package dialogs

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf16"
)

// longestMessage is what one message of the chat holds, in UTF-16 units of
// escaped text.
const longestMessage = 4096

// escapedLen is how much of a message a text takes.
func escapedLen(s string) int { return unitsOf(html.EscapeString(s)) }

// unitsOf counts a text as Telegram does: in UTF-16 units.
func unitsOf(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cutText cuts a text into parts of at most so many units each: at the end of a
// paragraph, else of a line, of a sentence or of a word, as far as there is one
// in the second half of a part. Nothing but the white space at the cuts is lost.
// An empty text is one empty part.
func cutText(s string, most int) []string {
	var parts []string
	s = strings.TrimSpace(s)
	for escapedLen(s) > most {
		head := s[:lengthWithin(s, most)]
		at := len(head)
		for _, ends := range []func(string) int{paragraphEnd, lineEnd, sentenceEnd, wordEnd} {
			if end := ends(head); end > len(head)/2 {
				at = end
				break
			}
		}
		parts = append(parts, strings.TrimSpace(s[:at]))
		s = strings.TrimSpace(s[at:])
	}
	return append(parts, s)
}

// lengthWithin is how many bytes of a text fit so many units: a whole number of
// characters, at least one.
func lengthWithin(s string, most int) int {
	units := 0
	for i, r := range s {
		if units += escapedLen(string(r)); units > most && i > 0 {
			return i
		}
	}
	return len(s)
}

func paragraphEnd(s string) int { return strings.LastIndex(s, "\n\n") }

func lineEnd(s string) int { return strings.LastIndexByte(s, '\n') }

// sentenceEnd is where the last whole sentence ends: behind its sign, before the
// space. A number with a point, as in a list, ends none.
func sentenceEnd(s string) int {
	runes := []rune(s)
	end := len(s)
	for i := len(runes) - 1; i > 1; i-- {
		end -= len(string(runes[i]))
		if unicode.IsSpace(runes[i]) && strings.ContainsRune(".!?…;", runes[i-1]) && !unicode.IsDigit(runes[i-2]) {
			return end
		}
	}
	return -1
}

func wordEnd(s string) int { return strings.LastIndexFunc(s, unicode.IsSpace) }
