// Package lexicon finds known phrases in foreign text.
//
// A phrase list (data) is added once; Find then reports the longest phrase at
// each place of a text, with its byte span in the original, so that every hit
// can be shown as evidence. Matching is on whole words after folding case,
// accents, width, Greek letters and British spelling; there is no stemming:
// variants are written out in the data, where they can be audited.
package lexicon
