package merge

import (
	"slices"
	"strings"

	"trialfinder/trials"
)

// Trial is the one trial of the listings. What came out of the store is not
// changed. Without others it is the listing as it is.
func Trial(s trials.Stored, towns Towns) trials.Trial {
	t := s.Trial
	if len(s.Others) == 0 {
		return t
	}
	t.Aliases, t.Sites = slices.Clone(t.Aliases), slices.Clone(t.Sites)
	t.CentralContacts = slices.Clone(t.CentralContacts)
	t.Listings = []trials.Listing{listing(s)}
	for i := range s.Others {
		other := s.Others[i]
		t.Listings = append(t.Listings, listing(other))
		for _, id := range append([]string{other.Trial.ID}, other.Trial.Aliases...) {
			if id != t.ID && !slices.Contains(t.Aliases, id) {
				t.Aliases = append(t.Aliases, id)
			}
		}
		t.Sites = unite(t.Sites, &other.Trial, towns)
		t.CentralContacts = contacts(t.CentralContacts, other.Trial.CentralContacts)
	}
	return t
}

func listing(s trials.Stored) trials.Listing {
	return trials.Listing{
		ID: s.Trial.ID, Source: s.Trial.Source, Status: s.Trial.Status, Updated: s.Trial.LastUpdatePosted.Date,
		Start: s.Trial.Start.Date, Completion: s.Trial.Completion.Date, Synced: s.Synced,
	}
}

// unite adds the sites that are not there. Of a site that both registries have,
// what the one leaves open the other fills in.
func unite(sites []trials.Site, other *trials.Trial, towns Towns) []trials.Site {
	have := len(sites) // two sites of one registry are two, however alike
	taken := map[int]bool{}
	for _, s := range other.Sites {
		i := slices.IndexFunc(sites[:have], func(known trials.Site) bool { return same(known, s, towns) })
		if i >= 0 {
			if !taken[i] {
				fill(&sites[i], &s)
			}
			taken[i] = true
			continue
		}
		if s.Status == "" {
			s.Status = other.Status // not the leading listing's, which is another registry's word
		}
		sites = append(sites, s)
	}
	return sites
}

func fill(known, other *trials.Site) {
	if placeholder(known.Facility) && !placeholder(other.Facility) {
		known.Facility = other.Facility
	}
	if known.Status == "" {
		known.Status = other.Status
	}
	if known.GeoPoint == nil {
		known.GeoPoint = other.GeoPoint
	}
	known.Contacts = contacts(slices.Clone(known.Contacts), other.Contacts)
}

func contacts(have, more []trials.Contact) []trials.Contact {
	for _, c := range more {
		if !slices.ContainsFunc(have, func(h trials.Contact) bool { return h == c || sameReach(h, c) }) {
			have = append(have, c)
		}
	}
	return have
}

// sameReach: one address or one number is one contact, whoever is named.
func sameReach(a, b trials.Contact) bool {
	return a.Email != "" && strings.EqualFold(a.Email, b.Email) ||
		a.Email == "" && b.Email == "" && digits(a.Phone) != "" && digits(a.Phone) == digits(b.Phone)
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
