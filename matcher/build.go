package matcher

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// Builder makes a set, slip by slip, and keeps nothing else of the trials.
type Builder struct {
	set     *Set
	clauses map[string]uint32 // by their bytes in a slip
	atoms   map[string]uint32
	words   numbering[string]
	needs   numbering[need]
	placeAt map[placeKey]uint32
	places  []sitePlace
	sitesAt []int // by place
}

// sitePlace is a town in which there are sites, and where it lies; nil: not known.
type sitePlace struct {
	city, country string
	point         *place.Point
}

// placeKey tells the towns of slips apart.
type placeKey struct {
	city, country string
	placed        bool
	point         place.Point
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
	s := &Set{
		m: m, looked: newMarks(n), recruiting: newMarks(n), anyone: newMarks(n),
		therapies: map[string]marks{}, phases: map[string]marks{}, countries: map[string]marks{}, recruitingIn: map[string]marks{},
		illnesses: make([]marks, len(m.kin)),
	}
	s.atomsOf = make([][]uint32, m.Facts.Len())
	s.sought, _ = m.Facts.Index("condition")
	s.others, _ = m.Facts.Index("other_conditions")
	for _, id := range m.Therapies.IDs() {
		s.therapies[id] = newMarks(n)
	}
	for i := range s.illnesses {
		s.illnesses[i] = newMarks(n)
	}
	return &Builder{set: s, clauses: map[string]uint32{}, atoms: map[string]uint32{}, placeAt: map[placeKey]uint32{}}
}

// Add compiles the next trial. A slip that can't be read adds nothing that a match would
// look at.
func (b *Builder) Add(slip []byte) error {
	s := b.set
	i := len(s.trials)
	r := &slipReader{b: slip}
	t := compiledTrial{id: r.text(), status: trials.Status(r.text())}
	treats := r.is()
	if i >= len(s.looked)*64 {
		return fmt.Errorf("%s: the set was made for fewer trials", t.id)
	}
	b.labels(r, &t, i)
	b.illnesses(r, &t, i)
	for range r.count() {
		mark(s.phases, r.text(), i, len(s.looked))
	}
	t.weight, t.mayFit = uint16(min(r.number(), math.MaxUint16)), r.is()
	b.demands(r, &t)
	b.sites(r, &t, i)
	s.trials = append(s.trials, t)
	if err := r.end(); err != nil {
		return fmt.Errorf("%q: %w", t.id, err)
	}
	if treats && t.status.Open() {
		s.looked.set(i)
	}
	if t.status == trials.Recruiting {
		s.recruiting.set(i)
	}
	return nil
}

// mark adds a trial to one of several sets of trials, each of so many words.
func mark(sets map[string]marks, name string, i, words int) {
	if sets[name] == nil {
		sets[name] = make(marks, words)
	}
	sets[name].set(i)
}

func (b *Builder) labels(r *slipReader, t *compiledTrial, i int) {
	for range r.count() {
		id := r.text()
		at := uint(slices.Index(b.set.m.Therapies.IDs(), id))
		switch r.number() {
		case testedRole:
			t.tested |= 1 << at
		case combinedRole:
			t.combined |= 1 << at
		default:
			continue
		}
		if b.set.therapies[id] != nil {
			b.set.therapies[id].set(i)
		}
	}
}

func (b *Builder) illnesses(r *slipReader, t *compiledTrial, i int) {
	if !r.is() {
		b.set.anyone.set(i)
	}
	for range r.count() {
		at := r.below(len(b.set.illnesses))
		t.conditions.set(at)
		b.set.illnesses[at].set(i)
	}
}

func (b *Builder) demands(r *slipReader, t *compiledTrial) {
	t.clauses.from = uint32(len(b.set.asked))
	for range r.count() {
		k, ok := b.clause(r.bytes())
		if !ok {
			r.fail()
			return
		}
		b.set.asked = append(b.set.asked, k)
		if b.set.clauses[k].field {
			t.fields++
		}
	}
	t.clauses.to = uint32(len(b.set.asked))
}

// clause gives the clause that the bytes say, and compiles it where it is new.
func (b *Builder) clause(said []byte) (k uint32, ok bool) {
	if k, ok = b.clauses[string(said)]; ok {
		return k, true
	}
	s := b.set
	r := &slipReader{b: said}
	flags := r.number()
	c := clause{root: uint32(len(s.code)), ban: flags&banFlag != 0, field: flags&fieldFlag != 0}
	if b.rule(r); r.end() != nil {
		s.code = s.code[:c.root]
		return 0, false
	}
	c.need = b.needs.of(s.needOf(&c, s.m))
	k = uint32(len(s.clauses))
	s.clauses = append(s.clauses, c)
	b.clauses[string(said)] = k
	return k, true
}

// rule adds a rule to the program.
func (b *Builder) rule(r *slipReader) {
	s := b.set
	k := nodeKind(r.below(int(anyNode) + 1))
	at := len(s.code)
	s.code = append(s.code, wordOf(k, 0))
	switch k {
	case atomNode:
		said := r.bytes()
		a, ok := b.atom(said)
		if !ok {
			r.fail()
		}
		s.code[at] = wordOf(k, a)
	case notNode, allNode, anyNode:
		parts := r.count()
		if parts == 0 || k == notNode && parts > 1 {
			r.fail()
		}
		for range parts {
			b.rule(r)
		}
		s.code[at] = wordOf(k, uint32(len(s.code)-at-1))
	}
}

func (b *Builder) atom(said []byte) (at uint32, ok bool) {
	if at, ok = b.atoms[string(said)]; ok {
		return at, true
	}
	s := b.set
	r := &slipReader{b: said}
	a := s.m.readAtom(r)
	if r.end() != nil {
		return 0, false
	}
	at = uint32(len(s.atoms))
	b.atoms[string(said)] = at
	s.atoms = append(s.atoms, a)
	s.atomsOf[a.fact] = append(s.atomsOf[a.fact], at)
	if a.illness { // the person's illnesses bear on it, whichever of the two it is about
		other := s.sought + s.others - a.fact
		s.atomsOf[other] = append(s.atomsOf[other], at)
	}
	return at, true
}

func (m *Matcher) readAtom(r *slipReader) compiledAtom {
	a := compiledAtom{fact: r.below(m.Facts.Len())}
	f := m.Facts.At(a.fact)
	a.Fact, a.all, a.Op, a.illness = f.ID, r.is(), criteria.Op(r.text()), f.Conditions()
	switch kind := criteria.OperandKind(r.number()); kind {
	case criteria.NumberOperand:
		a.Value = criteria.Num(r.real())
	case criteria.TextOperand:
		a.Value = criteria.Text(r.text())
	case criteria.BoolOperand:
		a.Value = criteria.Boolean(r.is())
	default:
		var list []string
		for range r.count() {
			list = append(list, r.text())
		}
		a.Value = criteria.List(list...)
	}
	if len(r.b) > 0 {
		value := r.real()
		a.AsWritten = &criteria.AsWritten{Value: &value, Unit: r.text()}
	}
	if a.illness {
		a.wanted = m.illnesses(a.Value)
	}
	return a
}

// illnesses are those that an atom compares with.
func (m *Matcher) illnesses(o criteria.Operand) idSet {
	var out idSet
	wanted := o.List
	if o.Kind == criteria.TextOperand {
		wanted = []string{o.Text}
	}
	for _, id := range wanted {
		if i, ok := m.Conditions.Index(id); ok {
			out.set(i)
		}
	}
	return out
}

// sites takes the places at which somebody may ask. Of several in one town the first
// stands for all: they are as near, and take people as soon.
func (b *Builder) sites(r *slipReader, t *compiledTrial, i int) {
	s := b.set
	t.sites.from = uint32(len(s.sites))
	for range r.count() {
		rank := r.number()
		status, country := r.text(), r.text()
		at := placeKey{city: r.text(), country: country, placed: r.is()}
		if at.placed {
			at.point = r.point()
		}
		mark(s.countries, country, i, len(s.looked))
		if t.status == trials.Recruiting && status == string(trials.Recruiting) {
			mark(s.recruitingIn, country, i, len(s.looked))
		}
		site := compiledSite{rank: uint8(rank), place: b.place(at), status: uint16(b.words.of(status))}
		same := func(o compiledSite) bool { return o.place == site.place && o.rank == site.rank }
		if !slices.ContainsFunc(s.sites[t.sites.from:], same) {
			s.sites = append(s.sites, site)
		}
	}
	t.sites.to = uint32(len(s.sites))
}

func (b *Builder) place(key placeKey) uint32 {
	at, ok := b.placeAt[key]
	if !ok {
		at = uint32(len(b.places))
		b.placeAt[key] = at
		p := sitePlace{city: key.city, country: key.country}
		if key.placed {
			p.point = &key.point
		}
		b.places, b.sitesAt = append(b.places, p), append(b.sitesAt, 0)
	}
	b.sitesAt[at]++
	return at
}

// Towns are those of the sites whose place is known, those of most sites first.
func (b *Builder) Towns() []place.Town {
	order := make([]int, len(b.places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.sitesAt[j], b.sitesAt[i]) })
	var out []place.Town
	for _, i := range order {
		if p := &b.places[i]; p.point != nil {
			out = append(out, place.Town{Name: p.city, Country: p.country, Point: *p.point})
		}
	}
	return out
}

// Place puts the sites of each town where the function says that they are: the point
// that it is told, which is nil where none is known, another, or none.
func (b *Builder) Place(where func(city, country string, now *place.Point) *place.Point) {
	for i := range b.places {
		p := &b.places[i]
		p.point = where(p.city, p.country, p.point)
	}
}

// Set ends the building. Details gives back a trial, by its place, when a page
// shows it.
func (b *Builder) Set(details func(i int) (*Candidate, error)) *Set {
	s := b.set
	s.details, s.words, s.needs = details, b.words.all, b.needs.all
	for _, p := range b.places {
		at := compiledPlace{placed: p.point != nil, city: p.city, country: p.country}
		if at.placed {
			at.point, at.at = *p.point, towards(*p.point)
		}
		s.places = append(s.places, at)
	}
	b.sortByID()
	b.sortClauses()
	s.turnAround()
	s.standings.New = func() any { return newStanding(s) }
	s.seen.New = func() any { return &obstacles{seen: make([]obstacle, len(s.clauses))} }
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

// sortClauses gives the clauses their order: those of many trials first, so that most
// trials are settled early; those of one trial last, in the order of the trials.
func (b *Builder) sortClauses() {
	s := b.set
	for _, k := range s.asked {
		s.clauses[k].trials.to++
	}
	order := make([]uint32, len(s.clauses))
	for k := range order {
		order[k] = uint32(k)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(s.clauses[b].trials.to, s.clauses[a].trials.to) })
	now := make([]uint32, len(order)) // by the place before
	sorted := make([]clause, len(order))
	code := make([]uint32, 0, len(s.code))
	for at, k := range order {
		now[k], sorted[at] = uint32(at), s.clauses[k]
		sorted[at].root = uint32(len(code)) // what is judged together lies together
		code = append(code, s.code[s.clauses[k].root:s.after(s.clauses[k].root)]...)
	}
	for i, k := range s.asked {
		s.asked[i] = now[k]
	}
	s.clauses, s.code = sorted, code
	s.shared = uint32(len(sorted))
	if at := slices.IndexFunc(sorted, func(c clause) bool { return c.trials.to <= 1 }); at >= 0 {
		s.shared = uint32(at)
	}
}

// turnAround lists the trials of each clause and the clauses of each need, and what
// stands in the way of a fit for somebody of whom nothing is known.
func (s *Set) turnAround() {
	s.byNeed = make([][]uint32, len(s.needs))
	nobody := &judge{program: &s.program, settled: make([]truths, len(s.atoms)), full: 1}
	from := uint32(0)
	for k := range s.clauses {
		c := &s.clauses[k]
		c.blocks = c.field || nobody.blocks(c.root, &person{}, 0, &s.m.labs)
		s.byNeed[c.need] = append(s.byNeed[c.need], uint32(k))
		n := c.trials.to
		c.trials = span{from, from}
		from += n
	}
	s.askedBy = make([]uint32, len(s.asked))
	for i := range s.trials {
		t := &s.trials[i]
		t.own = span{math.MaxUint32, 0}
		for _, k := range s.asked[t.clauses.from:t.clauses.to] {
			c := &s.clauses[k]
			s.askedBy[c.trials.to] = uint32(i)
			c.trials.to++
			if k >= s.shared {
				t.own = span{min(t.own.from, k), max(t.own.to, k+1)}
			}
		}
	}
}
