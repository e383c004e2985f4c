package matcher

import (
	"cmp"
	"iter"
	"math"
	"math/bits"
	"slices"
	"sync"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Set is trials compiled for matching. It never changes, and any number of
// goroutines may use it.
type Set struct {
	m *Matcher
	program
	trials   []compiledTrial
	criteria []compiledCriterion // of all trials, one after the other
	lacks    []lack              // of each root, where nothing is known of its facts
	sites    []compiledSite
	points   []place.Point // of the sites
	words    []string      // statuses and countries of the sites
	details  func(i int) (*Candidate, error)

	looked    marks            // trials that a match may look at
	therapies map[string]marks // those that give a therapy
	illnesses []marks          // by the illness's place: those for it
	anyone    marks            // those for no illness that is known
	judges    sync.Pool
}

// compiledTrial is what a match needs of one trial.
type compiledTrial struct {
	id         string
	place      uint32 // among the trials in the order of their ids
	status     trials.Status
	therapies  []therapy.Label
	conditions idSet
	criteria   span
	sites      span
	weight     float64 // of all that is asked: what fit divides by
	mayFit     bool    // its illness is known and enough of its text is read
}

type span struct{ from, to uint32 }

// compiledCriterion is a demand or ban.
type compiledCriterion struct {
	root  uint32 // its rule's place in roots
	flags criterionFlags
	uses  hint // of the rule, beside the flags: most criteria ask for nothing that is known
}

// hint is an idSet in less room: as many as there are facts.
type hint [3]uint64

func (b idSet) hint() hint { return hint{b[0], b[1], b[2] | b[3]} }

func (h hint) intersects(o hint) bool { return h[0]&o[0]|h[1]&o[1]|h[2]&o[2] != 0 }

type criterionFlags uint8

const (
	isBan criterionFlags = 1 << iota
	isField
	forCohort // holds for one cohort only: never counts
	isClinic
	isUnread
)

// compiledSite is a place to ask at, as small as can be: there are many.
type compiledSite struct {
	at      vector
	placed  bool
	rank    int8
	status  uint32 // in words
	country uint32 // in words
}

// vector points from the middle of the earth to a place on it.
type vector struct{ x, y, z float64 }

func towards(p place.Point) vector {
	lat, lon := p.Lat*math.Pi/180, p.Lon*math.Pi/180
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func (v vector) dot(o vector) float64 { return v.x*o.x + v.y*o.y + v.z*o.z }

// marks is a set of trials, a bit each.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (s marks) set(i int) { s[i/64] |= 1 << (i % 64) }

func (s marks) or(o marks) {
	for i := range o {
		s[i] |= o[i]
	}
}

func (s marks) and(o marks) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s marks) count() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all gives the members, from the first on.
func (s marks) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(w*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// NewSet compiles candidates that stay at hand.
func (m *Matcher) NewSet(candidates []Candidate) *Set {
	b := m.NewBuilder(len(candidates))
	for i := range candidates {
		b.Add(&candidates[i])
	}
	return b.Set(func(i int) (*Candidate, error) { return &candidates[i], nil })
}

// Builder makes a set, trial by trial, and keeps nothing else of them.
type Builder struct {
	set      *Set
	compiler *compiler
	words    numbering[string]
	roots    numbering[uint32]
}

// numbering gives things numbers, in the order in which they first come.
type numbering[T comparable] struct {
	all []T
	at  map[T]uint32
}

func (n *numbering[T]) of(thing T) uint32 {
	at, ok := n.at[thing]
	if !ok {
		at = uint32(len(n.all))
		n.all = append(n.all, thing)
		if n.at == nil {
			n.at = map[T]uint32{}
		}
		n.at[thing] = at
	}
	return at
}

// NewBuilder begins a set of at most n trials.
func (m *Matcher) NewBuilder(n int) *Builder {
	s := &Set{m: m, looked: newMarks(n), anyone: newMarks(n), therapies: map[string]marks{}, illnesses: make([]marks, len(m.kin))}
	for _, id := range m.Therapies.IDs() {
		s.therapies[id] = newMarks(n)
	}
	for i := range s.illnesses {
		s.illnesses[i] = newMarks(n)
	}
	return &Builder{set: s, compiler: newCompiler(m)}
}

// Set ends the building. Details gives back a trial, by its place, when a page
// shows it.
func (b *Builder) Set(details func(i int) (*Candidate, error)) *Set {
	s := b.set
	s.program, s.details, s.words = b.compiler.program, details, b.words.all
	s.program.roots = b.roots.all
	s.lacks = lacksOfAll(&s.program)
	byID := make([]uint32, len(s.trials))
	for i := range byID {
		byID[i] = uint32(i)
	}
	slices.SortFunc(byID, func(i, j uint32) int { return cmp.Compare(s.trials[i].id, s.trials[j].id) })
	for at, i := range byID {
		s.trials[i].place = uint32(at)
	}
	s.judges.New = func() any { return &judge{program: &s.program} }
	return s
}

// Add compiles the next trial.
func (b *Builder) Add(c *Candidate) {
	s := b.set
	i := len(s.trials)
	t := compiledTrial{id: c.Trial.ID, status: c.Trial.Status, therapies: c.Listing.Therapies}
	for _, id := range c.Listing.Conditions {
		if at, ok := s.m.Conditions.Index(id); ok {
			t.conditions.set(at)
			s.illnesses[at].set(i)
		}
	}
	if len(c.Listing.Conditions) == 0 {
		s.anyone.set(i)
	}
	if c.Trial.StudyType.Treats() && c.Trial.Status.Open() {
		s.looked.set(i)
	}
	for _, l := range c.Listing.Therapies {
		if l.Role != therapy.Comparator {
			s.therapies[l.ID].set(i)
		}
	}
	b.addCriteria(&t, c.Listing)
	b.addSites(&t, &c.Trial)
	s.trials = append(s.trials, t)
}

func (b *Builder) addCriteria(t *compiledTrial, l Listing) {
	t.criteria.from = uint32(len(b.set.criteria))
	read, demands := 0, 0
	for _, f := range l.Fields {
		b.addCriterion(t, f.Criterion, isField)
	}
	for _, c := range l.Criteria {
		if !c.Kind.Demands() {
			continue
		}
		demands++
		if c.Rule != nil || c.Clinic {
			read++
		}
		b.addCriterion(t, c, 0)
	}
	t.criteria.to = uint32(len(b.set.criteria))
	t.mayFit = len(l.Conditions) > 0 && demands > 0 && float64(read) >= readShare*float64(demands)
}

func (b *Builder) addCriterion(t *compiledTrial, c criteria.Criterion, flags criterionFlags) {
	if !c.Kind.Demands() {
		return
	}
	out := compiledCriterion{flags: flags}
	switch {
	case c.Rule == nil && c.Clinic:
		out.flags |= isClinic
	case c.Rule == nil:
		out.flags |= isUnread
	default:
		node := b.compiler.rule(c.Rule, c.Kind)
		out.root, out.uses = b.roots.of(node), b.compiler.nodes[node].uses.hint()
	}
	if c.Kind == criteria.Exclusion {
		out.flags |= isBan
	}
	if c.Cohort != "" {
		out.flags |= forCohort
	}
	if out.flags&(forCohort|isClinic) == 0 {
		t.weight += out.weight()
	}
	b.set.criteria = append(b.set.criteria, out)
}

// weight is what a criterion counts in the score: the registry's own fields are the
// sure ground and count double.
func (c compiledCriterion) weight() float64 {
	if c.flags&isField != 0 {
		return 2
	}
	return 1
}

func (b *Builder) addSites(t *compiledTrial, trial *trials.Trial) {
	t.sites.from = uint32(len(b.set.sites))
	for i := range trial.Sites {
		s := &trial.Sites[i]
		rank := siteRank(s.Status, trial.Status)
		if rank < 0 {
			continue
		}
		out := compiledSite{rank: int8(rank), status: b.words.of(string(cmp.Or(s.Status, trial.Status))), country: b.words.of(siteCountry(s))}
		point := place.Point{}
		if s.GeoPoint != nil {
			point = place.Point{Lat: s.GeoPoint.Lat, Lon: s.GeoPoint.Lon}
			out.placed, out.at = true, towards(point)
		}
		b.set.sites = append(b.set.sites, out)
		b.set.points = append(b.set.points, point)
	}
	t.sites.to = uint32(len(b.set.sites))
}

// considered marks the trials that a match looks at, as Considered says of each.
func (s *Set) considered(p Profile, who *person) marks {
	out := newMarks(len(s.trials))
	if len(p.Therapies) == 0 {
		for _, marks := range s.therapies {
			out.or(marks)
		}
	}
	for _, id := range p.Therapies {
		out.or(s.therapies[id])
	}
	out.and(s.looked)
	if !who.sure {
		return out
	}
	possible := slices.Clone(s.anyone)
	for i, marks := range s.illnesses {
		if who.sought.is.has(i) || who.sought.mayBe.has(i) {
			possible.or(marks)
		}
	}
	out.and(possible)
	return out
}
