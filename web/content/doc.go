// Package content holds the explanatory texts: Markdown files with a strict
// head, one per text and language, and tables of what belongs to them: sources,
// paragraphs, glossary words, links and evidence. Loading reads all of it and
// refuses whatever does not fit together, so that a fault is found by a test
// and not by a reader. Outside there is only Library.
package content
