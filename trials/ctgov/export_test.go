package ctgov

import (
	"encoding/json"
	"io"
	"iter"
)

// Fields is what the client asks of a study.
func Fields() []string { return fields[:] }

// MaxRestarts is how often a walk begins again.
const MaxRestarts = maxRestarts

// StudiesUpTo is Studies with another bound for one line.
func StudiesUpTo(r io.Reader, maxLine int) iter.Seq2[json.RawMessage, error] {
	return studies(r, maxLine)
}
