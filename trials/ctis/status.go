package ctis

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"trialfinder/trials"
)

// publicStatus are the register's public status codes in the words of the
// model. What is under evaluation may never open, so it is no "soon".
var publicStatus = map[int]trials.Status{
	1: trials.Withheld,
	2: trials.NotYetRecruiting, 3: trials.Recruiting, 4: trials.Recruiting,
	5: trials.ActiveNotRecruiting, 6: trials.Suspended, 7: trials.Suspended, 8: trials.Completed,
	9: trials.Withdrawn, 10: trials.Withdrawn, 11: trials.Withdrawn, 12: trials.Withdrawn,
}

// statusCodes are the codes of the status words, as the register has written
// them over the years.
var statusCodes = map[string]int{
	"under evaluation":                1,
	"authorised, recruitment pending": 2, "authorised, not started": 2,
	"authorised, recruiting": 3, "ongoing, recruiting": 4,
	"ongoing, recruitment ended": 5, "ongoing, not recruiting": 5,
	"temporarily halted": 6, "suspended": 7, "ended": 8, "expired": 9, "revoked": 10,
	"not authorised": 11, "cancelled": 12,
}

// status reads a status code or its words; anything else is not known.
func status(text string) trials.Status {
	text = strings.ToLower(strings.TrimSpace(text))
	code, err := strconv.Atoi(text)
	if err != nil {
		code = statusCodes[text]
	}
	if s, ok := publicStatus[code]; ok {
		return s
	}
	return trials.UnknownStatus
}

// overall is the trial's status. The ctStatus of today is the application's, not
// the trial's: it is read only in records that have the old shape. Where there is
// none it is empty, and unknown where there is one that nobody knows.
func (r *record) overall() trials.Status {
	if r.CTPublicStatusCode != nil {
		return status(strconv.Itoa(*r.CTPublicStatusCode))
	}
	var words string
	if r.Application == nil && json.Unmarshal(r.CTStatus, &words) == nil {
		return status(words)
	}
	return ""
}

// countryStart is where a country begins in the old list of countries and statuses.
var countryStart = regexp.MustCompile(`(?:^|,)\s*([A-Z]{2}):`)

// countries is the public status of each member state, by country code.
type countries map[string]trials.Status

// put adds what a list says of a country. A list that says two things of one
// country leaves it unknown.
func (c countries) put(country, text string) {
	s := status(text)
	if country == "" || s == trials.UnknownStatus {
		return
	}
	if before, twice := c[country]; twice && before != s {
		s = trials.UnknownStatus
	}
	c[country] = s
}

// byCountry gives the public status of each member state. A member state that has
// none is not in it.
func (r *record) byCountry(states []memberState) map[string]trials.Status {
	out := countries{}
	var list []string
	var line string
	switch {
	case json.Unmarshal(r.TrialCountries, &list) == nil:
		for _, entry := range list {
			country, code, _ := strings.Cut(entry, ":")
			out.put(trials.CountryCode(country), code)
		}
	case json.Unmarshal(r.TrialCountries, &line) == nil:
		starts := countryStart.FindAllStringSubmatchIndex(line, -1)
		for i, at := range starts {
			end := len(line)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			out.put(line[at[2]:at[3]], line[at[1]:end])
		}
	}
	maps.Copy(out, decided(states))
	return out
}

// decided are the statuses of the dossier's own list of member states. One that is
// in it twice, since it was applied for again, has the status of the last decision.
func decided(states []memberState) countries {
	states = slices.Clone(states)
	slices.SortStableFunc(states, func(a, b memberState) int { return cmp.Compare(a.LastDecision, b.LastDecision) })
	out, last := countries{}, map[string]string{}
	for _, m := range states {
		country := trials.CountryCode(m.Name)
		if m.PublicStatusCode == nil {
			continue
		}
		if before, twice := last[country]; twice && before < m.LastDecision {
			delete(out, country)
		}
		last[country] = m.LastDecision
		out.put(country, strconv.Itoa(*m.PublicStatusCode))
	}
	return out
}

// earlierSubmissions are the ids that the trial had before it was submitted again.
func earlierSubmissions(id string) []string {
	if len(id) != len("2024-512345-12-00") {
		return nil // without the number of the submission
	}
	base, last := id[:len(id)-2], id[len(id)-2:]
	n, err := strconv.Atoi(last)
	if err != nil {
		return nil
	}
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s%02d", base, i))
	}
	return out
}
