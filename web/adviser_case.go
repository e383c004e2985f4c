package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"trialfinder/matcher/quick"
	"trialfinder/trials"
	"trialfinder/trials/private"
	"trialfinder/web/desk"
)

// Bounds of a case's form. It has a field for each fact.
const (
	maxCaseFields = 600
	maxDeskText   = 300
	maxNotes      = 8000
	maxShortlist  = 30
	shownTrials   = 12
	shownNext     = 5
)

// What the form of a case can be sent for. Whatever it is, all of it is kept.
const (
	actionTake     = "take"
	actionKeep     = "keep"
	actionHandOver = "hand_over"
	actionExport   = "export"
	actionDelete   = "delete"
)

// ownCase finds a case that is somebody's to see. To others it is not there.
func (s *Server) ownCase(r *deskRequest, id string) (*private.Case, error) {
	c, err := s.desk.store.Case(r.Request().Context(), id)
	if errors.Is(err, private.ErrNotFound) || err == nil && !r.account.May(&c) {
		return nil, errNotFound
	}
	return &c, err
}

// answersOf fills the request with the answers of a case, so that it is matched and told of
// as a reader's own are.
func (r *request) answersOf(c *private.Case) error {
	r.session, r.profile = session{}, nil
	if len(c.Answers) == 0 {
		return nil
	}
	var in struct {
		AsOf      string                     `json:"as_of"`
		Therapies json.RawMessage            `json:"therapies"`
		Facts     map[string]json.RawMessage `json:"facts"`
	}
	if err := json.Unmarshal(c.Answers, &in); err != nil {
		return errInternal
	}
	if day, err := time.Parse(time.DateOnly, in.AsOf); err == nil {
		r.session.AsOf = day
	}
	for _, f := range r.server.matcher.Facts.All() { // a fact that is no more is left out
		if raw, ok := in.Facts[f.ID]; ok {
			r.session.set(f.ID, raw)
		}
	}
	if len(in.Therapies) > 0 {
		r.session.set(therapiesID, in.Therapies)
	}
	return nil
}

// readCaseForm reads the form of a case.
func readCaseForm(r *http.Request) (form, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, errForm
	}
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, errTooLarge
		}
		return nil, errForm // the error may quote what was sent
	}
	known := []string{"action", "version", "line", "notes", "lang", "state", "follow_up", "owner", "consent", "sure"}
	lists := []string{"chip", "short", "shown", "therapy"}
	n := 0
	for name, values := range r.PostForm {
		n += len(values)
		single := slices.Contains(known, name) || strings.HasPrefix(name, fieldOf)
		if !slices.Contains(lists, name) && (!single || len(values) != 1) {
			return nil, errForm
		}
	}
	if n > maxCaseFields {
		return nil, errForm
	}
	return form(r.PostForm), nil
}

func (s *Server) changeCase(r *deskRequest) error {
	f, err := readCaseForm(r.Request())
	if err != nil {
		return err
	}
	c, err := s.ownCase(r, r.Param("id"))
	if err != nil {
		return err
	}
	return s.applyCase(r, c, f)
}

// caseFaults is what a form held that can't be kept, and what was typed there.
type caseFaults struct {
	fields  map[string]string
	errors  []fieldError
	notes   string
	line    string
	changed bool
}

// applyCase keeps a form in a case, does what it was sent for, and shows what comes next.
func (s *Server) applyCase(r *deskRequest, c *private.Case, f form) error {
	if err := r.answersOf(c); err != nil {
		return err
	}
	faults := caseFaults{fields: map[string]string{}}
	steps := []func(*private.Case, form, *caseFaults) error{r.applyFacts, r.applyLine, r.applyWork, r.applyConsent}
	for _, step := range steps {
		if err := step(c, f, &faults); err != nil {
			return err
		}
	}
	var err error
	if c.Answers, err = r.session.answersJSON(r.server.today(), r.server.matcher.Facts); err != nil {
		return errInternal
	}
	changed := f.get("version") != "" && f.get("version") != fmt.Sprint(c.Version)
	if changed {
		// Somebody has saved it since: show both, and let the adviser decide.
		faults.changed = true
		return s.casePage(r, c, &faults)
	}
	did, err := r.handOver(c, f, &faults)
	if err != nil {
		return err
	}
	err = s.desk.store.SaveCase(r.Request().Context(), r.account.ID, did, c)
	if errors.Is(err, private.ErrChanged) { // between our reading and our writing
		now, err := s.ownCase(r, c.ID)
		if err != nil {
			return err
		}
		c.Version, faults.changed = now.Version, true
		return s.casePage(r, c, &faults)
	}
	if err != nil {
		return err
	}
	if len(faults.errors) > 0 {
		return s.casePage(r, c, &faults)
	}
	return s.afterCase(r, c, f)
}

// afterCase does what the form was sent for besides being kept.
func (s *Server) afterCase(r *deskRequest, c *private.Case, f form) error {
	ctx := r.Request().Context()
	switch action := f.get("action"); {
	case action == actionExport:
		if err := s.desk.store.Audit(ctx, r.account.ID, private.DidExport, c.ID); err != nil {
			return err
		}
		return r.export(c)
	case action == actionDelete && f.get("sure") == "1":
		if err := s.desk.store.DeleteCase(ctx, r.account.ID, c.ID); err != nil {
			return err
		}
		return r.see("/desk")
	case !r.account.May(c):
		return r.see("/desk") // it is a colleague's now
	}
	return r.see("/desk/case/" + c.ID)
}

// export gives all that is kept of a case.
func (r *deskRequest) export(c *private.Case) error {
	h := r.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="`+c.Ref+`.json"`)
	h.Set("Cache-Control", "no-store")
	return r.JSONPretty(http.StatusOK, struct {
		Ref     string    `json:"ref"`
		Created time.Time `json:"created"`
		Used    time.Time `json:"used"`
		private.Content
	}{c.Ref, c.Created, c.Used, c.Content}, "  ")
}

// applyFacts keeps each fact that is an answer.
func (r *deskRequest) applyFacts(_ *private.Case, f form, faults *caseFaults) error {
	for _, ft := range r.server.matcher.Facts.All() {
		text, sent := f[fieldOf+ft.ID]
		if !sent {
			continue
		}
		raw, err := r.readField(ft, text[0])
		given, _ := r.session.get(ft.ID)
		switch {
		case err == nil && raw == nil:
			r.session.unset(ft.ID)
			continue
		case err == nil && string(raw) == string(given), err == nil && r.answer(ft.ID, raw):
			continue
		case err != nil && !errors.Is(err, errField):
			return err
		}
		faults.fields[ft.ID] = tidyTo(text[0], maxDeskText)
		message, err := r.words.T("desk_field_wrong", "Name", ft.Labels[r.lang].Name)
		if err != nil {
			return err
		}
		faults.errors = append(faults.errors, fieldError{fieldOf + ft.ID, message})
	}
	if f.get("action") == "" && len(f["therapy"]) == 0 {
		return nil
	}
	wanted := []string{}
	for _, id := range r.server.matcher.Therapies.IDs() {
		if slices.Contains(f["therapy"], id) {
			wanted = append(wanted, id)
		}
	}
	if _, had := r.session.get(therapiesID); had || len(wanted) > 0 {
		r.session.set(therapiesID, quoted(wanted))
	}
	return nil
}

func (s *session) unset(id string) {
	s.Entries = slices.DeleteFunc(s.Entries, func(e entry) bool { return e.ID == id })
}

// applyLine keeps the quick line, and takes over what was confirmed of it.
func (r *deskRequest) applyLine(c *private.Case, f form, faults *caseFaults) error {
	text, sent := f["line"]
	if !sent {
		return nil
	}
	line := tidyTo(text[0], quick.MaxLine)
	if fault, err := r.guard(line, "line", faults); fault || err != nil {
		faults.line = line
		return err
	}
	c.Line = line
	if f.get("action") != actionTake {
		return nil
	}
	var left []string
	for i, p := range r.server.desk.reader.Read(line, r.snap.Towns, r.today) {
		if len(p.Answers) == 0 {
			left = append(left, p.Text)
			continue
		}
		if !slices.Contains(f["chip"], fmt.Sprint(i)) {
			continue
		}
		for _, a := range p.Answers {
			if !r.answer(a.Fact, a.Raw) {
				left = append(left, p.Text)
			}
			delete(faults.fields, a.Fact)
		}
	}
	c.Line = strings.Join(left, " ")
	return nil
}

// guard refuses a text that holds a national number of a person.
func (r *deskRequest) guard(text, field string, faults *caseFaults) (bool, error) {
	country, found := desk.IDNumber(text)
	if !found {
		return false, nil
	}
	message, err := r.words.T("desk_id_number", "Country", r.words.Country(country))
	faults.errors = append(faults.errors, fieldError{field, message})
	return true, err
}

// applyWork keeps what is not about the caller's health: notes, state, shortlist.
func (r *deskRequest) applyWork(c *private.Case, f form, faults *caseFaults) error {
	if notes, sent := f["notes"]; sent {
		text := clip(strings.ReplaceAll(strings.ToValidUTF8(notes[0], ""), "\r\n", "\n"), maxNotes)
		fault, err := r.guard(text, "notes", faults)
		if err != nil {
			return err
		}
		if faults.notes = text; !fault {
			c.Notes = text
		}
	}
	if lang := f.get("lang"); slices.Contains(r.server.catalogue.Languages(), lang) {
		c.Lang = lang
	}
	if st := private.State(f.get("state")); st != "" {
		if !c.State.MayBecome(st) {
			return errForm
		}
		c.State = st
	}
	if day, sent := f["follow_up"]; sent {
		if _, err := time.Parse(time.DateOnly, day[0]); err != nil && day[0] != "" {
			return errForm
		}
		c.FollowUp = day[0]
	}
	c.Shortlist = slices.DeleteFunc(c.Shortlist, func(id string) bool { return slices.Contains(f["shown"], id) })
	for _, text := range f["short"] {
		id, _, ok := trials.CanonicalID(text)
		if !ok {
			return errForm
		}
		if !slices.Contains(c.Shortlist, id) && len(c.Shortlist) < maxShortlist {
			c.Shortlist = append(c.Shortlist, id)
		}
	}
	return nil
}

// applyConsent makes a draft a case, once the caller has said so.
func (r *deskRequest) applyConsent(c *private.Case, f form, faults *caseFaults) error {
	if f.get("action") != actionKeep || !c.Draft {
		return nil
	}
	if f.get("consent") != "1" {
		message, err := r.words.T("desk_consent_missing")
		faults.errors = append(faults.errors, fieldError{"consent", message})
		return err
	}
	c.Draft, c.Consent, c.ConsentBy = false, r.server.now().UTC(), r.account.ID
	return nil
}

// handOver gives a case to a colleague, and says what is noted in the audit.
func (r *deskRequest) handOver(c *private.Case, f form, faults *caseFaults) (did string, err error) {
	switch f.get("action") {
	case actionKeep:
		return private.DidKeep, nil
	case actionHandOver:
	default:
		return private.DidChange, nil
	}
	to, err := r.server.desk.store.AccountByID(r.Request().Context(), f.get("owner"))
	if errors.Is(err, private.ErrNotFound) || err == nil && !colleague(to) {
		message, err := r.words.T("desk_owner_missing")
		faults.errors = append(faults.errors, fieldError{"owner", message})
		return private.DidChange, err
	}
	if err == nil && len(faults.errors) == 0 {
		c.Owner = to.ID
		return private.DidHandOver, nil
	}
	return private.DidChange, err
}

// colleague says whether cases may be given to an account.
func colleague(a private.Account) bool {
	return a.Role.SeesCases() && a.Disabled.IsZero() && a.Password != ""
}

func tidyTo(text string, n int) string {
	fields := strings.Fields(strings.Map(printable, strings.ToValidUTF8(text, "")))
	return clip(strings.Join(fields, " "), n)
}

func clip(text string, n int) string {
	if rs := []rune(text); len(rs) > n {
		return string(rs[:n])
	}
	return text
}

func printable(c rune) rune {
	if c < ' ' && c != '\n' || c == 0x7f || c >= 0x200b && c <= 0x200f || c >= 0x202a && c <= 0x202e {
		return ' '
	}
	return c
}
