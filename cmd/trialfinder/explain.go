package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"trialfinder/matcher"
	"trialfinder/matcher/criteria"
	"trialfinder/matcher/index"
	"trialfinder/trials"
)

type explainCmd struct {
	dbFlags
	ID      string `arg:"" help:"Id of the trial, for example NCT01234567."`
	Answers string `placeholder:"FILE" help:"JSON file of answers; without it, only what was read is told."`
}

// Run tells a person what was read of one trial and what it does for the answers.
func (c *explainCmd) Run(ctx context.Context, e *env) error {
	if _, _, ok := trials.CanonicalID(c.ID); !ok {
		return usageError(fmt.Sprintf("%q is no trial id such as NCT01234567", c.ID))
	}
	m, err := matcher.New()
	if err != nil {
		return err
	}
	db, err := c.existing(ctx, e)
	if err != nil {
		return err
	}
	defer db.Close()
	stored, err := db.Get(ctx, c.ID)
	if errors.Is(err, trials.ErrNotFound) {
		return fmt.Errorf("%s is not stored here: sync or import it first", c.ID)
	}
	if err != nil {
		return err
	}
	snap, err := index.Of(m, []trials.Stored{stored})
	if err != nil {
		return err
	}
	profile, err := c.profile(m, e, snap)
	if err != nil {
		return err
	}
	candidate, err := snap.Trial(ctx, stored.Trial.ID)
	if err != nil {
		return err
	}
	_, err = explanation(m, candidate, profile, c.Answers != "").WriteTo(e.stdout)
	return err
}

func (c *explainCmd) profile(m *matcher.Matcher, e *env, snap *index.Snapshot) (matcher.Profile, error) {
	today := day(e.now())
	if c.Answers == "" {
		return m.Profile(matcher.Answers{}, today, snap.Towns), nil
	}
	answers, err := readAnswers(m, c.Answers, today)
	if err != nil {
		return matcher.Profile{}, err
	}
	return m.Profile(answers, today, snap.Towns), nil
}

// explanation is the whole account of one trial as text.
func explanation(m *matcher.Matcher, c *matcher.Candidate, p matcher.Profile, answered bool) *bytes.Buffer {
	var b bytes.Buffer
	t := m.One(c, p)
	fmt.Fprintf(&b, "%s  %s\n%s\n\n", t.ID, t.Title, t.URL)
	fmt.Fprintf(&b, "status %s, %s %s, updated %s\n", t.Status, strings.ToLower(string(c.Trial.StudyType)), t.Phase, t.Updated)
	for _, l := range t.Therapies {
		fmt.Fprintf(&b, "therapy %s (%s%s)\n", l.ID, l.Role, after(", ", l.Subtype))
		for _, ev := range l.Evidence {
			fmt.Fprintf(&b, "    %s: %q\n", ev.Field, ev.Text)
		}
	}
	fmt.Fprintf(&b, "conditions %s, from %q\n", orNone(strings.Join(t.Conditions, ", ")), strings.Join(c.Trial.Conditions, "; "))
	if answered {
		explainVerdict(&b, m, c, p, t)
	}
	for _, criterion := range t.Criteria {
		explainCriterion(&b, criterion, answered)
	}
	return &b
}

func explainVerdict(b io.Writer, m *matcher.Matcher, c *matcher.Candidate, p matcher.Profile, t matcher.TrialMatch) {
	considered := ""
	if !m.Considered(c, p) {
		considered = "; a match does not look at it: closed, of another therapy, or for another illness"
	}
	fmt.Fprintf(b, "verdict %s (%s)%s\n", t.Verdict, t.Why, considered)
	if t.MayChange {
		fmt.Fprintf(b, "    may change%s\n", after(", not before ", deref(t.NotBefore)))
	}
	if len(t.DecidedBy) > 0 {
		fmt.Fprintf(b, "    each of these answers alone rules it out: %s\n", strings.Join(t.DecidedBy, ", "))
	}
	if len(t.Questions) > 0 {
		fmt.Fprintf(b, "    still to be known: %s\n", strings.Join(t.Questions, ", "))
	}
	if t.Verdict == matcher.Open {
		explainFewest(b, m.Fewest(c.Listing, p))
	}
	if n := t.Nearest; n != nil {
		km := "distance not known"
		if n.KM != nil {
			km = fmt.Sprintf("%.0f km", *n.KM)
			if n.Approximate {
				km = "about " + km + ", from town to town"
			}
		}
		fmt.Fprintf(b, "nearest %s, %s %s (%s), %s%s\n", n.Facility, n.City, n.Country, n.Status, km, after(", ", n.Phone))
	}
}

func explainFewest(b io.Writer, f matcher.Fewest) {
	may := "settle what facts can settle"
	if f.Fits {
		may = "may leave it fitting"
	}
	fmt.Fprintf(b, "    these facts %s: %s\n", may, orNone(strings.Join(f.Facts, ", ")))
	if len(f.RulesOut) > 0 {
		fmt.Fprintf(b, "    each of these alone may rule it out: %s\n", strings.Join(f.RulesOut, ", "))
	}
}

func explainCriterion(b io.Writer, c matcher.CriterionMatch, answered bool) {
	place := fmt.Sprintf("%d–%d", value(c.Start), value(c.End))
	if c.Field != nil {
		place = "field " + *c.Field
	}
	fmt.Fprintf(b, "\n[%s] %s%s", place, c.Kind, after(", only ", deref(c.Cohort)))
	if c.Kind.Demands() && (answered || c.Rule == nil) {
		fmt.Fprintf(b, ": %s%s", c.Status, after(", for want of ", strings.Join(c.Facts, ", ")))
	}
	fmt.Fprintf(b, "\n    %s\n", strings.ReplaceAll(c.Text, "\n", "\n    "))
	if c.Rule != nil {
		rule, err := ruleJSON(c.Rule)
		if err != nil {
			rule = err.Error()
		}
		fmt.Fprintf(b, "    rule %s: %s\n", c.Code, rule)
	}
}

func ruleJSON(r criteria.Rule) (string, error) {
	var b strings.Builder
	err := encoder(&b).Encode(r)
	return strings.TrimSpace(b.String()), err
}

func after(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func orNone(s string) string {
	if s == "" {
		return "none that the vocabulary knows"
	}
	return s
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func value(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}
