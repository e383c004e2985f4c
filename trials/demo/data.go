package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed data
var files embed.FS

// The registry refreshes its data at nine, and names the state by that second.
const (
	firstDay    = "2026-11-20"
	refreshTime = "T09:00:05"
)

// state is what the registry lists on one night.
type state struct {
	timestamp string
	studies   []*study // by id
	byID      map[string]*study
	byAlias   map[string]*study

	trials     []*euTrial // the EU's, by number
	euByNumber map[string]*euTrial
}

// night is one nightly change: a JSON merge patch (RFC 7396) over the studies.
// null takes a study away; a patch of an id that is not listed adds one.
type night struct {
	Date    string                     `json:"date"`
	Studies map[string]json.RawMessage `json:"studies"`
	EU      map[string]json.RawMessage `json:"eu"` // the same for the EU's register
}

// listings are all states of the data, with what tells of their shape.
type listings struct {
	catalogue *catalogue
	states    []*state
}

func load(fsys fs.FS) (*listings, error) {
	cat, err := loadCatalogue(fsys)
	if err != nil {
		return nil, err
	}
	states, err := loadStates(fsys, cat)
	return &listings{cat, states}, err
}

// loadStates reads the first state of the data and applies the nights to it.
func loadStates(fsys fs.FS, cat *catalogue) ([]*state, error) {
	listed, err := loadStudies(fsys, cat)
	if err != nil {
		return nil, err
	}
	eu, err := loadEUTrials(fsys)
	if err != nil {
		return nil, err
	}
	var nights []night
	if err := decodeFile(fsys, "data/nights.json", &nights); err != nil {
		return nil, err
	}
	first, err := newState(firstDay, listed, eu)
	if err != nil {
		return nil, err
	}
	states := []*state{first}
	for i, n := range nights {
		if err := n.check(i); err != nil {
			return nil, err
		}
		if listed, err = n.apply(listed, cat); err != nil {
			return nil, fmt.Errorf("night %d: %w", i+1, err)
		}
		if eu, err = n.applyEU(eu); err != nil {
			return nil, fmt.Errorf("night %d: %w", i+1, err)
		}
		s, err := newState(n.Date, listed, eu)
		if err != nil {
			return nil, fmt.Errorf("night %d: %w", i+1, err)
		}
		states = append(states, s)
	}
	return states, nil
}

func loadStudies(fsys fs.FS, cat *catalogue) (map[string]*study, error) {
	names, err := fs.Glob(fsys, "data/studies/*.json")
	if err != nil {
		return nil, err
	}
	listed := make(map[string]*study, len(names))
	for _, name := range names {
		var doc object
		if err := decodeFile(fsys, name, &doc); err != nil {
			return nil, err
		}
		id := strings.TrimSuffix(path.Base(name), ".json")
		if listed[id], err = newStudy(id, doc, cat); err != nil {
			return nil, err
		}
	}
	return listed, nil
}

func decodeFile(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := decode(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// decode is strict: one value, no unknown keys, numbers as they are written.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// check demands that the nights follow one another day by day.
func (n night) check(i int) error {
	first, err := time.Parse(time.DateOnly, firstDay)
	if err != nil {
		return err
	}
	if want := first.AddDate(0, 0, i+1).Format(time.DateOnly); n.Date != want {
		return fmt.Errorf("night %d: date %q, want %q", i+1, n.Date, want)
	}
	return nil
}

// apply gives the studies after the night; those before stay as they were.
func (n night) apply(before map[string]*study, cat *catalogue) (map[string]*study, error) {
	after := maps.Clone(before)
	for id, raw := range n.Studies {
		var patch, doc object
		if err := decode(raw, &patch); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		old, listed := before[id]
		if patch == nil && !listed {
			return nil, fmt.Errorf("%s: taken away, but not listed", id)
		}
		if patch == nil {
			delete(after, id)
			continue
		}
		if listed {
			doc = old.doc
		}
		var err error
		if after[id], err = newStudy(id, merge(doc, patch), cat); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// merge applies a JSON merge patch without touching its target.
func merge(target, patch object) object {
	merged := maps.Clone(target)
	if merged == nil {
		merged = object{}
	}
	for key, value := range patch {
		switch value := value.(type) {
		case nil:
			delete(merged, key)
		case object:
			inner, _ := merged[key].(object)
			merged[key] = merge(inner, value)
		default:
			merged[key] = value
		}
	}
	return merged
}

func newState(day string, listed map[string]*study, eu map[string]*euTrial) (*state, error) {
	s := &state{timestamp: day + refreshTime, byID: map[string]*study{}, byAlias: map[string]*study{}, euByNumber: eu}
	for _, number := range slices.Sorted(maps.Keys(eu)) {
		s.trials = append(s.trials, eu[number])
	}
	for _, id := range slices.Sorted(maps.Keys(listed)) {
		y := listed[id].stamped(day)
		s.studies = append(s.studies, y)
		s.byID[id] = y
	}
	for _, y := range s.studies {
		for _, alias := range y.aliases {
			if s.byID[alias] != nil || s.byAlias[alias] != nil {
				return nil, fmt.Errorf("%s: alias %s is taken", y.id, alias)
			}
			s.byAlias[alias] = y
		}
	}
	return s, nil
}
