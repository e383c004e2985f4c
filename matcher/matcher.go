package matcher

import (
	"fmt"

	"trialfinder/matcher/chance"
	"trialfinder/matcher/condition"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/fact"
	"trialfinder/matcher/therapy"
	"trialfinder/matcher/unit"
)

// Matcher holds the vocabularies and rules. It is read-only after New and may be
// used by any number of goroutines.
type Matcher struct {
	Facts      *fact.Catalogue
	Conditions *condition.Vocabulary
	Therapies  *therapy.Classifier

	units        *unit.Table
	criteria     *criteria.Parser
	knownBy      knownBy
	papers       papers
	screens      []ScreenFacts
	chances      map[string][]chance.Chances // of the answers, by fact
	kin          []kinship                   // by the illness's place in the vocabulary
	implications []fact.Implication
	settling     []idSet // by a fact's place: the facts that can settle it, itself and those that it follows from
	leadsTo      []idSet // and the others that may follow from it
	follow       idSet   // the facts that follow from others
	implying     idSet   // the facts from which others follow
	labs         idSet   // the facts that a hospital measures anyway
}

// New loads the embedded vocabularies and rules.
func New() (*Matcher, error) {
	m := new(Matcher)
	var err error
	if m.Facts, err = fact.Load(); err != nil {
		return nil, fmt.Errorf("facts: %w", err)
	}
	if m.Conditions, err = condition.Load(); err != nil {
		return nil, fmt.Errorf("conditions: %w", err)
	}
	m.kin, m.settling = kinships(m.Conditions), settling(m.Facts)
	m.leadsTo = leadsTo(m.settling)
	m.implications = m.Facts.Implications()
	for _, i := range m.implications {
		from, _ := m.Facts.Index(i.If.Fact)
		to, _ := m.Facts.Index(i.Then.Fact)
		m.implying.set(from)
		m.follow.set(to)
	}
	for i, f := range m.Facts.All() {
		if f.Group == "labs" {
			m.labs.set(i)
		}
	}
	if m.Therapies, err = therapy.Load(); err != nil {
		return nil, fmt.Errorf("therapies: %w", err)
	}
	if m.units, err = unit.Load(); err != nil {
		return nil, fmt.Errorf("units: %w", err)
	}
	if m.criteria, err = criteria.Load(m.Conditions); err != nil {
		return nil, fmt.Errorf("criteria: %w", err)
	}
	if m.knownBy, err = loadKnownBy(m.Facts); err != nil {
		return nil, fmt.Errorf("known_by: %w", err)
	}
	if m.papers, err = loadPapers(m.Facts); err != nil {
		return nil, fmt.Errorf("papers: %w", err)
	}
	if m.screens, err = loadScreens(m.Facts); err != nil {
		return nil, fmt.Errorf("screens: %w", err)
	}
	if m.chances, err = loadChances(m.Facts); err != nil {
		return nil, fmt.Errorf("chances: %w", err)
	}
	return m, nil
}
