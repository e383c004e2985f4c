// Package unit reads units as laboratories and registries write them and turns
// values of a fact into the fact's own unit (UCUM codes). Molar conversions
// differ for each substance, so the table is per fact, with a source per row.
package unit
