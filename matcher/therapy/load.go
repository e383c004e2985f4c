package therapy

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"trialfinder/matcher/lexicon"
)

//go:embed data/*.tsv
var data embed.FS

// kind says how much a phrase decides by itself.
type kind string

const (
	agent   kind = "agent"   // a drug or product: decides wherever something is given
	decides kind = "decides" // a cell type or mechanism that is only named when given
	given   kind = "given"   // counts as an intervention's name, or beside a word of giving
	cancer  kind = "cancer"  // as decides, in a study of cancer only
	blood   kind = "blood"   // as decides, in a study of the blood's illnesses or of conditioning only
	support kind = "support" // confirms and refines a therapy found by other words
	stem    kind = "stem"    // the end of a nonproprietary name
	target  kind = "target"  // an antibody told by what it binds: "anti-CCR8 antibody"
	block   kind = "block"   // contains such words but means something else
)

// entry is what one phrase stands for.
type entry struct {
	therapies []string
	subtype   string
	kind      kind
	standard  bool
	bare      bool // of a target: an antibody of any kind, perhaps one that is measured
}

// cue is what a word beside a phrase does to it.
type cue struct {
	kind      string
	therapies []string // empty: all
	reach     int      // words that may stand between
	headOnly  bool     // only in titles, labels and names
}

type suffix struct {
	end string
	entry
}

// Classifier holds the vocabulary. It is safe for concurrent use.
type Classifier struct {
	words    lexicon.Lexicon[entry]
	around   lexicon.Lexicon[cue]    // what stands before or after a hit and takes it away
	cues     lexicon.Lexicon[string] // words of giving, of cancer, of partners …
	suffixes []suffix
	names    []spelling // of agents, in one word, that end as a class does
	terms    []string
}

// spelling is the name of an agent as it should be written.
type spelling struct {
	letters []rune
	entry
}

// Load decodes the vocabulary and reports every fault in it.
func Load() (*Classifier, error) { return load(data) }

func load(files fs.FS) (*Classifier, error) {
	c := new(Classifier)
	l := loader{c: c, seen: map[string]string{}}
	steps := []struct {
		file   string
		header []string
		row    func([]string) error
	}{
		{"blockers.tsv", []string{"kind", "therapy", "reach", "where", "phrases"}, l.blocker},
		{"agents.tsv", []string{"therapy", "subtype", "origin", "use", "name", "other_names", "source"}, l.agent},
		{"phrases.tsv", []string{"therapy", "subtype", "kind", "use", "phrases"}, l.phrase},
		{"cues.tsv", []string{"kind", "phrases"}, l.cue},
	}
	for _, s := range steps {
		if err := readTable(files, s.file, s.header, s.row); err != nil {
			return nil, err
		}
	}
	c.terms = searchTerms(l.terms)
	c.names = l.names()
	return c, nil
}

// readTable gives each row of a tab-separated file to row.
func readTable(files fs.FS, file string, header []string, row func([]string) error) error {
	b, err := fs.ReadFile(files, "data/"+file)
	if err != nil {
		return fmt.Errorf("therapy: %s: %w", file, err)
	}
	var faults []error
	head := true
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cols := strings.Split(line, "\t")
		switch {
		case head && !slices.Equal(cols, header):
			return fmt.Errorf("therapy: %s: header %q, want %q", file, cols, header)
		case head:
			head = false
		case len(cols) != len(header):
			faults = append(faults, fmt.Errorf("therapy: %s:%d: %d columns, want %d", file, i+1, len(cols), len(header)))
		default:
			if err := row(cols); err != nil {
				faults = append(faults, fmt.Errorf("therapy: %s:%d: %w", file, i+1, err))
			}
		}
	}
	if head {
		return fmt.Errorf("therapy: %s: no header", file)
	}
	return errors.Join(faults...)
}

// loader checks rows and files them; seen finds a phrase listed twice.
type loader struct {
	c      *Classifier
	seen   map[string]string
	terms  []string
	agents []spelling // names in one word
}

func (l *loader) agent(cols []string) error {
	e, err := newEntry(cols[0], cols[1], agent, cols[3])
	if err != nil {
		return err
	}
	names := append([]string{cols[4]}, split(cols[5])...)
	l.terms = append(l.terms, names...)
	for _, n := range names {
		if folded := lexicon.Fold(n); !strings.Contains(folded, " ") {
			l.agents = append(l.agents, spelling{[]rune(folded), e})
		}
	}
	return l.add(e, names)
}

// names are the agents' names in one word that end as those of a class do.
func (l *loader) names() []spelling {
	return slices.DeleteFunc(l.agents, func(n spelling) bool {
		return !slices.ContainsFunc(l.c.suffixes, func(x suffix) bool { return strings.HasSuffix(string(n.letters), x.end) })
	})
}

func (l *loader) phrase(cols []string) error {
	k := kind(cols[2])
	if !slices.Contains([]kind{decides, given, cancer, blood, support, stem, target}, k) {
		return fmt.Errorf("unknown kind %q", k)
	}
	e, err := newEntry(cols[0], cols[1], k, cols[3])
	if err != nil {
		return err
	}
	phrases := split(cols[4])
	if k == stem {
		for _, p := range phrases {
			end := lexicon.Fold(p)
			if len(end) < 3 || strings.Contains(end, " ") {
				return fmt.Errorf("bad stem %q", p)
			}
			l.c.suffixes = append(l.c.suffixes, suffix{end, e})
		}
		return nil
	}
	if k != support && k != target {
		l.terms = append(l.terms, phrases...)
	}
	return l.add(e, phrases)
}

func (l *loader) blocker(cols []string) error {
	reach, err := strconv.Atoi(cols[2])
	if err != nil {
		return fmt.Errorf("reach %q: %w", cols[2], err)
	}
	if cols[3] != "any" && cols[3] != "head" {
		return fmt.Errorf("unknown where %q", cols[3])
	}
	therapies, err := therapyList(cols[1])
	if err != nil {
		return err
	}
	switch cols[0] {
	case "phrase":
		if therapies != nil || reach != 0 {
			return fmt.Errorf("a blocking phrase holds for all therapies and has no reach")
		}
		return l.add(entry{kind: block}, split(cols[4]))
	case "before", "after", "allow":
		q := cue{kind: cols[0], therapies: therapies, reach: reach, headOnly: cols[3] == "head"}
		for _, p := range split(cols[4]) {
			if err := l.once(cols[0]+" "+cols[1], p); err != nil {
				return err
			}
			if !l.c.around.Add(p, q) {
				return fmt.Errorf("no word in %q", p)
			}
		}
		return nil
	}
	return fmt.Errorf("unknown kind %q", cols[0])
}

func (l *loader) cue(cols []string) error {
	kinds := []string{"giving", "infusing", "cancer", "blood", "unselected", "sampling", "prophylactic", "therapeutic", "vaccine_word", "regimen", "pulsed", "making", "partner", "sequence", "backbone", "placebo", "or_placebo", "follow_up", "rollover"}
	if !slices.Contains(kinds, cols[0]) {
		return fmt.Errorf("unknown kind %q", cols[0])
	}
	for _, p := range split(cols[1]) {
		if err := l.once(cols[0], p); err != nil {
			return err
		}
		if !l.c.cues.Add(p, cols[0]) {
			return fmt.Errorf("no word in %q", p)
		}
	}
	return nil
}

func (l *loader) add(e entry, phrases []string) error {
	for _, p := range phrases {
		if err := l.once("", p); err != nil {
			return err
		}
		if !l.c.words.Add(p, e) {
			return fmt.Errorf("no word in %q", p)
		}
	}
	return nil
}

func (l *loader) once(list, phrase string) error {
	key := list + "\t" + lexicon.Fold(phrase)
	if first, ok := l.seen[key]; ok {
		return fmt.Errorf("%q is listed already, as %q", phrase, first)
	}
	l.seen[key] = phrase
	return nil
}

func newEntry(therapy, subtype string, k kind, use string) (entry, error) {
	therapies, err := therapyList(therapy)
	if err != nil {
		return entry{}, err
	}
	if therapies == nil {
		return entry{}, fmt.Errorf("no therapy")
	}
	if use != "standard" && use != "new" {
		return entry{}, fmt.Errorf("unknown use %q", use)
	}
	return entry{therapies: therapies, subtype: subtype, kind: k, standard: use == "standard"}, nil
}

// therapyList reads "checkpoint,cytokine"; "*" is nil, all.
func therapyList(s string) ([]string, error) {
	if s == "*" {
		return nil, nil
	}
	list := strings.Split(s, ",")
	for _, id := range list {
		if !slices.Contains(ids[:], id) {
			return nil, fmt.Errorf("unknown therapy %q", id)
		}
	}
	return list, nil
}

// split reads a list parted by bars; an empty cell is an empty list.
func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}
