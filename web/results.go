package web

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"trialfinder/matcher"
	"trialfinder/trials"
	"trialfinder/web/view"
)

// Parameters of the list of results. None of them is about the person.
const (
	paramPage       = "page"
	paramCountry    = "country"
	paramPhase      = "phase"
	paramRecruiting = "recruiting"
	paramTherapy    = "therapy"
	paramShow       = "show"
	paramKM         = "km"
	paramTrial      = "trial"

	showRuledOut = "ruled_out"
	perPage      = 20
	// oldAfter is the age from which the listings' age is said plainly.
	oldAfter = 7 * 24 * time.Hour
)

// resultsFilter narrows the list.
type resultsFilter struct {
	Country, Phase, Therapy string
	Recruiting              bool
	KM                      int
	RuledOut                bool // show what is ruled out, and nothing else
}

// resultsPage is the list of trials.
type resultsPage struct {
	Counts   counts
	Answered bool
	Filter   resultsFilter
	Filtered bool
	Therapy  string // the name of the therapy filtered by

	Sections    []section
	First, Last int // of the cards on this page
	Total       int
	Prev, Next  string // queries of the neighbouring pages
	Page, Pages int

	Bar               []bar
	Narrow            narrowing // whether the picture is wanted
	Countries, Phases []choice
	Distances         []choice // none where the person's town is not known
	Helpline          *view.Helpline
	Texts             []textLink
	MapHref           string
	RuledOutHref      string
	Back              string // from the ruled-out ones to the list
	Misses            []view.Card
	WhatIfs           []view.WhatIf
	Papers            []view.Paper // the first is worth asking for
	More              bool         // a further answer can still change the list
	Clash             bool         // two answers exclude each other
	Old               bool
	Empty             bool // there are no listings yet
	Listings          string
	Rules, Version    string // what the list was made with
	Today             string
}

type counts struct{ Considered, Fits, Open, NotNow, RuledOut, Possible, Plainly int }

// bar is one part of the picture of the counts; X and W are per cent.
type bar struct {
	Class string
	N     int
	X, W  float64
}

// bars parts the considered trials; the picture says no more than its list.
func bars(c counts) []bar {
	if c.Considered == 0 {
		return nil
	}
	var out []bar
	x := 0.0
	for _, b := range []bar{
		{Class: "fits", N: c.Fits}, {Class: "open", N: c.Open}, {Class: "not_now", N: c.NotNow}, {Class: "ruled_out", N: c.Plainly},
	} {
		if b.N == 0 {
			continue
		}
		b.X, b.W = x, math.Round(float64(b.N)*10000/float64(c.Considered))/100
		x += b.W
		out = append(out, b)
	}
	return out
}

// section is the cards of one verdict on this page.
type section struct {
	Verdict string
	Cards   []view.Card
}

func (s *Server) results(r *request) error {
	r.head = head{TitleKey: "results_title", NoIndex: true}
	f, page, ok := r.readFilter()
	if !ok {
		return errNotFound
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	if f.Therapy != "" {
		p.Therapies = []string{f.Therapy}
	}
	r.viewer = r.viewer.For(p)
	// What to ask next is worked out when somebody goes on, and not for every page.
	m, err := r.snap.Match(p, matcher.Options{
		Limit: perPage, Offset: (page - 1) * perPage, Plainly: f.RuledOut, Only: f.only(), NoNext: true,
	})
	if err != nil {
		return err
	}
	out := resultsPage{
		Counts: countsOf(m), Answered: len(r.session.Entries) > 0, Filter: f, Filtered: f.filters(),
		Rules: m.Rules, Version: m.ListingVersion, Clash: len(p.Contradictions) > 0, Empty: r.snap.Set.Len() == 0,
		Old: !r.snap.Listings.IsZero() && s.now().Sub(r.snap.Listings) > oldAfter,
	}
	if out.Listings, err = r.viewer.Day(r.snap.Listings); err != nil {
		return err
	}
	if out.Today, err = r.viewer.Day(p.Today); err != nil {
		return err
	}
	if f.Therapy != "" {
		if out.Therapy, _, err = r.viewer.Therapy(f.Therapy); err != nil {
			return err
		}
	}
	out.More = r.session.firstOpen() != "" || m.Open > 0 || out.Filtered
	out.Helpline, out.Texts = r.viewer.Helpline(), frontTexts(r.server.texts, r.lang)
	if out.Answered {
		out.Narrow = narrowing{Hidden: r.session.Hide, Here: "/results"}
		if !r.session.Hide {
			out.Bar = bars(out.Counts)
		}
	}
	if err := out.choices(r, f, p); err != nil {
		return err
	}
	if !out.fill(f, page, m.Listed) {
		return errNotFound
	}
	if out.Sections, err = r.sections(m.Trials); err != nil {
		return err
	}
	if err := r.advise(&out, p, m); err != nil {
		return err
	}
	return r.show("results", out)
}

func countsOf(m matcher.Match) counts {
	return counts{
		Considered: m.Considered, Fits: m.Fits, Open: m.Open, NotNow: m.NotNow, RuledOut: m.RuledOut,
		Possible: m.Fits + m.Open, Plainly: m.RuledOut - m.NotNow,
	}
}

// readFilter reads the parameters; ones that our pages never make are refused.
func (r *request) readFilter() (f resultsFilter, page int, ok bool) {
	page = 1
	for name, values := range r.QueryParams() {
		if len(values) != 1 {
			return f, 0, false
		}
		v := values[0]
		switch name {
		case paramPage:
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 || n > 10000 {
				return f, 0, false
			}
			page = n
		case paramCountry:
			if v != "" && !slices.Contains(trials.CountryCodes(), v) {
				return f, 0, false
			}
			f.Country = v
		case paramPhase:
			if v != "" && !slices.Contains(phases, trials.Phase(v)) {
				return f, 0, false
			}
			f.Phase = v
		case paramKM:
			n, err := strconv.Atoi(v)
			if v != "" && (err != nil || !slices.Contains(distances[:], n)) {
				return f, 0, false
			}
			f.KM = n
		case paramRecruiting:
			f.Recruiting = v == "1"
		case paramTherapy:
			if v != "" && !slices.Contains(r.server.matcher.Therapies.IDs(), v) {
				return f, 0, false
			}
			f.Therapy = v
		case paramShow:
			if f.RuledOut = v == showRuledOut; !f.RuledOut {
				return f, 0, false
			}
		default:
			return f, 0, false
		}
	}
	return f, page, true
}

var phases = []trials.Phase{trials.EarlyPhase, trials.Phase1, trials.Phase2, trials.Phase3, trials.Phase4}

// distances are those that the list can be narrowed to, in km.
var distances = [...]int{25, 50, 100, 200, 500}

func (f resultsFilter) filters() bool {
	return f.KM > 0 || f.Country != "" || f.Phase != "" || f.Recruiting || f.Therapy != ""
}

// query writes the filter's parameters, with the page where it is not the first.
func (f resultsFilter) query(page int) string {
	q := url.Values{}
	for name, v := range map[string]string{paramCountry: f.Country, paramPhase: f.Phase, paramTherapy: f.Therapy} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if f.Recruiting {
		q.Set(paramRecruiting, "1")
	}
	if f.KM > 0 {
		q.Set(paramKM, strconv.Itoa(f.KM))
	}
	if f.RuledOut {
		q.Set(paramShow, showRuledOut)
	}
	if page > 1 {
		q.Set(paramPage, strconv.Itoa(page))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// only is the filter as the matcher takes it.
func (f resultsFilter) only() matcher.Only {
	return matcher.Only{Country: f.Country, Phase: trials.Phase(f.Phase), Recruiting: f.Recruiting, KM: f.KM}
}

// fill works out the pages; false for a page that is not there.
func (p *resultsPage) fill(f resultsFilter, page, total int) bool {
	p.Total, p.Page = total, page
	p.Pages = max(1, (total+perPage-1)/perPage)
	if page > p.Pages {
		return false
	}
	p.First, p.Last = (page-1)*perPage+1, min(page*perPage, total)
	if total == 0 {
		p.First = 0
	}
	if page > 1 {
		p.Prev = "/results" + f.query(page-1)
	}
	if page < p.Pages {
		p.Next = "/results" + f.query(page+1)
	}
	list, ruled := f, f
	list.RuledOut, ruled.RuledOut = false, true
	p.MapHref = "/map" + list.query(1)
	p.Back, p.RuledOutHref = "/results"+list.query(1), "/results"+ruled.query(1)
	return true
}

func (p *resultsPage) choices(r *request, f resultsFilter, who matcher.Profile) error {
	if who.Home != nil {
		for _, km := range distances {
			label, err := r.words.T("km", "N", km)
			if err != nil {
				return err
			}
			p.Distances = append(p.Distances, choice{Value: strconv.Itoa(km), Label: label, Checked: km == f.KM})
		}
	}
	for _, code := range r.snap.Set.Countries() {
		if len(code) != 2 {
			continue // a country that has no code
		}
		p.Countries = append(p.Countries, choice{Value: code, Label: r.words.Country(code), Checked: code == f.Country})
	}
	collator := r.words.Collator()
	slices.SortStableFunc(p.Countries, func(a, b choice) int { return collator.CompareString(a.Label, b.Label) })
	for _, ph := range phases {
		label, err := r.viewer.Phase(string(ph))
		if err != nil {
			label = string(ph)
		}
		p.Phases = append(p.Phases, choice{Value: string(ph), Label: label, Checked: string(ph) == f.Phase})
	}
	return nil
}

// sections parts the cards of a page by verdict, in the order in which they come.
func (r *request) sections(ms []matcher.TrialMatch) ([]section, error) {
	var out []section
	for _, m := range ms {
		card, err := r.viewer.Card(m)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Verdict != card.Verdict {
			out = append(out, section{Verdict: card.Verdict})
		}
		last := &out[len(out)-1]
		last.Cards = append(last.Cards, card)
	}
	return out, nil
}
