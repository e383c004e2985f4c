package trials

import (
	"slices"
	"strings"
	"unicode"
)

// Diff tells what changed between two versions of a listing that a person who
// follows it would want to know. Other changes make a version and no event.
func Diff(before, after *Trial) []Event {
	var out []Event
	if before.Status != after.Status {
		out = append(out, Event{Kind: statusKind(before.Status, after.Status), Old: string(before.Status), New: string(after.Status)})
	}
	out = append(out, dateEvents(before, after)...)
	out = append(out, criterionEvents(criteriaLines(&before.Eligibility), criteriaLines(&after.Eligibility))...)
	// When a study closes the registry takes its sites' statuses away, and when it
	// opens they come: the study's own status says that already.
	if before.Status.Open() && after.Status.Open() {
		out = append(out, siteEvents(before, after)...)
	}
	return out
}

func statusKind(before, after Status) EventKind {
	switch {
	case after == Withdrawn:
		return EventWithdrawn
	case after.Open() && hadEnded(before):
		return EventReopened
	}
	return EventStatus
}

// hadEnded: it took people once, or was going to, and then did not any more. What is
// withheld or under evaluation never began, and unknown is no end.
func hadEnded(s Status) bool {
	switch s {
	case Suspended, ActiveNotRecruiting, Completed, Terminated, Withdrawn, NoLongerAvailable, TemporarilyUnavailable:
		return true
	}
	return false
}

func dateEvents(before, after *Trial) []Event {
	var out []Event
	for _, d := range []struct {
		name     string
		old, new DateStruct
	}{
		{"start", before.Start, after.Start},
		{"primary_completion", before.PrimaryCompletion, after.PrimaryCompletion},
		{"completion", before.Completion, after.Completion},
	} {
		if d.old.Date != d.new.Date {
			out = append(out, Event{Kind: EventDate, What: d.name, Old: d.old.Date.String(), New: d.new.Date.String()})
		}
	}
	return out
}

// siteEvents compares which sites take people. A site is known by its name and
// town; of two that share both, one that takes people counts.
func siteEvents(before, after *Trial) []Event {
	was, is := openSites(before), openSites(after)
	var out []Event
	for _, name := range sortedKeys(was, is) {
		old, wasThere := was[name]
		now, isThere := is[name]
		switch {
		case old.open == now.open:
		case now.open:
			out = append(out, Event{Kind: EventSiteOpened, What: name, Old: siteStatus(old, wasThere), New: siteStatus(now, isThere)})
		default:
			out = append(out, Event{Kind: EventSiteClosed, What: name, Old: siteStatus(old, wasThere), New: siteStatus(now, isThere)})
		}
	}
	return out
}

type siteState struct {
	status Status
	open   bool
}

func siteStatus(s siteState, there bool) string {
	if !there {
		return ""
	}
	return string(s.status)
}

func openSites(t *Trial) map[string]siteState {
	out := map[string]siteState{}
	for i := range t.Sites {
		s := &t.Sites[i]
		state := siteState{status: s.Status}
		if state.status == "" {
			state.status = t.Status
		}
		state.open = state.status.Open()
		if known, ok := out[s.name()]; !ok || !known.open {
			out[s.name()] = state
		}
	}
	return out
}

// name is what a site is known by from one version to the next.
func (s *Site) name() string {
	return strings.Join(slices.DeleteFunc([]string{s.Facility, s.City, s.Country}, func(p string) bool { return p == "" }), ", ")
}

func sortedKeys(maps ...map[string]siteState) []string {
	var keys []string
	for _, m := range maps {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// criterionLine is one line of the eligibility text that says something.
type criterionLine struct {
	text    string // as sent, but for blanks and bullets around it
	words   []string
	exclude bool // below the heading of the exclusions
}

func (l criterionLine) kind() string {
	if l.exclude {
		return "exclusion"
	}
	return "inclusion"
}

func (l criterionLine) same(other criterionLine) bool {
	return l.exclude == other.exclude && slices.Equal(l.words, other.words)
}

// criteriaLines cuts the text at its lines: coarser than the matcher does, and
// the same whatever the matcher's rules.
func criteriaLines(e *Eligibility) []criterionLine {
	var out []criterionLine
	exclude, at := false, 0
	for line := range strings.Lines(e.Criteria) {
		if e.ExclusionStart != nil {
			exclude = at >= *e.ExclusionStart
		}
		at += len(line)
		text := strings.TrimFunc(line, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("*•-–·", r) })
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("<>=≤≥%", r)
		})
		if len(words) == 0 {
			continue
		}
		if len(words) <= maxHeading && e.ExclusionStart == nil {
			switch {
			case slices.Contains(words, "exclusion"):
				exclude = true
				continue
			case slices.Contains(words, "inclusion"):
				exclude = false
				continue
			}
		}
		out = append(out, criterionLine{text: text, words: words, exclude: exclude})
	}
	return out
}

const (
	// maxHeading is how many words a heading such as "Key exclusion criteria" has.
	maxHeading = 4
	// alike is the share of common words from which a line counts as reworded.
	alike = 0.5
	// maxCompared bounds the work on a text that was replaced as a whole.
	maxCompared = 300
)

// criterionEvents tells lines that came, went or were reworded. A line that only
// moved within its part is the same line.
func criterionEvents(before, after []criterionLine) []Event {
	var gone, came []criterionLine
	rest := slices.Clone(after)
	for _, l := range before {
		if i := slices.IndexFunc(rest, l.same); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			continue
		}
		gone = append(gone, l)
	}
	came = rest
	var out []Event
	for _, l := range gone {
		if i := nearest(l, came); i >= 0 {
			out = append(out, Event{Kind: EventCriterionReworded, What: l.kind(), Old: l.text, New: came[i].text})
			came = slices.Delete(came, i, i+1)
			continue
		}
		out = append(out, Event{Kind: EventCriterionRemoved, What: l.kind(), Old: l.text})
	}
	for _, l := range came {
		out = append(out, Event{Kind: EventCriterionAdded, What: l.kind(), New: l.text})
	}
	return out
}

// nearest is the line of the same part with most words in common; -1 where none
// has enough.
func nearest(l criterionLine, among []criterionLine) int {
	best, at := alike, -1
	for i := range among[:min(len(among), maxCompared)] {
		if among[i].exclude != l.exclude {
			continue
		}
		if share := commonShare(l.words, among[i].words); share > best || share == best && at < 0 {
			best, at = share, i
		}
	}
	return at
}

func commonShare(a, b []string) float64 {
	left := map[string]int{}
	for _, w := range a {
		left[w]++
	}
	common := 0
	for _, w := range b {
		if left[w] > 0 {
			left[w]--
			common++
		}
	}
	return float64(2*common) / float64(len(a)+len(b))
}
