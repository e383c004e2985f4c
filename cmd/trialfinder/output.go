package main

import (
	"encoding/json"
	"io"
)

// encoder writes JSON as people read it: "≥" and "<" stay themselves.
func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// printJSON writes one JSON document over several lines.
func printJSON(w io.Writer, v any) error {
	enc := encoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}
