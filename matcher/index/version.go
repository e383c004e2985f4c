package index

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// hashOf stands for the hash of a registry's record where there is none: that of the
// trial itself.
func hashOf(s *trials.Stored) (string, error) {
	if s.SourceHash != "" {
		return s.SourceHash, nil
	}
	b, err := json.Marshal(s.Trial)
	if err != nil {
		return "", fmt.Errorf("index: %s: %w", s.Trial.ID, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// version names a state of the listings: another listing, one more or one less makes
// another name. The order does not count.
func version(slips []trials.Slip) string {
	all := slices.Clone(slips)
	slices.SortFunc(all, func(a, b trials.Slip) int {
		return cmp.Or(cmp.Compare(a.TrialID, b.TrialID), cmp.Compare(a.SourceHash, b.SourceHash))
	})
	h := sha256.New()
	for _, s := range all {
		fmt.Fprintf(h, "%q %q\n", s.TrialID, s.SourceHash)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// Match is the match of the snapshot's set, with what it was made from: for one day, one
// set of rules, one version of the listings and one sync it is always the same.
func (s *Snapshot) Match(p matcher.Profile, o matcher.Options) (matcher.Match, error) {
	out, err := s.Set.Match(p, o)
	out.ListingVersion = s.Version
	if !s.Listings.IsZero() {
		out.Listings = &s.Listings
	}
	return out, err
}
