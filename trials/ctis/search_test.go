package ctis_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials/ctis"
)

func TestAStalePageIsOneOnBothDates(t *testing.T) {
	t.Parallel()
	row := func(n int, updated, published string) string {
		return fmt.Sprintf(`{"ctNumber":"2031-5000%02d-11-00","lastUpdated":%q,"lastPublicationUpdate":%q}`, n, updated, published)
	}
	pages := []string{
		row(1, "01/02/2031", "03/02/2031") + "," + row(2, "01/01/2031", "02/01/2031"), // new, old
		row(3, "09/02/2031", "01/01/2031") + "," + row(4, "01/01/2031", "01/01/2031"), // published before, updated since
		row(5, "", "01/01/2031"),           // who knows
		row(6, "01/01/2031", "31/01/2031"), // stale: the end
		row(7, "01/03/2031", "01/03/2031"), // not asked for
	}
	client, r := start(t, static(pages, 9, dossierOf), nil)
	got, err := changed(t.Context(), client, day("2031-02-01"))
	if diff := cmp.Diff([]string{"2031-500001-11-00", "2031-500003-11-00", "2031-500005-11-00"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if n := len(r.searches()); n != 4 {
		t.Errorf("got %d pages, want 4", n)
	}
}

// static answers the search with the given rows page by page, and dossiers with
// what the function says.
func static(pages []string, total int, dossier func(number string) (int, string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if number, ok := strings.CutPrefix(req.URL.Path, "/ctis-public-api/retrieve/"); ok {
			status, body := dossier(number)
			w.WriteHeader(status)
			io.WriteString(w, body)
			return
		}
		var q struct{ Pagination struct{ Page int } }
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			panic(err)
		}
		n := q.Pagination.Page
		fmt.Fprintf(w, `{"pagination":{"totalRecords":%d,"currentPage":%d,"nextPage":%t},"data":[%s]}`,
			total, n, n < len(pages), pages[min(n, len(pages))-1])
	})
}

func dossierOf(number string) (int, string) {
	return http.StatusOK, fmt.Sprintf(`{"ctNumber":%q,"authorizedApplication":{"authorizedPartI":{}}}`, number)
}

// FuzzSearch: whatever the register answers, a walk ends, and no record comes
// without a number.
func FuzzSearch(f *testing.F) {
	for _, body := range []string{
		`{}`, `[]`, `{"pagination":null,"data":[]}`, `{"pagination":{"totalRecords":-1,"nextPage":true},"data":[null]}`,
		`{"pagination":{"totalRecords":3,"nextPage":true},"data":[{"ctNumber":"2031-500001-11-00","lastUpdated":"x"},{"ctNumber":7},{}]}`,
		`{"ctNumber":"2031-500001-11-00","authorizedApplication":{"authorizedPartI":{}},"pagination":{"totalRecords":1,"nextPage":false},"data":[{"ctNumber":"2031-500001-11-00"}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body)
		})
		client, r := start(t, h, func(c *ctis.Config) { c.Cap = 8 })
		for record, err := range client.Changed(t.Context(), day("2026-01-01")) {
			if err == nil && record.Trial.ID == "" {
				t.Error("got a record without a number")
			}
		}
		if len(r.asked) > 500 {
			t.Errorf("%q: got %d requests", body, len(r.asked))
		}
	})
}
