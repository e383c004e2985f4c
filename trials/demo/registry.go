package demo

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// APIVersion is the version of the registry's interface that is spoken.
const APIVersion = "2.0.5"

const (
	basePath = "/api/v2"
	maxQuery = 32 << 10 // bytes; the time to answer grows with it
)

// Options says how the registry behaves.
type Options struct {
	// Night is the state of the data: 0 the first; beyond the last, the last.
	Night int
	// Cap is how many trials one query to the EU's register gives; default 10,000.
	Cap int
	// Fault says what goes wrong with a request; nil: nothing ever does.
	Fault func(r *http.Request) Fault
}

// Registry is the stand-in registry. It is safe for concurrent use.
type Registry struct {
	catalogue *catalogue
	states    []*state // one a night; never changed
	night     atomic.Int64
	cap       int
	fault     func(r *http.Request) Fault
}

var _ http.Handler = (*Registry)(nil)

// builtIn are the built-in listings: read once, and never changed.
var builtIn = sync.OnceValues(func() (*listings, error) { return load(files) })

// New makes a registry of the built-in listings.
func New(o Options) (*Registry, error) {
	l, err := builtIn()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	g := &Registry{catalogue: l.catalogue, states: l.states, cap: cmp.Or(o.Cap, 10_000), fault: o.Fault}
	g.SetNight(o.Night)
	return g, nil
}

// Len is how many studies ClinicalTrials.gov lists tonight.
func (g *Registry) Len() int { return len(g.current().studies) }

// LenEU is how many trials the EU's register lists tonight.
func (g *Registry) LenEU() int { return len(g.current().trials) }

// Nights is how many states the data has after the first.
func (g *Registry) Nights() int { return len(g.states) - 1 }

// SetNight moves the data to another state; page tokens given out before are
// no longer taken.
func (g *Registry) SetNight(n int) {
	g.night.Store(int64(min(max(n, 0), g.Nights())))
}

func (g *Registry) current() *state { return g.states[g.night.Load()] }

// ServeHTTP answers as the registry does.
func (g *Registry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if g.fault != nil {
		f = g.fault(r)
	}
	if !f.wait(r) {
		return
	}
	f.apply(g.answer(r, f)).write(w, r)
}

// answer makes the response to a request out of one state of the data, so that
// a change of night cannot come between two parts of it.
func (g *Registry) answer(r *http.Request, f Fault) response {
	now := g.current()
	if rest, ok := strings.CutPrefix(r.URL.Path, ctisPath); ok {
		return g.euRegister(now, r, rest, f)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refused := text(http.StatusMethodNotAllowed, "Method Not Allowed")
		refused.header.Set("Allow", "GET, HEAD")
		return refused
	}
	if len(r.URL.RawQuery) > maxQuery {
		return text(http.StatusRequestURITooLong, "URI Too Long")
	}
	id, one := idOf(r.URL.Path)
	switch {
	case r.URL.Path == basePath+"/version":
		return g.version(now, r)
	case r.URL.Path == basePath+"/studies":
		return g.list(now, r, f)
	case one:
		return g.one(now, r, id)
	}
	return text(http.StatusNotFound, "Not Found")
}

func (g *Registry) version(now *state, r *http.Request) response {
	if _, err := readValues(r.URL.RawQuery, nil); err != nil {
		return text(http.StatusBadRequest, err.Error())
	}
	return asJSON(map[string]string{"apiVersion": APIVersion, "dataTimestamp": now.timestamp})
}
