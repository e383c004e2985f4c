package web

import (
	"slices"
	"strconv"

	"trialfinder/matcher"
	"trialfinder/web/view"
)

// The picture of how the list narrows: a bar on each question's page, and on the page of
// the answers a table with a row for each answer. It says nothing that its words don't,
// and can be hidden, since a falling number can hurt.

// narrowing is the bar and its words.
type narrowing struct {
	Bar      []bar
	Possible int
	Of       int
	More     int // screens of questions that can still change this, at the most
	Hidden   bool
	Here     string // the page to come back to
}

func (r *request) narrowing(m matcher.Match, here string) narrowing {
	n := narrowing{Bar: bars(countsOf(m)), Possible: m.Fits + m.Open, Of: m.Considered, Hidden: r.session.Hide, Here: here}
	if r.session.firstOpen() == "" && len(m.Next) > 0 {
		n.More = m.Screens
	}
	return n
}

// hidePicture hides or shows the picture and goes back to the page it was on.
func (s *Server) hidePicture(r *request) error {
	f, err := readForm(r.Request(), []string{"hide", "here"}, nil)
	if err != nil {
		return err
	}
	r.session.Hide = f.get("hide") == "1"
	if err := r.keep(); err != nil {
		return err
	}
	here := f.get("here")
	if here == "/answers" || here == "/results" {
		return r.see(here)
	}
	if _, ok := s.questionFor(here); !ok {
		return errForm
	}
	return r.see("/question/" + here)
}

// stepRow is one answer and what it did.
type stepRow struct {
	reviewRow
	Fact          string
	Before, After int
	Left          int
	Start, Rest   string // widths of the bar's parts, in per cent of the first row's
}

// knownEntries are the answers that may have done something, in their order. Where
// somebody lives rules nothing out.
func (r *request) knownEntries() []entry {
	return slices.DeleteFunc(slices.Clone(r.session.Entries), func(e entry) bool {
		anything := e.ID == therapiesID && len(r.texts(therapiesID)) == 0
		return string(e.Raw) == "null" || stepOf(e.ID) == stepPlace || anything
	})
}

// profilesUpTo are the profiles of the first answer, the first two, and so on, the
// profile of nobody first.
func (r *request) profilesUpTo(es []entry) ([]matcher.Profile, error) {
	out := make([]matcher.Profile, 0, len(es)+1)
	for n := 0; n <= len(es); n++ {
		some := session{AsOf: r.session.AsOf, Entries: es[:n]}
		a, err := r.server.answers(&some)
		if err != nil {
			return nil, errInternal
		}
		out = append(out, r.server.matcher.Profile(a, r.today, r.snap.Towns))
	}
	return out, nil
}

// steps is the table of what each answer did.
func (r *request) stepRows() ([]stepRow, error) {
	es := r.knownEntries()
	profiles, err := r.profilesUpTo(es)
	if err != nil {
		return nil, err
	}
	var out []stepRow
	all := 0
	for i, s := range r.snap.Set.Steps(profiles) {
		row, _, err := r.row(es[i])
		if err != nil {
			return nil, err
		}
		if i == 0 {
			all = s.Before
		}
		out = append(out, stepRow{
			reviewRow: row, Fact: es[i].ID, Before: s.Before, After: s.After, Left: max(0, s.Before-s.After),
			Start: share(s.Before, all), Rest: share(s.After, all),
		})
	}
	return out, nil
}

func share(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, float64(n)*100/float64(of)), 'f', 2, 64)
}

// leftPage is the trials that left with one answer, each with what decided.
type leftPage struct {
	Row        reviewRow
	Cards      []view.Card
	N          int
	Page       int
	Pages      int
	Prev, Next string
}

// showLeft lists the trials that left with an answer. The path names the question, not
// the answer.
func (s *Server) showLeft(r *request) error {
	id := r.Param("fact")
	es := r.knownEntries()
	at := slices.IndexFunc(es, func(e entry) bool { return e.ID == id })
	page := 1
	if text := r.QueryParam("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return errNotFound
		}
		page = n
	}
	if _, ok := s.questionFor(stepOf(id)); !ok {
		return errNotFound
	}
	if at < 0 {
		return r.see("/answers") // no such answer, or one that is gone
	}
	profiles, err := r.profilesUpTo(es[:at+1])
	if err != nil {
		return err
	}
	ms, n, err := r.snap.Set.Left(profiles[at], profiles[at+1], (page-1)*perPage, perPage)
	if err != nil {
		return err
	}
	out := leftPage{N: n, Page: page, Pages: max(1, (n+perPage-1)/perPage)}
	if page > out.Pages {
		return errNotFound
	}
	if out.Row, _, err = r.row(es[at]); err != nil {
		return err
	}
	for _, m := range ms {
		card, err := r.viewer.Card(m)
		if err != nil {
			return err
		}
		out.Cards = append(out.Cards, card)
	}
	here := "/answers/left/" + id
	if page > 1 {
		out.Prev = here + "?page=" + strconv.Itoa(page-1)
	}
	if page < out.Pages {
		out.Next = here + "?page=" + strconv.Itoa(page+1)
	}
	r.head = head{TitleKey: "left_title", NoIndex: true}
	return r.show("left", out)
}
