// Package merge makes one trial of the listings that two registries have of it:
//
//	store → the leading listing and the others → Trial → index, web
//
// The leading listing's words stand; the others add their ids, their contacts and
// the sites that it has not, and what they say of status and dates is kept beside
// it, so that a reader sees where the registries disagree.
package merge
