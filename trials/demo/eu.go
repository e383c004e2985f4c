package demo

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// ctisPath begins the addresses of the EU's register.
const ctisPath = "/ctis-public-api"

// euTrial is one trial in the EU's register: a row in its search, and a dossier.
type euTrial struct {
	number string
	doc    object // {"search": the row, "dossier": …}
	row    object
	raw    func() ([]byte, error) // the dossier as it is sent
}

var euNumber = regexp.MustCompile(`^\d{4}-5\d{5}-\d{2}-\d{2}$`)

// newEUTrial checks that the row and the dossier tell the same.
func newEUTrial(number string, doc object) (*euTrial, error) {
	row, _ := doc["search"].(object)
	dossier, _ := doc["dossier"].(object)
	t := &euTrial{number: number, doc: doc, row: row}
	t.raw = sync.OnceValues(func() ([]byte, error) { return encode(dossier) })
	switch {
	case len(doc) != 2 || row == nil || dossier == nil:
		return nil, fmt.Errorf("%s: want a search and a dossier, and nothing else", number)
	case !euNumber.MatchString(number) || row["ctNumber"] != number || dossier["ctNumber"] != number:
		return nil, fmt.Errorf("%s: its search has the number %v, its dossier %v", number, row["ctNumber"], dossier["ctNumber"])
	case fmt.Sprint(row["ctStatus"]) != fmt.Sprint(dossier["ctPublicStatusCode"]):
		return nil, fmt.Errorf("%s: its search has the status %v, its dossier %v", number, row["ctStatus"], dossier["ctPublicStatusCode"])
	}
	for _, column := range []string{"lastUpdated", "lastPublicationUpdate"} {
		if t.day(column).IsZero() {
			return nil, fmt.Errorf("%s: %s is no day", number, column)
		}
	}
	return t, nil
}

// day reads a column of the search, which writes days as 31/12/2026.
func (t *euTrial) day(column string) time.Time {
	text, _ := t.row[column].(string)
	day, err := time.Parse("02/01/2006", text)
	if err != nil {
		return time.Time{}
	}
	return day
}

func loadEUTrials(fsys fs.FS) (map[string]*euTrial, error) {
	names, err := fs.Glob(fsys, "data/eu/*.json")
	if err != nil {
		return nil, err
	}
	listed := make(map[string]*euTrial, len(names))
	for _, name := range names {
		var doc object
		if err := decodeFile(fsys, name, &doc); err != nil {
			return nil, err
		}
		number := strings.TrimSuffix(path.Base(name), ".json")
		if listed[number], err = newEUTrial(number, doc); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

// applyEU gives the EU's trials after the night, as apply does the studies.
func (n night) applyEU(before map[string]*euTrial) (map[string]*euTrial, error) {
	after := maps.Clone(before)
	for number, raw := range n.EU {
		var patch, doc object
		if err := decode(raw, &patch); err != nil {
			return nil, fmt.Errorf("%s: %w", number, err)
		}
		old, listed := before[number]
		switch {
		case patch == nil && !listed:
			return nil, fmt.Errorf("%s: taken away, but not listed", number)
		case patch == nil:
			delete(after, number)
			continue
		case listed:
			doc = old.doc
		}
		var err error
		if after[number], err = newEUTrial(number, merge(doc, patch)); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// euRegister answers what is asked of the EU's register.
func (g *Registry) euRegister(now *state, r *http.Request, rest string, f Fault) response {
	if number, ok := strings.CutPrefix(rest, "/retrieve/"); ok && r.Method == http.MethodGet {
		return now.retrieve(number)
	}
	if rest != "/search" {
		return euError(http.StatusNotFound, "Not Found")
	}
	if r.Method != http.MethodPost {
		return euError(http.StatusForbidden, "Forbidden") // its firewall's answer
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return euError(http.StatusUnsupportedMediaType, "Unsupported Media Type")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxQuery))
	if err != nil {
		return euError(http.StatusBadRequest, err.Error())
	}
	q, err := readEUQuery(body)
	if err != nil {
		return euError(http.StatusBadRequest, err.Error())
	}
	return now.search(q, g.cap, f)
}

func euError(status int, message string) response {
	p := asJSON(object{"status": status, "message": message})
	p.status = status
	return p
}

// retrieve gives a dossier. Of a number that was submitted again the register
// knows nothing, in as many words: it answers with an empty object.
func (s *state) retrieve(number string) response {
	if !euNumber.MatchString(number) {
		return euError(http.StatusBadRequest, "Invalid CT number "+number)
	}
	t := s.euByNumber[number]
	if t == nil {
		base := number[:len(number)-2]
		again := slices.ContainsFunc(s.trials, func(t *euTrial) bool { return strings.HasPrefix(t.number, base) })
		if again {
			return asJSON(object{})
		}
		return euError(http.StatusNotFound, "CT number "+number+" not found")
	}
	body, err := t.raw()
	if err != nil {
		return euError(http.StatusInternalServerError, err.Error())
	}
	return newResponse(http.StatusOK, "application/json", body)
}
