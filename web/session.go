package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
	"trialfinder/web/seal"
)

// session is what a reader's browser holds for us: the answers in the order in
// which they were given, and what a half-filled page needs.
type session struct {
	AsOf    time.Time // the day of the first answer; the zero time before it
	Entries []entry
	Query   string   // what was searched for on the illness page
	Ticked  []string // illnesses ticked there, not yet sent as the answer
	Notice  string   // a message for the next page, once
	For     fact.Who // whom it is about
	Hide    bool     // the picture of how the list narrows is not wanted
}

// entry is one answer: the JSON that an answers file has for it. The therapies
// that are wanted are an entry, too.
type entry struct {
	ID  string
	Raw json.RawMessage
}

const therapiesID = "therapies"

var null = json.RawMessage("null")

func (s *session) get(id string) (json.RawMessage, bool) {
	i := slices.IndexFunc(s.Entries, func(e entry) bool { return e.ID == id })
	if i < 0 {
		return nil, false
	}
	return s.Entries[i].Raw, true
}

// set keeps an answer; one that was given before keeps its place in the order.
func (s *session) set(id string, raw json.RawMessage) {
	i := slices.IndexFunc(s.Entries, func(e entry) bool { return e.ID == id })
	if i >= 0 {
		s.Entries[i].Raw = raw
		return
	}
	s.Entries = append(s.Entries, entry{id, raw})
}

func (s *session) empty() bool {
	return len(s.Entries) == 0 && s.Query == "" && len(s.Ticked) == 0 && s.Notice == "" && s.For == fact.Self && !s.Hide
}

// answersJSON writes the answers as an answers file has them.
func (s *session) answersJSON(today time.Time, facts *fact.Catalogue) ([]byte, error) {
	out := struct {
		AsOf      string                     `json:"as_of,omitempty"`
		Therapies json.RawMessage            `json:"therapies,omitempty"`
		Facts     map[string]json.RawMessage `json:"facts"`
	}{Facts: map[string]json.RawMessage{}}
	if !s.AsOf.IsZero() {
		out.AsOf = s.AsOf.Format(time.DateOnly)
	}
	for _, e := range s.Entries {
		if e.ID == therapiesID {
			out.Therapies = e.Raw
			continue
		}
		f, _ := facts.ByID(e.ID)
		out.Facts[e.ID] = forMatcher(f, e.Raw, cmp.Or(s.AsOf, today))
	}
	return json.Marshal(out)
}

// answers reads the session through the matcher, as any answers file is read.
func (s *Server) answers(sess *session) (matcher.Answers, error) {
	b, err := sess.answersJSON(s.today(), s.matcher.Facts)
	if err != nil {
		return matcher.Answers{}, err
	}
	return s.matcher.ParseAnswers(bytes.NewReader(b), s.today())
}

const (
	secureCookie = "__Host-tf"
	plainCookie  = "tf" // over plain HTTP from this machine: browsers refuse __Host- there
	schema       = "answers-1"
	// maxCookie is below the 4096 bytes that browsers keep, the name included.
	maxCookie = 3900
)

func cookieName(t transport) string {
	if t == secure {
		return secureCookie
	}
	return plainCookie
}

// openSession reads the cookie. What can't be opened, or no longer be read, is
// gone: the reader is told so, once.
func (s *Server) openSession(r *http.Request, t transport) (sess session, gone bool, err error) {
	c, _ := r.Cookie(cookieName(t))
	if c == nil || c.Value == "" {
		return session{}, false, nil
	}
	plain, err := s.ring.Open(c.Value, schema)
	if errors.Is(err, seal.ErrExpired) {
		return session{}, true, nil
	}
	if err != nil {
		return session{}, false, err
	}
	sess, err = s.packer.unpack(plain)
	if err == nil {
		_, err = s.answers(&sess)
	}
	if err != nil {
		return session{}, true, nil //nolint:nilerr // other words than when it was sealed; the error may name an answer, so it ends here
	}
	return sess, false, nil
}

// keepSession seals the session into the browser's cookie, which ends with the
// browser's session.
func (s *Server) keepSession(w http.ResponseWriter, t transport, sess *session) error {
	if sess.empty() {
		dropSession(w, t)
		return nil
	}
	text, err := s.ring.Seal(s.packer.pack(sess), schema)
	if err != nil {
		return err
	}
	if len(text) > maxCookie {
		return errTooMuch
	}
	http.SetCookie(w, cookie(t, text, 0))
	return nil
}

func dropSession(w http.ResponseWriter, t transport) { http.SetCookie(w, cookie(t, "", -1)) }

func cookie(t transport, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName(t), Value: value, Path: "/", MaxAge: maxAge,
		Secure: t == secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// number writes a number as JSON does.
func number(v float64) json.RawMessage {
	return json.RawMessage(strconv.FormatFloat(v, 'f', -1, 64))
}

func quoted(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil { // texts and lists of texts always marshal
		return null
	}
	return b
}
