package matcher

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"trialfinder/matcher/criteria"
	"trialfinder/matcher/therapy"
	"trialfinder/trials"
	"trialfinder/trials/place"
)

// A slip is what a set needs of one trial, in few bytes: it is made once, when the trial
// is read, and kept, so that a set of a whole registry is built without reading again.
// Its numbers are places in the vocabularies; it holds for the rules that made it.

// Slip makes the slip of a trial.
func (m *Matcher) Slip(t *trials.Trial, l *Listing) []byte {
	w := slipWriter{m: m}
	w.text(t.ID)
	w.text(string(t.Status))
	w.number(flag(t.StudyType.Treats()))
	w.labels(l.Therapies)
	w.illnesses(l.Conditions)
	w.phases(t.Phases)
	w.demands(l)
	w.sites(t)
	return w.b
}

type slipWriter struct {
	m *Matcher
	b []byte
}

func (w *slipWriter) number(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }
func (w *slipWriter) real(v float64) {
	w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(v))
}
func (w *slipWriter) text(s string) { w.number(len(s)); w.b = append(w.b, s...) }
func (w *slipWriter) texts(s []string) {
	w.number(len(s))
	for _, t := range s {
		w.text(t)
	}
}

// The roles of a therapy in a slip.
const (
	comparatorRole = iota
	combinedRole
	testedRole
)

func (w *slipWriter) labels(labels []therapy.Label) {
	w.number(len(labels))
	for _, l := range labels {
		w.text(l.ID)
		switch l.Role {
		case therapy.Tested:
			w.number(testedRole)
		case therapy.Combined:
			w.number(combinedRole)
		default:
			w.number(comparatorRole)
		}
	}
}

func (w *slipWriter) illnesses(ids []string) {
	var known []int
	for _, id := range ids {
		if at, ok := w.m.Conditions.Index(id); ok {
			known = append(known, at)
		}
	}
	w.number(flag(len(ids) > 0))
	w.number(len(known))
	for _, at := range known {
		w.number(at)
	}
}

func (w *slipWriter) phases(phases []trials.Phase) {
	w.number(len(phases))
	for _, p := range phases {
		w.text(string(p))
	}
}

// demands writes what is asked: how much weighs, whether enough is read for a fit, and
// the rules. What holds for one cohort only, what is the clinic's and what was not read
// settles nothing and is left out.
func (w *slipWriter) demands(l *Listing) {
	weight, read, demands := 0, 0, 0
	var asked []criteria.Criterion
	take := func(c criteria.Criterion, weighs int) {
		if !c.Kind.Demands() || c.Cohort != "" || c.Rule == nil && c.Clinic {
			return
		}
		weight += weighs
		if c.Rule != nil {
			asked = append(asked, c)
		}
	}
	for _, f := range l.Fields {
		take(f.Criterion, fieldWeight)
	}
	fields := len(asked)
	for _, c := range l.Criteria {
		if c.Kind.Demands() {
			demands++
			read += flag(c.Rule != nil || c.Clinic)
		}
		take(c, 1)
	}
	w.number(weight)
	w.number(flag(len(l.Conditions) > 0 && demands > 0 && float64(read) >= readShare*float64(demands)))
	w.number(len(asked))
	for i, c := range asked {
		at := len(w.b)
		w.number(flag(c.Kind == criteria.Exclusion)*banFlag | flag(i < fields)*fieldFlag)
		w.rule(c.Rule, c.Kind)
		w.sized(at)
	}
}

// sized puts the size of what was written since before it.
func (w *slipWriter) sized(at int) {
	size := binary.AppendUvarint(nil, uint64(len(w.b)-at))
	w.b = slices.Insert(w.b, at, size...)
}

const (
	banFlag = 1 << iota
	fieldFlag
)

// rule writes a rule of a list of demands or of bans, which look for illnesses in
// different places.
func (w *slipWriter) rule(r criteria.Rule, kind criteria.Kind) {
	switch r := r.(type) {
	case criteria.All:
		w.parts(allNode, r, kind)
	case criteria.Any:
		w.parts(anyNode, r, kind)
	case criteria.Not:
		w.parts(notNode, []criteria.Rule{r.Rule}, kind)
	case criteria.Atom:
		w.atom(r, kind)
	default:
		w.number(int(unknownNode))
	}
}

func (w *slipWriter) parts(k nodeKind, rules []criteria.Rule, kind criteria.Kind) {
	// Two parts that no fact expresses say as much as one.
	var told []criteria.Rule
	leaf := false
	for _, r := range rules {
		_, unknown := r.(criteria.Unknown)
		if !unknown || !leaf {
			told = append(told, r)
		}
		leaf = leaf || unknown
	}
	w.number(int(k))
	w.number(len(told))
	for _, r := range told {
		w.rule(r, kind)
	}
}

// atom writes all that bears on an atom's truth.
func (w *slipWriter) atom(a criteria.Atom, kind criteria.Kind) {
	about, ok := w.m.Facts.Index(a.Fact)
	if !ok {
		w.number(int(unknownNode)) // nothing can be known of the fact
		return
	}
	w.number(int(atomNode))
	at := len(w.b)
	w.number(about)
	all := a.Fact == "other_conditions" || a.Fact == "condition" && kind == criteria.Exclusion
	w.number(flag(all))
	w.text(string(a.Op))
	w.number(int(a.Value.Kind))
	switch a.Value.Kind {
	case criteria.NumberOperand:
		w.real(a.Value.Number)
	case criteria.TextOperand:
		w.text(a.Value.Text)
	case criteria.BoolOperand:
		w.number(flag(a.Value.Bool))
	case criteria.ListOperand:
		w.texts(a.Value.List)
	}
	if written := a.AsWritten; written != nil && written.Value != nil {
		w.real(*written.Value)
		w.text(written.Unit)
	}
	w.sized(at)
}

// sites writes the places where somebody may ask, best ones first.
func (w *slipWriter) sites(t *trials.Trial) {
	type open struct {
		*trials.Site
		rank int
	}
	var asked []open
	for i := range t.Sites {
		if rank := siteRank(t.Sites[i].Status, t.Status); rank >= 0 {
			asked = append(asked, open{&t.Sites[i], rank})
		}
	}
	slices.SortStableFunc(asked, func(a, b open) int { return cmp.Compare(a.rank, b.rank) })
	w.number(len(asked))
	for _, s := range asked {
		w.number(s.rank)
		w.text(string(cmp.Or(s.Status, t.Status)))
		w.text(siteCountry(s.Site))
		w.text(s.City)
		w.number(flag(s.GeoPoint != nil))
		if s.GeoPoint != nil {
			w.real(s.GeoPoint.Lat)
			w.real(s.GeoPoint.Lon)
		}
	}
}

// slipReader reads a slip. What runs over its end is bad, and reads as nothing.
type slipReader struct {
	b   []byte
	bad bool
}

// fail ends the reading.
func (r *slipReader) fail() { r.b, r.bad = nil, true }

func (r *slipReader) number() int {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > math.MaxInt32 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return int(n)
}

// below reads a number that must be less than n.
func (r *slipReader) below(n int) int {
	got := r.number()
	if got >= n {
		r.fail()
		return 0
	}
	return got
}

// count reads how many things follow, each of at least one byte.
func (r *slipReader) count() int { return r.below(len(r.b) + 1) }

func (r *slipReader) bytes() []byte {
	n := r.count()
	if n > len(r.b) {
		r.fail()
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *slipReader) text() string { return string(r.bytes()) }

func (r *slipReader) real() float64 {
	if len(r.b) < 8 {
		r.fail()
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.b))
	r.b = r.b[8:]
	return v
}

func (r *slipReader) is() bool { return r.number() != 0 }

func (r *slipReader) end() error {
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("not a slip of these rules: derive the trial again")
	}
	return nil
}

func (r *slipReader) point() place.Point {
	lat := r.real()
	return place.Point{Lat: lat, Lon: r.real()}
}
