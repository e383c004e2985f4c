package ctgov_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"trialfinder/trials"
	"trialfinder/trials/ctgov"
)

func id(n int) string {
	return fmt.Sprintf(`{"protocolSection":{"identificationModule":{"nctId":"NCT9900%04d"}}}`, n)
}

// indented is a document as a printer of JSON writes it, over many lines.
func indented(doc string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(doc), "", "  "); err != nil {
		panic(err)
	}
	return b.String()
}

// read gives the compacted studies and the errors in order, errors as "! text".
func read(r io.Reader) []string {
	var got []string
	for raw, err := range ctgov.Studies(r) {
		if err != nil {
			got = append(got, "! "+err.Error())
			continue
		}
		var b bytes.Buffer
		if err := json.Compact(&b, raw); err != nil {
			got = append(got, "? "+err.Error())
			continue
		}
		got = append(got, b.String())
	}
	return got
}

func TestStudiesReadsWhatThereIs(t *testing.T) {
	page := `{"totalCount":2,"studies":[` + id(1) + `,` + id(2) + `],"nextPageToken":"x"}`
	tests := []struct {
		name, file string
		want       []string
	}{
		{"empty", "", nil},
		{"blank", " \n\r\n\t", nil},
		{"one a line", id(1) + "\n" + id(2) + "\n", []string{id(1), id(2)}},
		{"no newline at the end", id(1) + "\n" + id(2), []string{id(1), id(2)}},
		{"CRLF and blank lines", "\r\n" + id(1) + "\r\n\r\n" + id(2) + "\r\n\r\n", []string{id(1), id(2)}},
		{"byte order mark", "\xef\xbb\xbf" + id(1) + "\n", []string{id(1)}},
		{"byte order mark and array", "\xef\xbb\xbf [" + id(1) + "]", []string{id(1)}},
		{"array", "[" + id(1) + "," + id(2) + "]", []string{id(1), id(2)}},
		{"empty array", "[]", nil},
		{"array over lines", indented("[" + id(1) + "," + id(2) + "]"), []string{id(1), id(2)}},
		{"array with a line each", "[\n" + id(1) + ",\n" + id(2) + "\n]\n", []string{id(1), id(2)}},
		{"two arrays", "[" + id(1) + "]\n[" + id(2) + "," + id(3) + "]", []string{id(1), id(2), id(3)}},
		{"page", page, []string{id(1), id(2)}},
		{"page without studies", `{"studies":[]}`, nil},
		{"page over lines", indented(page), []string{id(1), id(2)}},
		{"page with its key on the first line", "{\"studies\": [\n" + id(1) + "\n]}", []string{id(1)}},
		{"a page a line", page + "\n" + page, []string{id(1), id(2), id(1), id(2)}},
		{"pages over lines", indented(page) + "\n" + indented(page), []string{id(1), id(2), id(1), id(2)}},
		{"a study with a key of that name", `{"studies":[],"protocolSection":{}}`, []string{`{"studies":[],"protocolSection":{}}`}},
		{"one study over lines", indented(id(1)), []string{id(1)}},
		{"studies over lines", indented(id(1)) + "\n" + indented(id(2)), []string{id(1), id(2)}},
		{"blanks in front of a document over lines", "\n\n  " + indented(id(1)), []string{id(1)}},
	}
	for _, test := range tests {
		for reader, r := range map[string]io.Reader{
			"whole": strings.NewReader(test.file), "byte by byte": iotest.OneByteReader(strings.NewReader(test.file)),
		} {
			if diff := cmp.Diff(test.want, read(r)); diff != "" {
				t.Errorf("%s, read %s (-want +got):\n%s", test.name, reader, diff)
			}
		}
	}
}

func TestStudiesTellsWhereTheErrorIs(t *testing.T) {
	tests := []struct {
		name, file string
		want       []string // ids, or "! " and the beginning of an error
	}{
		{"a bad line", id(1) + "\n" + `{"a":` + "\n" + id(2), []string{id(1), "! line 2: invalid", id(2)}},
		{"the first line is cut off", `{"protocolSection":` + "\n" + id(2), []string{"! line 1: invalid", id(2)}},
		{"the first line is cut off in a text", `{"protocolSection":{"identificationModule":{"nct` + "\n" + id(2), []string{"! line 1: invalid", id(2)}},
		{"the first line is words", "hello\n" + id(2), []string{"! line 1: invalid", id(2)}},
		{"the line after blanks", "\n\nhello\n" + id(2), []string{"! line 3: invalid", id(2)}},
		{"a number, null, a text", id(1) + "\n7\nnull\n\"x\"\n" + id(2), []string{id(1), "! line 2", "! line 3", "! line 4", id(2)}},
		{"two on a line", id(1) + id(2) + "\n" + id(3), []string{"! line 1: invalid", id(3)}},
		{"studies that are no list", `{"studies":7}` + "\n" + id(1), []string{"! line 1: invalid: studies", id(1)}},
		{"studies null", `{"studies":null}` + "\n" + id(1), []string{"! line 1: invalid: studies", id(1)}},
		{"an element that is none", `{"studies":[7,` + id(1) + `]}`, []string{"! line 1: study 1: invalid", id(1)}},
		{"an element of an array that is none", `[` + id(1) + `,7,` + id(2) + `]`, []string{id(1), "! study 2 before byte 71: invalid", id(2)}},
		{"array cut off", `[` + id(1) + `,{"a"`, []string{id(1), "! byte 70: invalid: unexpected EOF"}},
		{"array without its end", `[` + id(1), []string{id(1), "! byte 69: invalid: unexpected EOF"}},
		{"array with words behind", `[` + id(1) + `] oops`, []string{id(1), "! byte 70: invalid"}},
		{"page over lines cut off", "{\n\"studies\": [\n" + id(1) + ",\n", []string{"! byte 0: invalid: unexpected EOF"}},
	}
	for _, test := range tests {
		got := read(strings.NewReader(test.file))
		ok := len(got) == len(test.want)
		for i := 0; ok && i < len(got); i++ {
			ok = got[i] == test.want[i] || (test.want[i][0] == '!' && strings.HasPrefix(got[i], test.want[i]))
		}
		if !ok {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

func TestStudiesReadsLongLines(t *testing.T) {
	long := `{"x":"` + strings.Repeat("y", 5<<20) + `"}`
	if got := read(strings.NewReader(id(1) + "\n" + long + "\n" + id(2))); len(got) != 3 || got[1] != long || got[2] != id(2) {
		t.Errorf("got %d studies, want 3 with the long one whole", len(got))
	}
}

func TestStudiesBoundsALine(t *testing.T) {
	file := id(1) + "\n" + `{"x":"` + strings.Repeat("y", 200_000) + `"}` + "\n" + id(2)
	var got []string
	for raw, err := range ctgov.StudiesUpTo(strings.NewReader(file), 100_000) {
		switch {
		case errors.Is(err, trials.ErrInvalid):
			got = append(got, err.Error())
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, string(raw))
		}
	}
	if diff := cmp.Diff([]string{id(1), "line 2: invalid: longer than 100000 bytes", id(2)}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStudiesEndsWithTheReadersError(t *testing.T) {
	for _, broken := range []error{
		errors.New("the disk is broken"),
		fmt.Errorf("the connection broke off: %w", io.EOF), // not the end: that is io.EOF alone
	} {
		endsWith(t, broken)
	}
}

func endsWith(t *testing.T, broken error) {
	t.Helper()
	for _, file := range []string{"", id(1) + "\n" + `{"half`, "[" + id(1) + ","} {
		var last error
		n := 0
		for _, err := range ctgov.Studies(io.MultiReader(strings.NewReader(file), iotest.ErrReader(broken))) {
			n++
			last = err
		}
		if !errors.Is(last, broken) || n > 2 {
			t.Errorf("%q: got %v as the last of %d, want the reader's %q", file, last, n, broken)
		}
	}
}

func TestStudiesCanBeLeft(t *testing.T) {
	for _, file := range []string{id(1) + "\n" + id(2), "[" + id(1) + "," + id(2) + "]", indented(id(1)) + indented(id(2)), "x\ny", `{"studies":[` + id(1) + `,7]}`} {
		n := 0
		for range ctgov.Studies(strings.NewReader(file)) {
			n++
			break
		}
		if n != 1 {
			t.Errorf("%q: got %d, want 1", file, n)
		}
	}
}

func FuzzStudies(f *testing.F) {
	for _, seed := range []string{
		id(1) + "\n" + id(2), "[" + id(1) + "]", indented(`{"studies":[` + id(1) + `]}`), "{\n\n", "[[", "\xef\xbb\xbf[1]", `{"studies":[{}` + "\n" + `]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		n := 0
		for raw, err := range ctgov.StudiesUpTo(bytes.NewReader(file), 1000) {
			if n++; n > len(file)+1 {
				t.Fatalf("%q: more studies than bytes", file)
			}
			if err != nil {
				if !errors.Is(err, trials.ErrInvalid) {
					t.Errorf("%q: got %v, want ErrInvalid", file, err)
				}
				continue
			}
			if !json.Valid(raw) || !bytes.HasPrefix(raw, []byte("{")) {
				t.Errorf("%q: got %q, want a JSON object", file, raw)
			}
		}
	})
}
