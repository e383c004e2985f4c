// Package place knows where towns are and how far it is between them:
//
//	towns.tsv + the sites' own cities → Gazetteer → Town → Point → km
//
// A name is found however it is commonly written: with or without accents, with a
// postcode before it or a district behind it, in Danish, Dutch, French, Chinese or
// English. A name that could be several towns of one country is not found: a
// distance from the wrong town is worse than none.
//
// A Gazetteer does not change once it is made and may be read by any number of
// goroutines. The towns that it returns share their Aliases with it.
package place
