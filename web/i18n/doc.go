// Package i18n holds the words of the site: one TOML catalogue per language,
// with CLDR plurals, and numbers, dates and country names as a language writes
// them. A language exists as soon as its catalogue does.
//
// Keys are flat. A placeholder is written {{.Name}}; N is the number that
// chooses the plural form. A missing key or placeholder is an error, never an
// empty place on a page.
package i18n
