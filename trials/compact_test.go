package trials_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"trialfinder/trials"
)

func FuzzCompact(f *testing.F) {
	for _, raw := range []string{
		"", " ", "{}", "{ \"a b\" : [ 1 , \"c \\\" d\" ,\n\ttrue, null ] }", `"\\"`, `["\\\\" , "\\\""]`, "7 ", `{"a":"<\u00e9 é>"}`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			trials.Compact(raw) // gives something, and ends
			return
		}
		var want bytes.Buffer
		if err := json.Compact(&want, raw); err != nil {
			t.Fatal(err)
		}
		if got := trials.Compact(raw); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%q: got %q, want %q", raw, got, want.Bytes())
		}
	})
}
