package omarket

import (
	"html"
	"regexp"
	"strings"
)

var (
	unseen     = regexp.MustCompile(`(?is)<!--.*?-->|<(?:script|style)\b[^>]*>.*?</(?:script|style)\s*>`)
	listItems  = regexp.MustCompile(`(?i)<li\b[^>]*>`)
	lineBreaks = regexp.MustCompile(`(?i)<(?:br|/?(?:ul|ol|tr|table|hr)|/li)\b[^>]*>`)
	paragraphs = regexp.MustCompile(`(?i)</?(?:p|div|h[1-6]|blockquote|section|article)\b[^>]*>`)
	tags       = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)
	spaces     = regexp.MustCompile(`[ \t\x{00a0}]+`)
	emptyLines = regexp.MustCompile(`\n{3,}`)
)

// plainText takes the markup out of a text, and keeps its paragraphs, lines and
// list items. Text without markup stays as it is, but for spaces around lines.
func plainText(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if tags.MatchString(text) { // in markup, a line's end is a space
		text = strings.ReplaceAll(unseen.ReplaceAllString(text, ""), "\n", " ")
		text = listItems.ReplaceAllString(text, "\n• ")
		text = lineBreaks.ReplaceAllString(text, "\n")
		text = paragraphs.ReplaceAllString(text, "\n\n")
		text = tags.ReplaceAllString(text, "")
	}
	lines := strings.Split(html.UnescapeString(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(spaces.ReplaceAllString(line, " "))
	}
	return strings.TrimSpace(emptyLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"))
}
