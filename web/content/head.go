package content

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"trialfinder/trials"
)

// headKeys are what a text's head must have, and nothing else.
var headKeys = []string{"title", "summary", "sources", "author", "checked_by", "last_checked", "review_by", "status"}

// What a text's status may be.
const (
	signedOff = "signed off by a clinician"
	unsigned  = "not yet signed off by a clinician"
)

func parseHead(b string) (map[string]string, string, error) {
	rest, ok := strings.CutPrefix(b, "---\n")
	if !ok {
		return nil, "", errors.New("want a head between two lines of ---")
	}
	lines, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return nil, "", errors.New("the head does not end")
	}
	head := map[string]string{}
	for line := range strings.Lines(lines) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if _, dup := head[key]; !ok || dup || !slices.Contains(headKeys, key) {
			return nil, "", fmt.Errorf("head: bad line %q", line)
		}
		head[key] = value
	}
	if len(head) != len(headKeys) {
		return nil, "", fmt.Errorf("head: want all of %v", headKeys)
	}
	return head, body, nil
}

// readHead fills in what the head says and gives the rest of the file.
func (t *Text) readHead(b string, sources map[string]Source) (body string, err error) {
	head, body, err := parseHead(b)
	if err != nil {
		return "", err
	}
	t.Title, t.Summary, t.Author, t.SignedOff = head["title"], head["summary"], head["author"], head["status"] == signedOff
	if by := head["checked_by"]; by != "-" {
		t.CheckedBy = by
	}
	if !t.SignedOff && head["status"] != unsigned || t.SignedOff && t.CheckedBy == "" {
		return "", fmt.Errorf("head: status %q of a text checked by %q", head["status"], head["checked_by"])
	}
	if t.LastChecked, err = trials.ParseDate(head["last_checked"]); err != nil {
		return "", err
	}
	if t.ReviewBy, err = trials.ParseDate(head["review_by"]); err != nil {
		return "", err
	}
	for id := range strings.SplitSeq(head["sources"], ";") {
		s, ok := sources[strings.TrimSpace(id)]
		if !ok {
			return "", fmt.Errorf("source %q is not in sources.tsv", id)
		}
		t.Sources = append(t.Sources, s)
	}
	return body, nil
}
