package web

import (
	"math"
	"strconv"

	"trialfinder/matcher"
	"trialfinder/web/atlas"
	"trialfinder/web/view"
)

// How much a map tells.
const (
	paramPart  = "part"
	townsShown = 60   // rows of the table
	apart      = 20.0 // nearer dots, in the picture's units, become one
	smallDot   = 4.5
	largeDot   = 17.0
)

// mapPage is where the trials of a list are.
type mapPage struct {
	Picture       string // the outlines' file
	Width, Height float64
	Dots          []dot
	Towns         []view.Place
	N, Rest       int    // towns, and those that the table leaves out
	Part          string // europe or world
	Other         string // the query for the other part
	Back          string
}

// dot is one town, or several that lie close together.
type dot struct {
	X, Y, R float64
	Title   string
	Row     int // of the table; 0: not in it
	N       int
	towns   []matcher.Town
}

func (s *Server) showMap(r *request) error {
	r.head = head{TitleKey: "map_title", NoIndex: true}
	part := r.QueryParam(paramPart)
	q := r.QueryParams()
	if len(q[paramPart]) > 1 {
		return errNotFound
	}
	q.Del(paramPart)
	f, _, ok := r.readFilter()
	if !ok || f.RuledOut {
		return errNotFound
	}
	p, err := r.person()
	if err != nil {
		return err
	}
	if f.Therapy != "" {
		p.Therapies = []string{f.Therapy}
	}
	m, ok := mapOf(part, p)
	if !ok {
		return errNotFound
	}
	towns := r.snap.Set.Towns(p, f.only())
	page := mapPage{
		Picture: m.Name + ".svg", Width: m.Width, Height: m.Height, N: len(towns), Part: m.Name, Back: "/results" + f.query(1),
		Rest: max(0, len(towns)-townsShown),
	}
	other := map[string]string{"europe": "world", "world": "europe"}[m.Name]
	if page.Other = f.query(1); page.Other == "" {
		page.Other = "?"
	} else {
		page.Other += "&"
	}
	page.Other = "/map" + page.Other + paramPart + "=" + other
	if page.Towns, err = r.viewer.Places(towns[:min(len(towns), townsShown)]); err != nil {
		return err
	}
	if page.Dots, err = r.dots(m, towns); err != nil {
		return err
	}
	return r.show("map", page)
}

// mapOf is the part that is asked for, or the one that shows where the person lives.
func mapOf(part string, p matcher.Profile) (atlas.Map, bool) {
	europe := atlas.Europe()
	switch {
	case part == "world", part == "" && p.Home != nil && !europe.Shows(p.Home.Lat, p.Home.Lon):
		return atlas.World(), true
	case part == "", part == "europe":
		return europe, true
	}
	return atlas.Map{}, false
}

// dots puts the towns on the picture. Each joins the first dot that lies close, so that no
// dot hides another; the size of one grows with its trials.
func (r *request) dots(m atlas.Map, towns []matcher.Town) ([]dot, error) {
	var out []dot
	row := map[int]int{}
next:
	for i, t := range towns {
		if t.Point == nil || !m.Shows(t.Point.Lat, t.Point.Lon) {
			continue
		}
		x, y := m.At(t.Point.Lat, t.Point.Lon)
		for k := range out {
			if math.Hypot(out[k].X-x, out[k].Y-y) < apart {
				out[k].towns = append(out[k].towns, t)
				continue next
			}
		}
		if i < townsShown {
			row[len(out)] = i + 1
		}
		out = append(out, dot{X: x, Y: y, towns: []matcher.Town{t}})
	}
	most := 1
	for k := range out {
		out[k].N, out[k].Row = matcher.Together(out[k].towns), row[k]
		most = max(most, out[k].N)
	}
	for k := range out {
		d := &out[k]
		d.X, d.Y = tenth(d.X), tenth(d.Y)
		d.R = tenth(smallDot + (largeDot-smallDot)*math.Sqrt(float64(d.N)/float64(most)))
		var err error
		if d.Title, err = r.viewer.Dot(d.towns, d.N); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// Anchor is the row of the table that a dot leads to.
func (d dot) Anchor() string {
	if d.Row == 0 {
		return "towns"
	}
	return "town-" + strconv.Itoa(d.Row)
}
