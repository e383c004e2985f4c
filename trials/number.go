package trials

import (
	"regexp"
	"slices"
	"strings"
)

// Number is an identifier by which listings of one study in two registries can
// be known to be the same.
type Number struct {
	Text string
	Own  bool // the listing's own id or an earlier one of its registry
}

var (
	numberPrefix  = regexp.MustCompile(`^(EU[ -]?CT(R|IS)?|EUDRACT|CTIS|CT\.GOV|NO\.?|NUMBER)[ :#-]*`)
	nctNumber     = regexp.MustCompile(`^NCT\d{8}$`)
	isrctnNumber  = regexp.MustCompile(`^ISRCTN\d{8}$`)
	whoNumber     = regexp.MustCompile(`^U1111-\d{4}-\d{4}$`)
	eudractNumber = regexp.MustCompile(`^(\d{4}-\d{6}-\d{2})(-(3RD|\d{2}|[A-Z]{2}))?$`)
)

// CanonicalNumber gives an identifier in the one writing in which registries can
// be compared: without the name of its registry, the country and the
// resubmission. It is false for what is no number of a registry, such as a
// sponsor's own: those are not unique.
func CanonicalNumber(text string) (string, bool) {
	n := strings.ToUpper(strings.TrimSpace(text))
	for {
		cut := numberPrefix.ReplaceAllString(n, "")
		if cut == n {
			break
		}
		n = cut
	}
	if nctNumber.MatchString(n) || isrctnNumber.MatchString(n) || whoNumber.MatchString(n) {
		return n, true
	}
	// 2022-5… are EU CT numbers, 2019-0… to 4… the EudraCT numbers before them.
	if m := eudractNumber.FindStringSubmatch(n); m != nil {
		return m[1], true
	}
	return "", false
}

// Numbers are all that the listing can be known by, each once.
func Numbers(t *Trial) []Number {
	var out []Number
	add := func(text string, own bool) {
		n, ok := CanonicalNumber(text)
		if ok && !slices.ContainsFunc(out, func(o Number) bool { return o.Text == n }) {
			out = append(out, Number{n, own})
		}
	}
	add(t.ID, true)
	for _, alias := range t.Aliases {
		add(alias, true)
	}
	for _, s := range t.SecondaryIDs {
		add(s.ID, false)
	}
	add(t.OrgStudyID, false)
	return out
}

// SameEUTrial gives the part of an EU CT number that names the trial, and whether
// the id is one: 2023-512345-67-01 is the second application for 2023-512345-67.
func SameEUTrial(id string) (string, bool) {
	if _, source, ok := CanonicalID(id); !ok || source != CTIS {
		return "", false
	}
	return CanonicalNumber(id)
}
