package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram makes a child of the test binary the program itself.
const asProgram = "TRIALFINDER_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(signalled(run))
	}
	testscript.Main(m, map[string]func(){
		"trialfinder": func() { os.Exit(signalled(run)) },
	})
}

// TestScripts runs the program as an operator would. HTML_REGISTRY answers with
// a page of HTML, TAKEN is an address that is in use.
func TestScripts(t *testing.T) {
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<h1>Maintenance</h1>"))
	}))
	t.Cleanup(html.Close) // the scripts run in parallel, after this function has returned
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HTML_REGISTRY", html.URL)
			e.Setenv("TAKEN", taken.Addr().String())
			return nil
		},
	})
}
