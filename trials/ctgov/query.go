package ctgov

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"trialfinder/trials"
)

// fields is what is asked of a study: the modules that Normalise reads, and
// nothing of results, outcomes, references and documents, which are most of it.
//
// The version holder is left out on purpose: it is the date of the registry's
// data and so another one each day, which would make every listing a changed one.
var fields = [...]string{
	"protocolSection.identificationModule",
	"protocolSection.statusModule",
	"protocolSection.sponsorCollaboratorsModule",
	"protocolSection.descriptionModule",
	"protocolSection.conditionsModule",
	"protocolSection.designModule",
	"protocolSection.armsInterventionsModule",
	"protocolSection.eligibilityModule",
	"protocolSection.contactsLocationsModule",
	"derivedSection.conditionBrowseModule.meshes",
	"derivedSection.conditionBrowseModule.ancestors",
	"derivedSection.interventionBrowseModule.meshes",
	"derivedSection.interventionBrowseModule.ancestors",
	"derivedSection.miscInfoModule.removedCountries",
}

// maxQuery bounds the query of an address, page token included: beyond some
// 8 KB servers and proxies refuse it.
const (
	maxQuery    = 6000
	tokenMargin = 300
)

func fieldList() string { return strings.Join(fields[:], "|") }

// listQuery is what one walk asks of /studies, but for the page. There is no
// status filter: a study that closes must be seen closing.
func listQuery(since time.Time, pageSize int, search string) url.Values {
	q := url.Values{
		"format":   {"json"},
		"fields":   {fieldList()},
		"sort":     {"LastUpdatePostDate:asc"},
		"pageSize": {fmt.Sprint(pageSize)},
	}
	if !since.IsZero() {
		q.Set("filter.advanced", "AREA[LastUpdatePostDate]RANGE["+since.Format(time.DateOnly)+",MAX]")
	}
	if search != "" {
		q.Set("query.intr", search)
	}
	return q
}

// searches makes Essie expressions of the terms, as few as fit: any of the
// terms, in what the registry searches for interventions (names, other names,
// titles, arms, keywords, descriptions).
func searches(terms []string, room int) ([]string, error) {
	const or = " OR "
	var out []string
	var current strings.Builder
	used := 0
	for _, term := range slices.Compact(slices.Sorted(slices.Values(terms))) {
		phrase, err := quote(term)
		if err != nil {
			return nil, err
		}
		cost := len(url.QueryEscape(or + phrase))
		if cost > room {
			return nil, fmt.Errorf("search term %q is too long: %w", term, trials.ErrInvalid)
		}
		if used+cost > room {
			out = append(out, current.String())
			current.Reset()
			used = 0
		}
		if used > 0 {
			current.WriteString(or)
		}
		current.WriteString(phrase)
		used += cost
	}
	if used > 0 {
		out = append(out, current.String())
	}
	return out, nil
}

// quote makes a phrase of a term. Brackets, quotes and backslashes are syntax
// even there. A query of nothing but an id makes the registry ignore the filters.
func quote(term string) (string, error) {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"[]()\`, r) {
			return ' '
		}
		return r
	}, term))
	phrase := strings.Join(words, " ")
	if phrase == "" {
		return "", fmt.Errorf("search term %q has no words: %w", term, trials.ErrInvalid)
	}
	if _, _, isID := trials.CanonicalID(phrase); isID {
		return "", fmt.Errorf("search term %q is a study's id: %w", term, trials.ErrInvalid)
	}
	return `"` + phrase + `"`, nil
}
