package matcher

import (
	"cmp"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Builder makes a set, trial by trial, and keeps nothing else of them.
type Builder struct {
	set      *Set
	compiler *compiler
	words    numbering[string]
	clauses  numbering[clauseKey]
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
	b.addClauses(&t, c.Listing)
	b.addSites(&t, &c.Trial)
	s.trials = append(s.trials, t)
}

func (b *Builder) addClauses(t *compiledTrial, l Listing) {
	t.clauses.from = uint32(len(b.set.asked))
	read, demands := 0, 0
	for _, f := range l.Fields {
		b.addClause(t, f.Criterion, true)
	}
	for _, c := range l.Criteria {
		if !c.Kind.Demands() {
			continue
		}
		demands++
		if c.Rule != nil || c.Clinic {
			read++
		}
		b.addClause(t, c, false)
	}
	t.clauses.to = uint32(len(b.set.asked))
	t.mayFit = len(l.Conditions) > 0 && demands > 0 && float64(read) >= readShare*float64(demands)
}

func (b *Builder) addClause(t *compiledTrial, c criteria.Criterion, field bool) {
	if !c.Kind.Demands() || c.Cohort != "" || c.Rule == nil && c.Clinic {
		return
	}
	key := clauseKey{ban: c.Kind == criteria.Exclusion, field: field}
	t.weight += key.weight()
	if c.Rule == nil {
		return
	}
	key.root = b.compiler.rule(c.Rule, c.Kind)
	b.set.asked = append(b.set.asked, b.clauses.of(key))
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

// Set ends the building. Details gives back a trial, by its place, when a page
// shows it.
func (b *Builder) Set(details func(i int) (*Candidate, error)) *Set {
	s := b.set
	s.program, s.details, s.words = b.compiler.program, details, b.words.all
	b.sortByID()
	b.turnAround()
	s.judges.New = func() any { return &judge{program: &s.program} }
	s.standings.New = func() any { return newStanding(s) }
	s.weighers.New = func() any { return newWeigher(s) }
	return s
}

func (b *Builder) sortByID() {
	s := b.set
	byID := make([]uint32, len(s.trials))
	for i := range byID {
		byID[i] = uint32(i)
	}
	slices.SortFunc(byID, func(i, j uint32) int { return cmp.Compare(s.trials[i].id, s.trials[j].id) })
	for at, i := range byID {
		s.trials[i].place = uint32(at)
	}
}

// turnAround lists the trials of each clause and the clauses of each fact, and what
// stands in the way of a fit for somebody of whom nothing is known.
func (b *Builder) turnAround() {
	s := b.set
	s.clauses = make([]clause, len(b.clauses.all))
	s.using = make([][]uint32, s.m.Facts.Len())
	nobody := &judge{program: &s.program}
	nobody.take(person{})
	for k, key := range b.clauses.all {
		s.clauses[k] = clause{clauseKey: key, uses: s.nodes[key.root].uses, blocks: key.field || s.m.blocks(nobody, key.root)}
		for f := range s.clauses[k].uses.all() {
			s.using[f] = append(s.using[f], uint32(k))
		}
	}
	for _, k := range s.asked {
		s.clauses[k].trials.to++
	}
	from := uint32(0)
	for k := range s.clauses {
		n := s.clauses[k].trials.to
		s.clauses[k].trials = span{from, from}
		from += n
	}
	s.askedBy = make([]uint32, len(s.asked))
	for i := range s.trials {
		t := &s.trials[i]
		for _, k := range s.asked[t.clauses.from:t.clauses.to] {
			c := &s.clauses[k]
			s.askedBy[c.trials.to] = uint32(i)
			c.trials.to++
			if c.blocks {
				t.blocks++
			}
		}
	}
}

// blocks says whether what a rule that is unknown lacks stands in the way of a fit:
// it is more than laboratory values.
func (m *Matcher) blocks(j *judge, root uint32) bool {
	var l lack
	j.missing(root, &l)
	return l.leaf || !l.facts.without(m.labs).empty()
}
