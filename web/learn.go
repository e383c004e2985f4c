package web

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"

	"trialfinder/trials"
	"trialfinder/web/content"
	"trialfinder/web/i18n"
	"trialfinder/web/view"
)

// textLink is a text in a list.
type textLink struct{ Title, Summary, Href string }

func linkOf(lang string, t *content.Text) textLink {
	return textLink{t.Title, t.Summary, "/" + lang + "/learn/" + t.Slug}
}

// frontTexts are the texts that the start page and every page's foot name.
func frontTexts(texts *content.Library, lang string) []textLink {
	var out []textLink
	for _, slug := range texts.Slugs() {
		if t := texts.Text(lang, slug); t.Front {
			out = append(out, linkOf(lang, t))
		}
	}
	return out
}

// explained is the address of the paragraph that explains a word; "" if none does.
func explained(texts *content.Library, lang, kind, key string) string {
	if path := texts.Link(content.Kind(kind), key); path != "" {
		return "/" + lang + path
	}
	return ""
}

// checkTexts holds the texts to the languages, and their tables to the vocabularies.
func (s *Server) checkTexts() error {
	for _, lang := range s.catalogue.Languages() {
		if s.texts.Text(lang, content.Glossary) == nil {
			return fmt.Errorf("no texts in %s", lang)
		}
	}
	for _, id := range s.texts.Keys(content.OfFact) {
		if _, ok := s.matcher.Facts.ByID(id); !ok {
			return fmt.Errorf("links.tsv: %s is no fact", id)
		}
	}
	return nil
}

// groupKeys are the headings of the groups of texts.
var groupKeys = map[string]string{
	"basics": "learn_basics", "therapies": "learn_therapies", "taking-part": "learn_taking_part", "care": "learn_care",
}

// learnIndexPage lists all texts.
type learnIndexPage struct {
	Groups   []learnGroup
	Glossary textLink
	Query    string // none: the form is the search page's, too
}

type learnGroup struct {
	TitleKey string
	Texts    []textLink
}

func (s *Server) learnIndex(r *request) error {
	r.head = head{TitleKey: "learn_title"}
	p := learnIndexPage{Glossary: linkOf(r.lang, s.texts.Text(r.lang, content.Glossary))}
	for _, g := range s.texts.Groups(r.lang) {
		group := learnGroup{TitleKey: groupKeys[g.ID]}
		for _, t := range g.Texts {
			group.Texts = append(group.Texts, linkOf(r.lang, t))
		}
		p.Groups = append(p.Groups, group)
	}
	return r.show("learn_index", p)
}

// learnPage is a text, and what the site knows of its therapies.
type learnPage struct {
	*content.Text
	Parts    []learnPart
	Counts   []therapyCount
	Country  string // the reader's, if known
	Evidence []evidenceRow
	Related  []textLink
	Overdue  bool // the review date has passed
	Glossary bool
}

// learnPart is a paragraph with what is drawn below it.
type learnPart struct {
	content.Section
	Diagrams []diagram
}

// therapyCount is how many trials of a therapy are open, or open soon.
type therapyCount struct {
	ID, Name   string
	Open, Near int
}

func (s *Server) learn(r *request) error {
	t := s.texts.Text(r.lang, r.Param("slug"))
	if t == nil {
		return errNotFound
	}
	r.head = head{Title: t.Title}
	p := learnPage{Text: t, Overdue: t.ReviewBy.Last().Before(r.today), Glossary: t.Slug == content.Glossary}
	var err error
	if p.Evidence, err = evidence(s.texts, r.words, t.Therapies...); err != nil {
		return err
	}
	for _, part := range t.Sections {
		drawn, err := r.diagrams(t.Slug, part.ID)
		if err != nil {
			return err
		}
		p.Parts = append(p.Parts, learnPart{part, drawn})
	}
	country := ""
	if raw, ok := r.session.get("country"); ok {
		country = asText(raw)
	}
	if country != "" {
		p.Country = r.words.Country(country)
	}
	for _, id := range t.Therapies {
		c := therapyCount{ID: id, Open: r.snap.Set.Count(id, "")}
		if c.Name, _, err = r.viewer.Therapy(id); err != nil {
			return err
		}
		if country != "" {
			c.Near = r.snap.Set.Count(id, country)
		}
		p.Counts = append(p.Counts, c)
	}
	for _, slug := range t.Related {
		p.Related = append(p.Related, linkOf(r.lang, s.texts.Text(r.lang, slug)))
	}
	return r.show("learn", p)
}

// evidenceRow is one use of a therapy in words.
type evidenceRow struct {
	content.Evidence
	Label, What, Place, Href string
}

// levelKeys are the words of the levels.
var levelKeys = map[content.Level]string{
	content.Approved: "evidence_approved", content.Phase3: "evidence_phase3", content.Early: "evidence_early",
	content.Unproven: "evidence_unproven", content.Withdrawn: "evidence_withdrawn",
}

// evidence tells what is known of the uses of therapies.
func evidence(texts *content.Library, w *i18n.Words, therapies ...string) ([]evidenceRow, error) {
	comma, err := w.T("list_comma")
	if err != nil {
		return nil, err
	}
	var out []evidenceRow
	for _, e := range texts.Evidence(therapies...) {
		row := evidenceRow{Evidence: e, What: e.Use[w.Code()], Href: "/" + w.Code() + e.Path()}
		if row.Label, err = w.T(levelKeys[e.Level]); err != nil {
			return nil, err
		}
		var places []string
		for _, code := range e.Where {
			places = append(places, w.Country(code))
		}
		row.Place = strings.Join(places, comma)
		out = append(out, row)
	}
	return out, nil
}

// textFunctions lead from other pages to the texts.
func textFunctions(texts *content.Library, w *i18n.Words) template.FuncMap {
	return template.FuncMap{
		"explained": func(kind, key string) string { return explained(texts, w.Code(), kind, key) },
		"reading": func() []textLink {
			var out []textLink
			for _, t := range texts.Reading(w.Code()) {
				out = append(out, linkOf(w.Code(), t))
			}
			return out
		},
		"evidence": func(therapies []view.Therapy) ([]evidenceRow, error) {
			var ids []string
			for _, t := range therapies {
				ids = append(ids, t.ID)
			}
			return evidence(texts, w, ids...)
		},
	}
}

// searchPage is what a search over the texts found.
type searchPage struct {
	Query    string
	TooShort bool
	Found    []foundText
	Others   []foundText // in other languages, where this one has nothing
	Texts    []textLink  // to go on with, where nothing was found
}

// foundText is a passage that fits.
type foundText struct {
	trials.Found
	Href, Tag string
}

const (
	maxFound = 20
	maxQuery = 200
)

// learnSearch searches the texts. What is asked for is in the address, like a
// text's name; it is not logged, and the page is not for search engines.
func (s *Server) learnSearch(r *request) error {
	r.head = head{TitleKey: "find_texts_title", NoIndex: true}
	p := searchPage{Query: tidy(r.QueryParam("q"))}
	if runes := []rune(p.Query); len(runes) > maxQuery {
		p.Query = string(runes[:maxQuery])
	}
	var err error
	switch {
	case p.Query == "":
	case tooShort(p.Query):
		p.TooShort = true
	default:
		if p.Found, err = r.found(r.lang, p.Query); err != nil {
			return err
		}
		if len(p.Found) == 0 {
			p.Others, err = r.foundElsewhere(p.Query)
		}
	}
	if err != nil {
		return err
	}
	if len(p.Found) == 0 {
		p.Texts = frontTexts(s.texts, r.lang)
	}
	return r.show("learn_search", p)
}

// tooShort: one letter finds everything, and signs nothing; one Chinese character is a word.
func tooShort(query string) bool {
	letters := 0
	for _, c := range query {
		switch {
		case unicode.Is(unicode.Han, c):
			return false
		case unicode.IsLetter(c), unicode.IsDigit(c):
			letters++
		}
	}
	return letters < 2
}

func (r *request) found(lang, query string) ([]foundText, error) {
	found, err := r.server.textIndex.Find(r.Request().Context(), lang, query, maxFound)
	if err != nil {
		return nil, err
	}
	words, _ := r.server.catalogue.Words(lang)
	var out []foundText
	for _, f := range found {
		href := "/" + lang + "/learn/" + f.Slug
		if f.ID != "" {
			href += "#" + f.ID
		}
		out = append(out, foundText{f, href, words.Tag()})
	}
	return out, nil
}

func (r *request) foundElsewhere(query string) ([]foundText, error) {
	var out []foundText
	for _, lang := range r.server.catalogue.Languages() {
		if lang == r.lang {
			continue
		}
		found, err := r.found(lang, query)
		if err != nil {
			return nil, err
		}
		out = append(out, found[:min(3, len(found))]...)
	}
	return out, nil
}
