package ctgov_test

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"trialfinder/trials/ctgov"
	"trialfinder/trials/demo"
)

// published is the document that ClinicalTrials.gov publishes of its API;
// fs.ErrNotExist where it is not at hand.
var published = sync.OnceValues(func() (routers.Router, error) {
	dir := cmp.Or(os.Getenv("TRIALFINDER_CORPUS"), "../shared")
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir) // as seen from the repository's root
	}
	name := filepath.Join(dir, "registry", "api", "ctg-oas-v2.yaml")
	if _, err := os.Stat(name); err != nil {
		return nil, fs.ErrNotExist
	}
	document, err := openapi3.NewLoader().LoadFromFile(name)
	if err != nil {
		return nil, err
	}
	document.Servers = openapi3.Servers{{URL: "/api/v2"}}
	return gorillamux.NewRouter(document)
})

// checked is a registry that holds each question against the published document,
// and, where it is told to, each answer.
type checked struct {
	router  routers.Router
	next    http.Handler
	answers bool
	report  func(format string, args ...any)

	mu    sync.Mutex
	asked map[string]int // by the operation of the document
}

// following lets each request of a test be checked, where the document is at hand.
func following(t *testing.T, next http.Handler) http.Handler {
	t.Helper()
	router, err := published()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return next
	case err != nil:
		t.Fatal(err)
	}
	return &checked{router: router, next: next, report: t.Errorf, asked: map[string]int{}}
}

func (c *checked) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	input := c.question(req)
	if !c.answers || input == nil {
		c.next.ServeHTTP(w, req)
		return
	}
	rec := httptest.NewRecorder()
	c.next.ServeHTTP(rec, req)
	c.answer(input, rec)
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = io.Copy(w, rec.Body) // a client that has gone is none of the check's concern
}

// question checks a request: its path, its parameters, and that there are no others.
func (c *checked) question(req *http.Request) *openapi3filter.RequestValidationInput {
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		c.report("%s %s: %v", req.Method, req.URL.Path, err)
		return nil
	}
	c.mu.Lock()
	c.asked[route.Operation.OperationID]++
	c.mu.Unlock()
	known := map[string]bool{}
	for _, p := range route.Operation.Parameters {
		known[p.Value.Name] = true
	}
	for name := range req.URL.Query() {
		if !known[name] {
			c.report("%s: the document knows no parameter %s", req.URL.Path, name)
		}
	}
	input := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{SkipSettingDefaults: true}} // which would be written into the request
	if err := openapi3filter.ValidateRequest(req.Context(), input); err != nil {
		c.report("%s %.200s: %v", req.Method, req.URL, err)
	}
	return input
}

// answer checks the demo's side: a client that is right about another registry is
// right about nothing.
func (c *checked) answer(input *openapi3filter.RequestValidationInput, rec *httptest.ResponseRecorder) {
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: rec.Code, Header: rec.Header(),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: rec.Code != http.StatusOK},
	}
	output.SetBodyBytes(rec.Body.Bytes())
	if err := openapi3filter.ValidateResponse(input.Request.Context(), output); err != nil {
		c.report("answer to %s: %.500v", input.Request.URL.Path, err)
	}
}

func TestQuestionsFollowThePublishedDocument(t *testing.T) {
	// One of the demo's studies has a status that is new on purpose.
	known := func(*http.Request) demo.Fault { return demo.Fault{Old: "PAUSED_FOR_ANALYSIS", New: "SUSPENDED"} }
	registry, err := demo.New(demo.Options{Night: 2, Fault: known})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ctgov.Config){
		"everything": func(c *ctgov.Config) { c.PageSize = 50 },
		"by words": func(c *ctgov.Config) {
			c.Scope, c.Terms = "", []string{"CAR-T", "natural killer (NK)", "PD-1/VEGF, bispecific", "γδ T"}
		},
		"in long questions": twoQueries,
	} {
		t.Run(name, func(t *testing.T) {
			check, ok := following(t, registry).(*checked)
			if !ok {
				t.Skip("no OpenAPI document of the registry (set TRIALFINDER_CORPUS)")
			}
			check.answers = true
			client := start(t, check, change)
			if _, err := client.Version(t.Context()); err != nil {
				t.Error(err)
			}
			for _, since := range []time.Time{{}, time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)} {
				if _, err := changed(t.Context(), client, since); err != nil {
					t.Error(err)
				}
			}
			for _, err := range client.IDs(t.Context()) {
				if err != nil {
					t.Error(err)
				}
			}
			if _, err := client.Study(t.Context(), "NCT99009072"); err != nil { // an alias
				t.Error(err)
			}
			if check.asked["version"] == 0 || check.asked["listStudies"] < 3 || check.asked["fetchStudy"] != 2 {
				t.Errorf("got %v, want all kinds of questions checked", check.asked)
			}
		})
	}
}

// The check itself finds what is wrong.
func TestTheDocumentRefusesWhatIsWrong(t *testing.T) {
	check, ok := following(t, http.NotFoundHandler()).(*checked)
	if !ok {
		t.Skip("no OpenAPI document of the registry (set TRIALFINDER_CORPUS)")
	}
	faults := 0
	check.report = func(string, ...any) { faults++ }
	for _, target := range []string{
		"/studies?pageSize=many", "/studies?sort=a:up", "/studies?sort=a|b|c", "/studies?fields=", "/studies?format=xml", "/studies/123",
		"/studies?recrs=a", "/study/NCT99000001",
	} {
		faults = 0
		check.question(httptest.NewRequest(http.MethodGet, "/api/v2"+target, nil))
		if faults == 0 {
			t.Errorf("%s: got no fault", target)
		}
	}
}
