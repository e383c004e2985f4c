// Package view turns what the matcher found into what a page shows: groups,
// words and order, in one language. It is pure and knows nothing of HTTP. It
// adds no judgement: what the matcher calls unknown is shown as not known, and
// every criterion that came in goes out.
package view
