package market

import (
	"math/big"
	"strings"
)

// CanonicalNumber writes a decimal number in one way: "100.0" and "100" are the
// same. What is no number stays as it is.
func CanonicalNumber(s string) string {
	f, ok := new(big.Rat).SetString(s)
	if !ok || len(s) > 30 || strings.ContainsAny(s, "/eExX_pP") {
		return s
	}
	out := f.FloatString(10)
	return strings.TrimRight(strings.TrimRight(out, "0"), ".")
}
