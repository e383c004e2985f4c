package demo

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 10
	maxPageSize     = 1000
	maxSorts        = 2
)

// query is a request for studies, checked.
type query struct {
	conditions []condition // all must hold
	fields     *selection
	sorts      []sortKey
	count      bool
	pageSize   int
	token      string
	key        string // what must stay the same from page to page
}

// condition is one query.* or filter.* parameter.
type condition func(s *study) bool

// Parameters of /studies and /studies/{nctId}; those of the registry that the
// demo does not serve are known, so that they are refused by name.
var (
	studyParams  = []string{"format", "markupFormat", "fields"}
	listParams   = []string{"format", "markupFormat", "fields", "sort", "countTotal", "pageSize", "pageToken"}
	filterParams = []string{"overallStatus", "geo", "ids", "advanced"}
	notServed    = []string{"aggFilters", "geoDecay", "filter.synonyms", "postFilter.synonyms"}
)

// readValues decodes a query string and refuses parameters that are not known.
// The errors of this file are what the client reads, hence their capitals.
func readValues(raw string, known func(name string) bool) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("Malformed query string")
	}
	for name := range values {
		if slices.Contains(notServed, name) {
			return nil, fmt.Errorf("Parameter `%s` is not served by the demo registry", name)
		}
		if known == nil || !known(name) {
			return nil, fmt.Errorf("Parameter `%s` is not supported", name)
		}
	}
	return values, nil
}

func (c *catalogue) knowsListParam(name string) bool {
	if area, ok := strings.CutPrefix(name, "query."); ok {
		return c.params[area] != nil
	}
	for _, prefix := range []string{"filter.", "postFilter."} {
		if filter, ok := strings.CutPrefix(name, prefix); ok {
			return slices.Contains(filterParams, filter)
		}
	}
	return slices.Contains(listParams, name)
}

// readQuery checks all parameters of /studies.
func (c *catalogue) readQuery(raw string) (*query, error) {
	values, err := readValues(raw, c.knowsListParam)
	if err != nil {
		return nil, err
	}
	q := &query{token: values.Get("pageToken"), key: keyOf(values)}
	if q.fields, err = c.readFormat(values); err != nil {
		return nil, err
	}
	if q.sorts, err = c.readSorts(values); err != nil {
		return nil, err
	}
	if q.pageSize, err = readPageSize(values); err != nil {
		return nil, err
	}
	if q.count, err = readBool(values, "countTotal"); err != nil {
		return nil, err
	}
	if q.conditions, err = c.readConditions(values); err != nil {
		return nil, err
	}
	return q, nil
}

// keyOf names what a page token belongs to: every parameter but the three that
// may differ from page to page.
func keyOf(values url.Values) string {
	same := url.Values{}
	for name, v := range values {
		if name != "countTotal" && name != "pageSize" && name != "pageToken" {
			same[name] = v
		}
	}
	return same.Encode()
}

// readFormat checks format and markupFormat and reads fields.
func (c *catalogue) readFormat(values url.Values) (*selection, error) {
	for name, served := range map[string]string{"format": "json", "markupFormat": "markdown"} {
		if v, given := values[name]; given && v[0] != served {
			return nil, invalid(name, v[0])
		}
	}
	if _, given := values["fields"]; !given {
		return nil, nil
	}
	var pieces []*piece
	for _, name := range list(values.Get("fields")) {
		found, ok := c.field(name)
		if !ok {
			return nil, fmt.Errorf("Parameter 'fields' contains invalid field name: '%s'", name)
		}
		pieces = append(pieces, found...)
	}
	if len(pieces) == 0 {
		return nil, errors.New("Parameter `fields` is empty")
	}
	return newSelection(pieces), nil
}

func readPageSize(values url.Values) (int, error) {
	text := values.Get("pageSize")
	if text == "" {
		return defaultPageSize, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	switch {
	case err != nil || n < 0:
		return 0, invalid("pageSize", text)
	case n == 0:
		return defaultPageSize, nil
	}
	return int(min(n, maxPageSize)), nil
}

func readBool(values url.Values, name string) (bool, error) {
	switch text := values.Get(name); text {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, invalid(name, text)
	}
}

func invalid(name, value string) error {
	return fmt.Errorf("Invalid value in parameter `%s`: `%s`", name, value)
}

// list splits a parameter that is separated by commas or by bars.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '|' })
}

// onlyIDs is a query that asks for named studies; the registry then leaves all
// filters aside.
var onlyIDs = regexp.MustCompile(`^[\s,]*(?i:NCT\d+)(?:[\s,]+(?i:NCT\d+))*[\s,]*$`)

// readConditions reads the query.* and filter.* parameters.
func (c *catalogue) readConditions(values url.Values) ([]condition, error) {
	var queries, filters []condition
	idsAlone := false
	for name, v := range values {
		area, isQuery := strings.CutPrefix(name, "query.")
		_, filter, isFilter := strings.Cut(name, "ilter.") // filter.x or postFilter.x
		switch {
		case isQuery:
			q, err := c.readExpression(name, v[0], c.params[area])
			if err != nil {
				return nil, err
			}
			idsAlone = idsAlone || onlyIDs.MatchString(v[0])
			queries = append(queries, q)
		case isFilter:
			f, err := c.readFilter(name, filter, v[0])
			if err != nil {
				return nil, err
			}
			filters = append(filters, f)
		}
	}
	if idsAlone {
		return queries, nil
	}
	return append(queries, filters...), nil
}

func (c *catalogue) readExpression(name, text string, area []*piece) (condition, error) {
	if strings.TrimSpace(text) == "" {
		return func(*study) bool { return true }, nil
	}
	e := expression(nil)
	var err error
	if onlyIDs.MatchString(text) {
		e = idQuery(text)
	} else if e, err = parseExpression(text, c); err != nil {
		return nil, fmt.Errorf("Error parsing query in `%s`: %w", name, err)
	}
	return func(s *study) bool { return e.matches(s, area) }, nil
}
