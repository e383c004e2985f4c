package demo_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials/demo"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{[]string{"query.cond", "mesothelioma"}, []string{"NCT99000019"}},
		{[]string{"query.cond", "MESOTHELIOMAS"}, []string{"NCT99000019"}},
		{[]string{"query.cond", "sickle OR mesothelioma"}, []string{"NCT99000019", "NCT99000081"}},
		{[]string{"query.cond", "(sickle OR mesothelioma) AND pleural"}, []string{"NCT99000019"}},
		{[]string{"query.cond", "(sickle OR mesothelioma) NOT pleural"}, []string{"NCT99000081"}},
		{[]string{"query.cond", `"cell sickle"`}, []string{}},
		{[]string{"query.cond", "cell sickle"}, []string{"NCT99000081"}},
		{[]string{"query.cond", "cell, sickle"}, []string{"NCT99000081"}},
		{[]string{"query.intr", "TIL"}, []string{"NCT99000028", "NCT99000029", "NCT99000031"}},
		{[]string{"query.titles", "NEPHRA"}, []string{"NCT99000012"}},
		{[]string{"query.locn", "Flensburg"}, []string{"NCT99000010", "NCT99000052", "NCT99000086"}},
		{[]string{"query.locn", "Liège AND Toulouse"}, []string{"NCT99000012"}},
		{[]string{"query.outc", `"ventilator-free days"`}, []string{"NCT99000059"}},
		{[]string{"query.spons", "Corvid"}, []string{"NCT99000071", "NCT99000092"}},
		{[]string{"query.lead", `"Kongelund Haematology Group"`}, []string{"NCT99000075", "NCT99000083", "NCT99000117"}},
		{[]string{"query.id", "2024-511101-11-00"}, []string{"NCT99000001"}},
		{[]string{"query.term", "superagonist"}, []string{"NCT99000088"}},
		{[]string{"query.patient", "riluzole"}, []string{"NCT99000057"}},
		{[]string{"query.cond", "glioblastoma", "query.intr", "dendritic"}, []string{"NCT99000069"}},
		{[]string{"filter.overallStatus", "SUSPENDED|AVAILABLE"}, []string{"NCT99000039", "NCT99000065", "NCT99000118"}},
		{[]string{"postFilter.overallStatus", "SUSPENDED,AVAILABLE"}, []string{"NCT99000039", "NCT99000065", "NCT99000118"}},
		{[]string{"filter.ids", "nct99000003,NCT99000002|NCT99999999"}, []string{"NCT99000002", "NCT99000003"}},
		{[]string{"filter.ids", "NCT99009072"}, []string{"NCT99000072"}},
		{[]string{"filter.geo", "distance(57.05,9.92,20km)", "query.cond", "osteoarthritis"}, []string{"NCT99000053", "NCT99000084"}},
		{[]string{"query.cond", "NCT99000001 nct99009072", "filter.overallStatus", "COMPLETED"}, []string{"NCT99000001", "NCT99000072"}},
		{[]string{"filter.advanced", "AREA[LastUpdatePostDate]RANGE[2026-11-18,MAX]"}, []string{"NCT99000026", "NCT99000028"}},
		{[]string{"filter.advanced", "AREA[LastUpdatePostDate]RANGE[MIN, 2026-01-09]"}, []string{"NCT99000068"}},
		{[]string{"filter.advanced", "AREA[LastUpdatePostDate]RANGE[2026-11-18,2026-11-18]"}, []string{"NCT99000028"}},
		{[]string{"filter.advanced", "AREA[MaximumAge]RANGE[MIN, 30 days]"}, []string{"NCT99000063"}},
		{[]string{"filter.advanced", "AREA[MinimumAge]MISSING"}, []string{"NCT99000035", "NCT99000068"}},
		{[]string{"filter.advanced", "AREA[EnrollmentCount]RANGE[900,MAX]"}, []string{"NCT99000071", "NCT99000083"}},
		{[]string{"query.term", "AREA[Sex]MALE"}, []string{"NCT99000042", "NCT99000086"}},
		{[]string{"filter.advanced", "AREA[LocationCountry](Italy OR Norway) AND AREA[Phase]PHASE1"}, []string{"NCT99000021", "NCT99000034", "NCT99000063", "NCT99000068"}},
	} {
		p := getPage(t, g, studies(append(c.params, "pageSize", "100")...))
		if diff := cmp.Diff(c.want, p.ids()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.params, diff)
		}
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	ids := "NCT99000065,NCT99000012,NCT99000001,NCT99000027"
	for _, c := range []struct {
		sort string
		want []string
	}{
		{"LastUpdatePostDate:asc", []string{"NCT99000012", "NCT99000027", "NCT99000065", "NCT99000001"}},
		{"LastUpdatePostDate", []string{"NCT99000001", "NCT99000065", "NCT99000027", "NCT99000012"}},
		{"EnrollmentCount", []string{"NCT99000027", "NCT99000012", "NCT99000001", "NCT99000065"}},
		{"EnrollmentCount:desc", []string{"NCT99000001", "NCT99000012", "NCT99000027", "NCT99000065"}},
		{"@relevance,StartDate:asc", []string{"NCT99000001", "NCT99000012", "NCT99000027", "NCT99000065"}},
	} {
		p := getPage(t, g, studies("filter.ids", ids, "sort", c.sort))
		if diff := cmp.Diff(c.want, p.ids()); diff != "" {
			t.Errorf("sort=%s (-want +got):\n%s", c.sort, diff)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	g := newRegistry(t, demo.Options{})
	for _, c := range []struct {
		fields string
		want   string
	}{
		{"NCTId", `{"protocolSection":{"identificationModule":{"nctId":"NCT99000085"}}}`},
		{"protocolSection.identificationModule.nctId", `{"protocolSection":{"identificationModule":{"nctId":"NCT99000085"}}}`},
		{"NCTId|OverallStatus,HasResults", `{"protocolSection":{"identificationModule":{"nctId":"NCT99000085"},"statusModule":{"overallStatus":"RECRUITING"}},"hasResults":false}`},
		{"ConditionsModule", `{"protocolSection":{"conditionsModule":{"conditions":["Healthy Volunteers"]}}}`},
		{"LocationCity|LocationGeoPoint", `{"protocolSection":{"contactsLocationsModule":{"locations":[{"city":"Aarhus","geoPoint":{"lat":56.15674,"lon":10.21076}}]}}}`},
		{"TitleSearch", `{"protocolSection":{"identificationModule":{"briefTitle":"Collection of White Blood Cells From Healthy Volunteers","officialTitle":"Leukapheresis of Healthy Volunteers to Build a Bank of Virus-specific T Cells"}}}`},
		{"derivedSection", `{"derivedSection":{"miscInfoModule":{"versionHolder":"2026-11-20"}}}`},
		{"WhyStopped", `{}`},
	} {
		w := get(g, "/api/v2/studies/NCT99000085?fields="+url.QueryEscape(c.fields))
		var want, got any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("fields=%s: %v in %s", c.fields, err, w.Body)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("fields=%s (-want +got):\n%s", c.fields, diff)
		}
	}
	p := getPage(t, g, studies("fields", "protocolSection", "pageSize", "1000"))
	if len(p.ids()) != g.Len() {
		t.Errorf("fields=protocolSection: got %d studies, want %d", len(p.ids()), g.Len())
	}
}
