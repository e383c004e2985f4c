package web

import (
	"net/http"
	"strings"
)

// suggestion is an illness offered while its name is being typed.
type suggestion struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Hint  string `json:"hint"` // the word that was found, where it is not the name
}

// suggestions are what the script of the illness page shows, in the reader's words.
type suggestions struct {
	Title string       `json:"title"`
	Said  string       `json:"said"` // for those who hear the page
	Found []suggestion `json:"found"`
}

// suggest answers the script while somebody types. It is a POST, since what is
// typed is an illness: an address would be kept by the browser and by proxies.
func (s *Server) suggest(r *request) error {
	f, err := readForm(r.Request(), []string{"q"}, nil)
	if err != nil {
		return err
	}
	out := suggestions{Found: r.illnesses(f.text("q"))}
	title := "found_title"
	if len(out.Found) == 0 {
		title = "found_none"
	}
	if out.Title, err = r.words.T(title); err != nil {
		return err
	}
	if out.Said, err = r.words.T("found_count", "N", len(out.Found)); err != nil {
		return err
	}
	r.Response().Header().Set("Cache-Control", "no-store")
	return r.JSON(http.StatusOK, out)
}

// illnesses searches the vocabulary by what a person typed.
func (r *request) illnesses(query string) []suggestion {
	out := []suggestion{}
	for _, found := range r.server.matcher.Conditions.Search(query, r.lang, shownFound) {
		s := suggestion{ID: found.ID, Label: found.Name}
		if !strings.EqualFold(found.Matched, found.Name) {
			s.Hint = found.Matched
		}
		out = append(out, s)
	}
	return out
}
