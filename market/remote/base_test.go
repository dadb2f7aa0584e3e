package remote

import "testing"

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for base, ok := range map[string]bool{
		"https://example.com":        true,
		"https://example.com/api/":   true,
		"http://127.0.0.1:8080":      true,
		"http://[::1]:8080":          true,
		"http://localhost:8080":      true,
		"http://example.com":         false,
		"http://127.0.0.1.evil.test": false,
		"ftp://localhost":            false,
		"example.com":                false,
		"":                           false,
		"https://u:p@example.com":    false,
		"https://example.com?a=b":    false,
		"https://example.com#a":      false,
	} {
		if err := CheckURL(base); (err == nil) != ok {
			t.Errorf("%q: %v", base, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New took a base URL in clear")
		}
	}()
	New(Config{BaseURL: "http://example.com"})
}
