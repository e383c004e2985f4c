package criteria

import (
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/fact"
	"trialfinder/matcher/lexicon"
)

//go:embed data/*.tsv
var data embed.FS

// table reads a data file of exactly these columns.
func table(file string, columns ...string) ([][]string, error) {
	f, err := data.Open("data/" + file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.Comment, r.LazyQuotes, r.FieldsPerRecord = '\t', '#', true, len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(rows) == 0 || strings.Join(rows[0], " ") != strings.Join(columns, " ") {
		return nil, fmt.Errorf("%s: want the columns %v", file, columns)
	}
	return rows[1:], nil
}

// class is the part that a word plays in a clause: the kinds of words.tsv, one bit each.
type class uint64

const (
	neutral  class = 1 << iota // no bearing on who may join
	narrow                     // makes what it stands by narrower
	permits                    // says that something may be, which demands nothing
	forbids                    // says that something may not be: among demands, a ban
	examples                   // what follows only shows what is meant
	anyway                     // what follows makes no difference
	aside                      // turns what it stands by into something else
	modal                      // makes of what stands before it a condition for what follows
	male
	female
	past        // no bearing beside a treatment or an event, which are past
	alien       // speaks of somebody or something else: nothing is read
	recovered   // something is over, or less
	lasting     // something is left
	causes      // what follows is where it comes from
	restricting // behind a list, it narrows all of it
	defines     // what follows says what is meant
	imaging     // what a lesion is seen by
	version     // a number behind it is the edition's
	event       // what time in a trial is counted from
	within      // opens a stretch of time that reaches up to now
	since       // opens what a time is counted from
	anchor      // the same, behind the time
	notWord
	orWord
	andWord
	except
	orMore
	orLess
	geWord
	gtWord
	leWord
	ltWord
	between
	toWord
	ulnWord
	timesWord
	ulnFiller
)

// classes are the names of the classes in words.tsv.
var classes = map[string]class{
	"neutral":     neutral,
	"narrow":      narrow,
	"permits":     permits,
	"forbids":     forbids,
	"examples":    examples,
	"anyway":      anyway,
	"aside":       aside,
	"modal":       modal,
	"male":        male,
	"female":      female,
	"past":        past,
	"alien":       alien,
	"recovered":   recovered,
	"lasting":     lasting,
	"causes":      causes,
	"restricting": restricting,
	"defines":     defines,
	"imaging":     imaging,
	"version":     version,
	"event":       event,
	"within":      within,
	"since":       since,
	"anchor":      anchor,
	"not":         notWord,
	"or":          orWord,
	"and":         andWord,
	"except":      except,
	"or_more":     orMore,
	"or_less":     orLess,
	"ge":          geWord,
	"gt":          gtWord,
	"le":          leWord,
	"lt":          ltWord,
	"between":     between,
	"to":          toWord,
	"uln":         ulnWord,
	"times":       timesWord,
	"uln_filler":  ulnFiller,
}

// ops is the comparison that a class of words stands for.
var ops = map[class]Op{geWord: Ge, gtWord: Gt, leWord: Le, ltWord: Lt}

// meaning is what one phrase can be; a phrase may have several.
type meaning struct {
	class   class
	op      Op // the comparison that it writes
	concept *concept
	// The phrase means it only in capitals: "AIDS", and not "hearing aids".
	capitals bool
}

// concept is what a phrase speaks of.
type concept struct {
	code     string
	kind     string // quantity, state, treatment, event, illness
	quantity *quantity
	senses   []sense
	ids      []string // of kind illness: which
}

// sense is what a state, treatment or event says of a person: a row of meanings.tsv.
type sense struct {
	when     []string
	marks    uint64 // of the words that choose it
	wide     bool   // the fact is wider than the words
	narrow   bool   // the fact is narrower
	demanded bool   // in a list of what must hold it is demanded
	since    string // the fact that counts its time
	how      timing
	rule     Rule // nil: no fact says it
}

// chosenBy: one of the words of a phrase is one that chose the sense.
func (s *sense) chosenBy(phrase string) bool {
	if len(s.when) == 0 {
		return false
	}
	var room [maxPhrase]lexicon.Token
	return slices.ContainsFunc(lexicon.AppendTokens(room[:0], phrase), func(t lexicon.Token) bool { return slices.Contains(s.when, t.Text) })
}

// timing is what a stretch of time makes of a sense.
type timing string

const (
	both    timing = ""     // it is so, and it was in that time
	either  timing = "or"   // what the fact says of now holds as well
	byTime  timing = "in"   // the time says all
	anyTime timing = "any"  // it makes no difference
	each    timing = "each" // every "never" of the rule counts its own time
)

// absorbs: the sense was chosen by the words of an exception, and says what they do.
func (s *sense) absorbs() bool { return len(s.when) > 0 && s.when[0][0] == '~' }

// quantity is something that numbers are compared with.
type quantity struct {
	code  string
	facts []string // in the fact's own unit
	unit  string   // and which that is of the first
	uln   []string // in multiples of the upper limit of normal
	small float64
	// From and up to where a healthy person may be; 0 where that tells nothing.
	soundFrom, soundTo float64
	least              float64   // the lowest limit that anybody sets
	units              [2]string // without a unit: of a number below small, and from there on
	min, max           float64   // of a scale with whole steps; equal where there is none
}

type vocabulary struct {
	lists
	words      lexicon.Lexicon[meaning]
	quantities map[string]*quantity
	concepts   map[string]*concept
	graded     map[string]*quantity       // the grade of a state
	clinic     lexicon.Lexicon[string]    // what only the trial's staff can settle → topic
	same       map[string]map[string]bool // wordings of an illness that mean nothing narrower
	cancer     lexicon.Lexicon[bool]      // words of texts about people with cancer
	spreads    map[string]Rule            // how far a cancer has come
	kin        map[string][]string        // illnesses under which people may list another
}

func loadVocabulary(facts *fact.Catalogue) (*vocabulary, error) {
	v := &vocabulary{quantities: map[string]*quantity{}, concepts: map[string]*concept{}, graded: map[string]*quantity{}}
	senses := func() error { return v.readSenses(facts) }
	spreads := func() error { return v.readSpreads(facts) }
	quantities := func() error { return v.readQuantities(facts) }
	for _, read := range []func() error{quantities, v.readConcepts, senses, v.readWords, v.readClinic, v.readSame, v.readLists, v.readKin, spreads} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *vocabulary) readQuantities(facts *fact.Catalogue) error {
	rows, err := table("quantities.tsv", "concept", "facts", "uln", "small", "unit_small", "unit_large", "steps", "sound_from", "sound_to", "least")
	if err != nil {
		return err
	}
	for _, row := range rows {
		q := &quantity{code: row[0], facts: list(row[1]), uln: list(row[2]), units: [2]string{dash(row[4]), dash(row[5])}}
		if q.small, err = strconv.ParseFloat(row[3], 64); err != nil {
			return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
		}
		if q.soundFrom, err = optional(row[7]); err != nil {
			return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
		}
		if q.soundTo, err = optional(row[8]); err != nil {
			return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
		}
		if q.least, err = optional(row[9]); err != nil {
			return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
		}
		if low, high, ok := strings.Cut(row[6], ".."); ok {
			if q.min, err = strconv.ParseFloat(low, 64); err != nil {
				return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
			}
			if q.max, err = strconv.ParseFloat(high, 64); err != nil {
				return fmt.Errorf("quantities.tsv: %s: %w", row[0], err)
			}
		}
		if len(q.facts) > 0 {
			f, ok := facts.ByID(q.facts[0])
			if !ok {
				return fmt.Errorf("quantities.tsv: %s: %q is no fact", row[0], q.facts[0])
			}
			q.unit = f.Unit
		}
		v.quantities[q.code] = q
	}
	return nil
}

// optional reads a number that may be left out.
func optional(cell string) (float64, error) {
	if cell == "-" {
		return 0, nil
	}
	return strconv.ParseFloat(cell, 64)
}

func list(cell string) []string {
	if cell == "-" {
		return nil
	}
	return strings.Split(cell, "+")
}

func dash(cell string) string { return strings.TrimSuffix(cell, "-") }

func (v *vocabulary) readConcepts() error {
	rows, err := table("concepts.tsv", "code", "kind", "phrases")
	if err != nil {
		return err
	}
	for _, row := range rows {
		c := &concept{code: row[0], kind: row[1], quantity: v.quantities[row[0]]}
		if (c.kind == "quantity") != (c.quantity != nil) {
			return fmt.Errorf("concepts.tsv: %s: quantities, and they alone, stand in quantities.tsv", c.code)
		}
		if v.concepts[c.code] != nil {
			return fmt.Errorf("concepts.tsv: %s stands twice", c.code)
		}
		v.concepts[c.code] = c
		if state, _, ok := strings.Cut(c.code, "_grade"); ok && c.quantity != nil {
			v.graded[state] = c.quantity
			v.graded[state+"_acute"], v.graded[state+"_chronic"] = c.quantity, c.quantity
		}
		if err := v.add(row[2], meaning{concept: c}); err != nil {
			return fmt.Errorf("concepts.tsv: %s: %w", row[0], err)
		}
	}
	return nil
}

func (v *vocabulary) readClinic() error {
	rows, err := table("clinic.tsv", "topic", "phrases")
	if err != nil {
		return err
	}
	for _, row := range rows {
		phrases, err := expanded(row[1])
		if err != nil {
			return fmt.Errorf("clinic.tsv: %s: %w", row[0], err)
		}
		for _, phrase := range phrases {
			v.clinic.Add(phrase, row[0])
		}
	}
	return nil
}

func (v *vocabulary) readSame() error {
	rows, err := table("same.tsv", "illness", "phrases")
	if err != nil {
		return err
	}
	v.same = map[string]map[string]bool{}
	for _, row := range rows {
		v.same[row[0]] = map[string]bool{}
		for _, phrase := range strings.Split(row[1], "|") {
			v.same[row[0]][lexicon.Fold(phrase)] = true
		}
	}
	return nil
}

func (v *vocabulary) readWords() error {
	rows, err := table("words.tsv", "kind", "words")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row[0] == "cancer" {
			for _, word := range strings.Split(row[1], "|") {
				v.cancer.Add(word, true)
			}
			continue
		}
		kind, ok := classes[row[0]]
		if !ok {
			return fmt.Errorf("words.tsv: unknown kind %q", row[0])
		}
		if err := v.add(row[1], meaning{class: kind, op: ops[kind]}); err != nil {
			return fmt.Errorf("words.tsv: %w", err)
		}
	}
	return nil
}

// add lists the phrases of a cell.
func (v *vocabulary) add(cell string, m meaning) error {
	phrases, err := expanded(cell)
	for _, phrase := range phrases {
		m.capitals = capitals(phrase)
		v.words.Add(phrase, m)
	}
	return err
}

// capitals: a word of more than one letter is written in capitals.
func capitals(s string) bool {
	return len(s) > 1 && asciiOnly(s) && s == strings.ToUpper(s) && isLetter(s[0])
}

// expanded gives the phrases of a cell, written out.
func expanded(cell string) ([]string, error) {
	var out []string
	for _, pattern := range splitPhrases(cell) {
		phrases, err := lexicon.Expand(pattern, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, phrases...)
	}
	return out, nil
}

// splitPhrases leaves out signs, which are no words: the clause reader knows them by themselves.
func splitPhrases(cell string) []string {
	var out []string
	for _, p := range strings.Split(cell, "|") {
		if p != "/" && p != "&" {
			out = append(out, p)
		}
	}
	return out
}
