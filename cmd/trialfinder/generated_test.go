package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// generated is a registry of as many invented studies as one likes. It makes each
// page when it is asked for, so that it holds none.
type generated struct {
	studies int
	night   atomic.Int64
	srv     *httptest.Server
	asked   atomic.Int64 // pages
}

func generate(tb testing.TB, studies int) *generated {
	g := &generated{studies: studies}
	g.srv = httptest.NewServer(g)
	tb.Cleanup(g.srv.Close)
	return g
}

// flags are those of a sync from it.
func (g *generated) flags(db string) []string {
	return []string{"sync", "--full", "--source", "ctgov", "--scope", "all", "--rate", "0", "--ctgov-url", g.srv.URL + "/api/v2", "--db", db}
}

func (g *generated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	night := int(g.night.Load())
	if strings.HasSuffix(r.URL.Path, "/version") {
		fmt.Fprintf(w, `{"apiVersion":"2.0.5","dataTimestamp":"2026-11-%02dT09:00:00"}`, 10+night)
		return
	}
	if _, id, alone := strings.Cut(r.URL.Path, "/studies/NCT98"); alone {
		g.one(w, id, night)
		return
	}
	g.asked.Add(1)
	size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken"))
	page := map[string]any{}
	if from == 0 {
		page["totalCount"] = g.listed(night)
	}
	studies := []any{}
	for i := from; i < min(from+size, g.studies); i++ {
		if !gone(i, night) {
			studies = append(studies, study(i, night))
		}
	}
	page["studies"] = studies
	if from+size < g.studies {
		page["nextPageToken"] = strconv.Itoa(from + size)
	}
	_ = json.NewEncoder(w).Encode(page) // a child that was killed reads no more
}

// one answers for a study by its id.
func (g *generated) one(w http.ResponseWriter, id string, night int) {
	i, err := strconv.Atoi(id)
	if err != nil || i >= g.studies || gone(i, night) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(study(i, night))
}

func (g *generated) listed(night int) (n int) {
	for i := range g.studies {
		if !gone(i, night) {
			n++
		}
	}
	return n
}

// gone: every 250th study is not there on the second night, and another comes then.
func gone(i, night int) bool {
	return night > 0 && i%250 == 7 || night == 0 && i%250 == 9
}

type object = map[string]any

// study is an invented study, which is another one each night: always in its title,
// and some in what people follow.
func study(i, night int) object {
	status, site, criterion := "RECRUITING", "RECRUITING", "ECOG performance status 0 to 1"
	if night > 0 {
		switch i % 10 {
		case 1:
			status = "COMPLETED"
		case 2:
			site = "COMPLETED"
		case 3:
			criterion = "ECOG performance status 0 to 2"
		}
	}
	return object{"protocolSection": object{
		"identificationModule": object{"nctId": fmt.Sprintf("NCT98%06d", i), "briefTitle": fmt.Sprintf("Nivolumab in melanoma, study %d, night %d", i, night)},
		"statusModule": object{"overallStatus": status, "startDateStruct": object{"date": "2026-01"},
			"lastUpdatePostDateStruct": object{"date": fmt.Sprintf("2026-11-%02d", 10+night)}},
		"conditionsModule":        object{"conditions": []string{"Melanoma"}},
		"designModule":            object{"studyType": "INTERVENTIONAL", "phases": []string{"PHASE2"}},
		"armsInterventionsModule": object{"interventions": []object{{"type": "DRUG", "name": "Nivolumab"}}},
		"eligibilityModule": object{"sex": "ALL", "minimumAge": "18 Years",
			"eligibilityCriteria": "Inclusion Criteria:\n\n* Age at least 18 years\n* " + criterion + "\n\nExclusion Criteria:\n\n* Pregnant"},
		"contactsLocationsModule": object{"locations": []object{
			{"facility": "Harbour Hospital", "status": site, "city": "Aarhus", "country": "Denmark", "geoPoint": object{"lat": 56.16, "lon": 10.2}}}},
	}}
}
