package omarket

import (
	"regexp"
	"strconv"
	"strings"

	"bazarbot/market"
)

// keyFilters is the key of what is said of all filters together.
const keyFilters = "filters"

// filterPrefix begins the key of a category's filter in forms, errors and
// searches; the filter's id follows.
const filterPrefix = "filter:"

func filterKey(id string) string { return filterPrefix + id }

// renamed are the members whose keys in our forms are others. A text under ""
// belongs to no field.
var renamed = map[string]string{
	"currency":         "price",
	"category_id":      "category",
	"location_id":      "location",
	"image":            "images",
	"category_filters": keyFilters,
	"msisdn":           market.SignUpPhone,
	"password2":        market.SignUpPassword,
	"otp":              market.SignUpCode,
	"non_field_errors": "", "error": "", "errors": "", "message": "", "messages": "",
	"detail": "", "details": "", "code": "", "type": "", "status": "", "reason": "",
}

var (
	digits      = regexp.MustCompile(`^\d+$`)
	filterNamed = regexp.MustCompile(`^filters?[_:. -]*(?:id)?[_:. -]*(\d+)$`)
)

// memberKey is the key of an explanation's member: of a field at the top, of
// the field it stands in below.
func memberKey(within, member string) string {
	member = strings.TrimSpace(member)
	named := filterNamed.FindStringSubmatch(member)
	switch {
	case within != "" && within != keyFilters:
		return within
	case digits.MatchString(member):
		return filterKey(member)
	case named != nil:
		return filterKey(named[1])
	case within != "":
		return within
	}
	if key, ok := renamed[member]; ok {
		return key
	}
	return member
}

// filterID reads an id as JSON decodes it.
func filterID(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return ""
	}
}
