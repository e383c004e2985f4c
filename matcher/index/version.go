package index

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"trialfinder/matcher"
	"trialfinder/trials"
)

// content is one trial as far as a result can show it: its listing, and when that was
// last seen.
type content struct{ id, hash, synced string }

// contentOf takes the hash of the registry's record, or where there is none that of
// the trial itself.
func contentOf(s trials.Stored) (content, error) {
	c := content{id: s.Trial.ID, hash: s.SourceHash, synced: s.Synced.UTC().Format(time.RFC3339Nano)}
	if c.hash != "" {
		return c, nil
	}
	b, err := json.Marshal(s.Trial)
	if err != nil {
		return c, fmt.Errorf("index: %s: %w", s.Trial.ID, err)
	}
	sum := sha256.Sum256(b)
	c.hash = hex.EncodeToString(sum[:])
	return c, nil
}

// version names a state of the listings: another listing, one more or one less, or one
// that was seen at another time, makes another name. The order does not count.
func version(all []content) string {
	slices.SortFunc(all, func(a, b content) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.hash, b.hash), cmp.Compare(a.synced, b.synced))
	})
	h := sha256.New()
	for _, c := range all {
		fmt.Fprintf(h, "%q %q %q\n", c.id, c.hash, c.synced)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// Match is the match of the snapshot's set, with what it was made from: for one day,
// one set of rules and one version of the listings it is always the same.
func (s *Snapshot) Match(p matcher.Profile, o matcher.Options) (matcher.Match, error) {
	out, err := s.Set.Match(p, o)
	out.ListingVersion = s.Version
	if !s.Listings.IsZero() {
		out.Listings = &s.Listings
	}
	return out, err
}
