package dialogs

import (
	"slices"
	"strings"
)

// unitWords are the ways people write the units that markets name.
var unitWords = map[string][]string{
	"eur": {"€", "eur", "euro", "евро", "еуро"},
	"usd": {"$", "usd", "доллар", "доллара", "долларов", "доллары", "dolar", "dolari", "у.е.", "уе"},
	"mdl": {"mdl", "lei", "leu", "лей", "лея", "леев", "леи"},
	"som": {"som", "kgs", "сом", "сома", "сомов", "somi", "с"},
	"km":  {"km", "км", "километр", "километра", "километров", "kilometru", "kilometri"},
	"mi":  {"mi", "миль", "миля", "мили", "mile", "mila"},
	"m2":  {"m2", "м2", "m²", "м²", "кв.м", "кв.м.", "кв м", "mp"},
	"h":   {"h", "ч", "час", "часа", "часов", "oră", "ora", "ore", "саат"},
}

// unitName is a unit as people read it.
func unitName(unit string) Text {
	if _, known := unitWords[unit]; known {
		return say("unit." + unit)
	}
	return data(unit)
}

func unitNames(units []string) Text {
	names := make([]Text, len(units))
	for i, u := range units {
		names[i] = unitName(u)
	}
	return join(", ", names...)
}

// amount is a number with its unit: "9 500 €".
func amount(number, unit string) Text {
	return join("\u00a0", data(groupAmount(number)), unitName(unit))
}

// matchUnit finds which of the units a typed word means, or "". Romanian puts
// "de" before the unit from 20 on: "9500 de lei".
func matchUnit(units []string, word string) string {
	word = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(word)), "de ")
	if word == "" {
		return ""
	}
	for _, u := range units {
		if strings.EqualFold(u, word) || slices.Contains(unitWords[u], word) {
			return u
		}
	}
	word = strings.TrimSuffix(word, ".")
	for _, u := range units {
		if slices.Contains(unitWords[u], word) {
			return u
		}
	}
	return ""
}
