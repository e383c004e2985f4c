package view

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"trialfinder/trials"
)

//go:embed data/routes.tsv
var routesTSV string

//go:embed data/helplines.tsv
var helplinesTSV string

// Route is how somebody gets into a trial in their country.
type Route struct {
	Text   string
	Abroad string // what else to know, where the place is in another country
	Source string // a link; "" where no source was found yet
	Seen   string // when the source was read
}

// Helpline is somebody to talk to.
type Helpline struct {
	Name, Phone, Tel string
	Source, Year     string // where the number stood, and when that was written
}

// guidance is what the two tables say, by country; "" is anywhere else.
type guidance struct {
	routes    map[string]routeRow
	helplines map[string]Helpline
}

type routeRow struct {
	key, url string
	seen     trials.Date
}

// The tables are part of the program, so that a fault in them is a fault in the
// program: loading panics, and the tests load them.
var loadGuidance = sync.OnceValue(func() *guidance {
	g, err := readGuidance(routesTSV, helplinesTSV)
	if err != nil {
		panic(err)
	}
	return g
})

func readGuidance(routes, helplines string) (*guidance, error) {
	g := &guidance{routes: map[string]routeRow{}, helplines: map[string]Helpline{}}
	err := eachRow(routes, 4, func(r []string) error {
		seen, err := trials.ParseDate(r[3])
		if err != nil {
			return err
		}
		g.routes[anywhere(r[0])] = routeRow{"route_" + strings.ToLower(r[0]), given(r[2]), seen}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("routes.tsv: %w", err)
	}
	if _, ok := g.routes[""]; !ok {
		return nil, fmt.Errorf("routes.tsv: no row for anywhere else")
	}
	err = eachRow(helplines, 5, func(r []string) error {
		h := Helpline{Name: r[1], Phone: r[2], Tel: Tel(r[2]), Source: given(r[3]), Year: r[4]}
		if h.Tel == "" || h.Source == "" {
			return fmt.Errorf("%s: no telephone number or no source", h.Name)
		}
		g.helplines[r[0]] = h
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("helplines.tsv: %w", err)
	}
	return g, nil
}

func anywhere(code string) string {
	if code == "general" {
		return ""
	}
	return code
}

func given(url string) string {
	if url == "-" {
		return ""
	}
	return url
}

// eachRow reads a table whose first line names its columns.
func eachRow(tsv string, columns int, use func([]string) error) error {
	header := false
	for i, line := range strings.Split(strings.TrimSpace(tsv), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return fmt.Errorf("line %d has %d columns, want %d", i+1, len(row), columns)
		}
		if !header {
			header = true
			continue
		}
		if err := use(row); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

// route tells how somebody gets in, from where they live.
func (t *teller) route(s *Site) Route {
	g := loadGuidance()
	row, ok := g.routes[t.home]
	if !ok {
		row = g.routes[""]
	}
	out := Route{Text: t.say(row.key), Source: row.url, Seen: t.must(t.Partial(row.seen))}
	if s != nil && s.Abroad {
		out.Abroad = t.say("route_abroad")
	}
	return out
}

// Helpline is somebody to talk to in the person's country, if one is known.
func (v *Viewer) Helpline() *Helpline {
	h, ok := loadGuidance().helplines[v.home]
	if !ok {
		return nil
	}
	return &h
}
