// Package demo is a stand-in for ClinicalTrials.gov: an http.Handler that speaks
// the registry's API version 2 over fictional studies, so that the program can
// be shown and tested without the network.
//
//	data/*.json → states (one a night) → parameters → matching studies → page
//
// Words, as the registry uses them:
//
//   - piece: a named part of a study, such as NCTId or LocationCity; pieces.tsv
//     lists them all.
//   - area: the pieces that one query.* parameter looks in; areas.tsv.
//   - night: a state of the data. The first is 0; each later one changes the
//     data as the registry's nightly refresh does.
//
// What it does not serve (CSV, FHIR, statistics, aggregation filters, synonyms)
// it refuses with 400 or 404; it never ignores a parameter.
//
// No study, sponsor, hospital or contact in here is real. The cities are.
package demo
