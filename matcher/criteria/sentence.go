package criteria

import "slices"

// joint is how two parts of a sentence are joined.
type joint int

const (
	loosely joint = iota // by a comma
	byAnd
	byOr
)

// part is a stretch of a sentence between two joints.
type part struct {
	examples []example // what is named as an example of it
	bounds   []bound
	terms    []term
	windows  []window
	words    []string // all folded words, to choose a meaning by
	narrow   []string // of these, what makes a state narrower
	narrowAt int      // where the first of these stands
	unread   []string // words that bear on who may join and were not read
	lead     int      // how many of them stand before what it names
	head     bool     // it is told by what follows it
	early    bool     // it stands before the "must"
	given    bool     // it is the condition that the sentence begins with
	past     bool     // it was, and not lately: "a transplant more than 5 years ago"
	tail     int      // how many stand behind its stretch of time
	denied   bool     // "no", "without" stands before it
	within   bool     // the "no" stands within the sentence, behind what it says first
	over     bool     // it must be over: "at least 4 weeks since"
	negative bool     // it is said behind it: "HIV negative"
	carried  bool     // the "no" stands before an earlier part
	inside   bool     // it stands in a bracket behind a state
	oxford   bool     // a comma and an "or" stand before it
	slash    bool     // a slash joins it to the one before
	allergic bool     // it goes on telling what an allergy is to
	clause   int      // which clause of the sentence it is of: one with a verb of its own
	numbers  bool     // a number or comparison stands in it that was not read
	other    bool     // a word turns it into something else: a risk, a plan
	needed   bool     // it goes on telling what is required
	ahead    bool     // and it is one of what is to come
	strange  bool     // nothing is read of one of its examples
	endless  bool     // one more item begins among its examples
	object   bool     // its illness is only what something is for that is told behind it
	runsOn   bool     // one more item may begin within it, of a list that has lost its lines
	before   joint
}

func (p *part) says() bool {
	return len(p.bounds) > 0 || len(p.terms) > 0 || p.allergic && len(p.unread) > 0
}

// example is a term that shows what is meant, with the adjectives before it.
type example struct {
	term
	adjectives []string
}

// links: a word ties what the part names to what makes it narrower.
func (p *part) links() bool {
	return slices.ContainsFunc(p.words, func(w string) bool { return w == "around" || w == "that" || w == "which" || w == "at" })
}

// sentence is the parts up to a full stop or semicolon, and what softens them.
type sentence struct {
	parts       []part
	exception   []string // words from "unless", "if" on
	excused     []string // and folded
	relaxed     []bound  // comparisons in the exception
	conditions  []bound  // when these hold
	alien       bool     // it speaks of somebody or something else
	condition   bool     // what is said of a state is a condition for what follows
	given       []bound  // comparisons before a "must"
	further     bool     // the exception holds a demand of its own
	vague       bool     // and something else before it
	modal       bool     // it says "must"
	closed      int      // of these, how many say of whom and no more
	before      int      // how many parts the "must" had before it
	after       bool     // something bears on who may join behind the "must"
	aside       bool     // only in brackets, or in a list's last part
	permits     bool     // it says what may be
	defined     int      // the part in which a "defined as" stands, counted from 1
	demands     bool     // it says, among bans, what must be
	ofAll       bool     // and of everybody
	forbidden   int      // the clause in which it says what may not be
	forbids     bool     // it says, among demands, what may not be
	restricted  bool     // a clause at its end narrows all of it
	clean       int      // comparisons that are all of the exception; below 0: there are words
	caused      bool     // the exception tells where it comes from
	excusing    []term   // states in the exception
	alternative bool     // an "or" stands in it
	loose       bool     // other words stand in it that bear on whom it is for
	obliges     bool     // and a "must"
	compares    bool     // and a comparison that was not read
	male        bool
	female      bool
}

// ofOthers: it begins with "any other".
func (s *sentence) ofOthers() bool {
	words := s.parts[0].words
	return len(words) > 1 && (words[0] == "other" || words[0] == "any" && words[1] == "other")
}

// excusedWords gives the folded words of the exception.
func (s *sentence) excusedWords(w *walk) []string {
	w.excused = w.excused[:0]
	for _, phrase := range s.exception {
		w.words = w.parser.book.words(w.words[:0], phrase)
		for _, t := range w.words {
			w.excused = append(w.excused, t.Text)
		}
	}
	return w.excused
}

func unreadWords(s *sentence) []string {
	var words []string
	for _, p := range s.parts {
		words = append(words, p.unread...)
	}
	return words
}

// otherTimes: beside a stretch of time stands another that was not read.
func (s *sentence) otherTimes() bool {
	timed, other := false, false
	for _, p := range s.parts {
		timed = timed || len(p.windows) > 0
		other = other || p.numbers && len(p.terms) == 0 && slices.ContainsFunc(p.words, func(w string) bool { return timeUnits[w] != "" })
	}
	return timed && other
}

// tells: one of the terms is so.
func (s *sentence) tells(is func(term) bool) bool {
	return s.some(func(p *part) bool { return slices.ContainsFunc(p.terms, is) })
}

// says: some part of the sentence was read.
func (s *sentence) says() bool { return s.some((*part).says) }

// silent: the sentence says nothing of whom it is for.
func (s *sentence) silent() bool {
	return len(s.exception) == 0 && !s.some(func(p *part) bool { return p.says() || len(p.unread) > 0 })
}

// onlyBounds: the sentence speaks of nothing but numbers.
func (s *sentence) onlyBounds() bool {
	for _, p := range s.parts {
		if len(p.terms) > 0 {
			return false
		}
	}
	return true
}

// forbid denies all of a sentence that says, among demands, what may not be.
func (s *sentence) forbid() {
	for i := range s.parts {
		p := &s.parts[i]
		switch {
		case !s.forbids || p.clause < s.forbidden:
		case p.denied:
			p.unread = append(p.unread, "not")
		default:
			p.denied, p.carried = true, i > 0
		}
	}
}

// untied gives the parts with the comparisons that no "no" reaches apart from the
// terms that it does: "no pregnant women, aged 18 to 45". A limit that only defines what is
// denied is denied with it: "no hypertension (> 160/100 mmHg)".
func (s *sentence) untied(r *clauseReader) []part {
	free := func(p *part) bool {
		return p.denied && len(p.bounds) > 0 && (len(p.terms) > 0 || p.carried) && !p.bounds[0].ofTerm() && (p.bounds[0].upper || !r.measuredBefore(p, s) && !p.boundDenied())
	}
	if !s.some(free) {
		return s.parts
	}
	var out []part
	for _, p := range s.parts {
		if !free(&p) {
			out = append(out, p)
			continue
		}
		limit := part{bounds: p.bounds, before: p.before}
		if len(p.terms) > 0 {
			p.bounds = nil
			out = append(out, p)
			limit.before = byAnd
		}
		out = append(out, limit)
	}
	return out
}

// boundDenied: the "no" reaches a lower limit that stands between it and what it names, or
// tells a dose of it: "has not had more than 3 lines of therapy for melanoma".
func (p *part) boundDenied() bool {
	b := p.bounds[0]
	return b.names[0].code == "steroids_mg" || b.names[0].code == "prior_lines" && len(p.terms) > 0 && b.from < p.terms[0].at
}

// onlyTermsBefore: before the "must" stand states or treatments, and no other
// words that bear on who is meant.
func (s *sentence) onlyTermsBefore() bool {
	terms := 0
	for _, p := range s.parts[:min(s.before, len(s.parts))] {
		if len(p.terms) == 0 && (len(p.unread) > 0 || len(p.windows) > 0) {
			return false
		}
		terms += len(p.terms)
	}
	return len(s.given) == 0 && terms > 0
}

// moreOver: part i is followed by another, joined by "or", that must be over as well.
func moreOver(parts []part, i int) bool {
	return i+1 < len(parts) && parts[i+1].before == byOr && parts[i+1].over && parts[i+1].clause == parts[i].clause
}

// bareMention: nothing beside a treatment or event says that it was: "investigational drugs".
func (s *sentence) bareMention(t term, p *part, l *lists) bool {
	if t.concept.kind != "treatment" && t.concept.kind != "event" || p.denied {
		return false
	}
	return !s.tellsGiven(p.clause, l)
}

// tellsGiven: somewhere in a clause it is told that something was given or happened.
func (s *sentence) tellsGiven(clause int, l *lists) bool {
	return s.some(func(o *part) bool {
		return o.clause == clause && (l.given.some(o.words) || l.wasTaken.some(o.words) || l.happened.some(o.words))
	})
}

// markerOf: a marker in a list of bans is of the cancer that its first member names: "lung
// cancer known to have a mutation of EGFR or an ALK fusion".
func (s *sentence) markerOf(rule Rule, p *part, r *clauseReader) bool {
	a, ok := rule.(Atom)
	if !ok || r.kind != Exclusion || p.before == loosely || !s.parts[0].ofIllness() || len(s.parts[0].unread) == 0 || s.parts[0].clause != p.clause {
		return false
	}
	f, known := r.facts.ByID(a.Fact)
	return known && f.Group == "marker"
}

// grave: one of the allergies is told to be worse than others, which holds for all.
func (s *sentence) grave(l *lists) bool {
	return s.some(func(p *part) bool { return l.grave.some(p.words) })
}

// some: one of the parts is so.
func (s *sentence) some(is func(*part) bool) bool {
	for i := range s.parts {
		if is(&s.parts[i]) {
			return true
		}
	}
	return false
}
