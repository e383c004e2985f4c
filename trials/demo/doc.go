// Package demo is a stand-in for the registries: an http.Handler that speaks
// ClinicalTrials.gov's API version 2, and the interface of the EU's register, over
// fictional studies, so that the program can be shown and tested without the
// network. Some studies are in both, with other statuses, dates and sites.
//
//	data/*.json → states (one a night) → parameters → matching studies → page
//	data/eu/*.json ┘                   → criteria   → matching rows    → page, dossier
//
// Words, as the registry uses them:
//
//   - piece: a named part of a study, such as NCTId or LocationCity; pieces.tsv
//     lists them all.
//   - area: the pieces that one query.* parameter looks in; areas.tsv.
//   - fault: what goes wrong with one request; Fault lists all that can.
//   - night: a state of the data. The first is 0; each later one changes the
//     data as the registry's nightly refresh does.
//
// What it does not serve (CSV, FHIR, statistics, aggregation filters, synonyms)
// it refuses with 400 or 404; it never ignores a parameter.
//
// No study, sponsor, hospital or contact in here is real. The cities are.
package demo
