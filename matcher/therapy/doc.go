// Package therapy tells which immune, cell and gene therapies a trial tests or
// gives, in which role, and which words of the record say so.
//
// It reads what a record says of itself (interventions, arms, titles, keywords,
// intervention MeSH terms, summary) and never the eligibility text: a trial
// that excludes people with prior PD-1 therapy is no checkpoint trial.
//
// The words live in data/: agents.tsv (drugs and products), phrases.tsv (cell
// types, mechanisms, INN stems), blockers.tsv (words around or across those
// that change their meaning) and cues.tsv (words that tell giving, partners and
// follow-up). The code only knows what kinds of words there are.
//
// Terms. A hit is one phrase found in one field. A head is a short field that
// names things (title, arm label, intervention name). A standard agent is one
// in common use, which is a partner rather than the subject when something
// newer is given with it. A rival is another thing given in the same arms.
package therapy
