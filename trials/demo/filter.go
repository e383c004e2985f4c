package demo

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// statuses are the overall statuses that may be asked for.
var statuses = []string{
	"ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING",
	"RECRUITING", "SUSPENDED", "TERMINATED", "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE",
	"TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD", "UNKNOWN",
}

func (c *catalogue) readFilter(name, filter, text string) (condition, error) {
	switch filter {
	case "advanced":
		return c.readExpression(name, text, c.params["term"])
	case "overallStatus":
		return c.readStatuses(text)
	case "ids":
		return readIDs(text)
	}
	return c.readDistance(text)
}

func (c *catalogue) readStatuses(text string) (condition, error) {
	wanted := list(text)
	for _, status := range wanted {
		if !slices.Contains(statuses, status) {
			return nil, invalid("overallStatus", status)
		}
	}
	p := c.pieces["OverallStatus"]
	return func(s *study) bool {
		return slices.ContainsFunc(s.texts(p), func(t string) bool { return slices.Contains(wanted, t) })
	}, nil
}

const idDigits = 8

var writtenID = regexp.MustCompile(`^[Nn][Cc][Tt]0*([1-9]\d{0,7})$`)

// canonical gives an id in the registry's own form.
func canonical(text string) (string, bool) {
	m := writtenID.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return "NCT" + strings.Repeat("0", idDigits-len(m[1])) + m[1], true
}

// readIDs reads filter.ids: one malformed id spoils the whole list; one that
// does not exist finds nothing.
func readIDs(text string) (condition, error) {
	var wanted idList
	for _, item := range list(text) {
		id, ok := canonical(item)
		if !ok {
			return nil, invalid("ids", item)
		}
		wanted = append(wanted, id)
	}
	return func(s *study) bool { return wanted.matches(s, nil) }, nil
}

// idList matches studies by id or former id.
type idList []string

func (l idList) matches(s *study, _ []*piece) bool {
	return slices.Contains(l, s.id) || slices.ContainsFunc(s.aliases, func(a string) bool { return slices.Contains(l, a) })
}

// idQuery is a query.* parameter of nothing but ids: any of them.
func idQuery(text string) expression {
	var ids idList
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) }) {
		if id, ok := canonical(item); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

var distance = regexp.MustCompile(`^distance\((-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(km|mi)?\)$`)

const kmPerMile = 1.609344

// readDistance reads filter.geo; a distance without a unit is in miles.
func (c *catalogue) readDistance(text string) (condition, error) {
	m := distance.FindStringSubmatch(text)
	if m == nil {
		return nil, invalid("geo", text)
	}
	lat, lon, reach := number(m[1]), number(m[2]), number(m[3])
	if m[4] != "km" {
		reach *= kmPerMile
	}
	p := c.pieces["LocationGeoPoint"]
	return func(s *study) bool {
		return slices.ContainsFunc(s.values(p), func(v any) bool {
			point, _ := v.(object)
			return kmBetween(lat, lon, number(fmt.Sprint(point["lat"])), number(fmt.Sprint(point["lon"]))) <= reach
		})
	}, nil
}

// number reads what has been checked to be one.
func number(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return n
}

// kmBetween is the great-circle distance (haversine).
func kmBetween(lat1, lon1, lat2, lon2 float64) float64 {
	const earthRadius = 6371
	rad := math.Pi / 180
	a := math.Pow(math.Sin((lat2-lat1)*rad/2), 2) +
		math.Cos(lat1*rad)*math.Cos(lat2*rad)*math.Pow(math.Sin((lon2-lon1)*rad/2), 2)
	return 2 * earthRadius * math.Asin(math.Sqrt(a))
}
