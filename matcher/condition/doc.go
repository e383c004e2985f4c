// Package condition is the vocabulary of illnesses: their ids and parents,
// names in five languages, MeSH descriptors, the phrases by which registries
// name them and the words by which people look for them.
//
// All of it is data, in four tab separated files under data:
//
//   - conditions.tsv: id, parents, group, MeSH descriptors, names
//   - groups.tsv: the headings of a list to browse
//   - words.tsv: id, use, words parted by "|"; use is "registry" or a language
//   - sets.tsv: named lists of words, for use in registry phrases
//
// A registry phrase may hold alternatives, "(lung/pulmonary) cancer" (an empty
// one makes the part optional), and a named set, "lung <ca>". A phrase with "="
// before it counts only where it is the whole of a condition or keyword: "=MS"
// is multiple sclerosis as a keyword, and no more than two letters in a title.
// One with "*" before it counts in conditions, titles and keywords only, where it
// is what patients are sought for: in an eligibility text, "hepatitis C" is a
// matter of its own. One with "^" before it counts only with its last word in capitals: "^T ALL".
// One with "&" before it is the part of a name that can share its head with the
// next: "&breast", in "breast or lung cancer"; the heads are the set of that name.
// The id "-" lists phrases that hold the word for an illness and name none of
// ours ("cancer pain"); the longest phrase wins, so they shield their words.
//
// Map gives the illnesses of a study by trust: conditions, MeSH, titles,
// keywords. Search finds an illness by what a person types.
package condition
