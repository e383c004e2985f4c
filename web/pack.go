package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"trialfinder/matcher"
	"trialfinder/matcher/fact"
)

// packer writes a session short enough for a cookie, even with every question
// answered: a line per answer, a three-letter code for the fact and the value.
//
//   - true   - false   ! never   #7.9 umol/L 40   @2026-05   =text   [a,b   (nothing) null
//
// The codes come from the facts' names, so that a cookie outlives a catalogue
// that has more facts or another order. It is not compressed: that would tell
// by the length what was answered.
type packer struct {
	code map[string]string // fact → code
	fact map[string]string // code → fact
}

const codeSize = 3

// The session's own lines begin with what no code begins with.
const (
	lineDay    = "*A"
	lineQuery  = "*Q"
	lineTicked = "*T"
	lineNotice = "*N"
	lineFor    = "*F"
	lineHide   = "*H"
)

var errPacked = errors.New("packed answers")

func newPacker(m *matcher.Matcher) (*packer, error) {
	p := &packer{code: map[string]string{}, fact: map[string]string{}}
	ids := []string{therapiesID}
	for _, f := range m.Facts.All() {
		ids = append(ids, f.ID)
	}
	for _, id := range ids {
		sum := sha256.Sum256([]byte(id))
		code := base64.RawURLEncoding.EncodeToString(sum[:])[:codeSize]
		if other, taken := p.fact[code]; taken {
			return nil, fmt.Errorf("facts %s and %s have one code", id, other)
		}
		p.code[id], p.fact[code] = code, id
	}
	return p, nil
}

func (p *packer) pack(s *session) []byte {
	var b strings.Builder
	line := func(head, rest string) {
		b.WriteString(head)
		b.WriteString(rest)
		b.WriteByte('\n')
	}
	if !s.AsOf.IsZero() {
		line(lineDay, s.AsOf.Format(time.DateOnly))
	}
	for _, e := range s.Entries {
		line(p.code[e.ID], packValue(e.Raw))
	}
	if s.Query != "" {
		line(lineQuery, s.Query)
	}
	if len(s.Ticked) > 0 {
		line(lineTicked, strings.Join(s.Ticked, ","))
	}
	if s.Notice != "" {
		line(lineNotice, s.Notice)
	}
	if s.For != fact.Self {
		line(lineFor, string(s.For))
	}
	if s.Hide {
		line(lineHide, "")
	}
	return []byte(b.String())
}

// packed is the object form of a number's answer, as our own forms make it.
type packed struct {
	Value json.Number `json:"value,omitempty"`
	Unit  string      `json:"unit,omitempty"`
	ULN   json.Number `json:"uln,omitempty"`
	Date  string      `json:"date,omitempty"`
}

func packValue(raw json.RawMessage) string {
	switch string(raw) {
	case "null":
		return ""
	case "true":
		return "+"
	case "false":
		return "-"
	case `"never"`:
		return "!"
	}
	switch raw[0] {
	case '{':
		var v packed
		_ = json.Unmarshal(raw, &v) // our own JSON
		if v.Date != "" {
			return "@" + v.Date
		}
		return strings.TrimRight(fmt.Sprintf("#%s %s %s", v.Value, v.Unit, v.ULN), " ")
	case '[':
		var vs []string
		_ = json.Unmarshal(raw, &vs)
		return "[" + strings.Join(vs, ",")
	case '"':
		var text string
		_ = json.Unmarshal(raw, &text)
		return "=" + text
	}
	return "#" + string(raw)
}

func (p *packer) unpack(b []byte) (session, error) {
	var s session
	for line := range bytes.Lines(b) {
		text := strings.TrimSuffix(string(line), "\n")
		if err := p.unpackLine(&s, text); err != nil {
			return session{}, err
		}
	}
	return s, nil
}

func (p *packer) unpackLine(s *session, text string) error {
	if rest, ok := strings.CutPrefix(text, lineDay); ok {
		day, err := time.Parse(time.DateOnly, rest)
		s.AsOf = day
		return err
	}
	if rest, ok := strings.CutPrefix(text, lineQuery); ok {
		s.Query = rest
		return nil
	}
	if rest, ok := strings.CutPrefix(text, lineTicked); ok {
		s.Ticked = strings.Split(rest, ",")
		return nil
	}
	if rest, ok := strings.CutPrefix(text, lineNotice); ok {
		s.Notice = rest
		return nil
	}
	if rest, ok := strings.CutPrefix(text, lineFor); ok {
		s.For = fact.Who(rest)
		return nil
	}
	if strings.HasPrefix(text, lineHide) {
		s.Hide = true
		return nil
	}
	if len(text) < codeSize {
		return errPacked
	}
	id, known := p.fact[text[:codeSize]]
	if !known {
		return nil // a fact that is no more
	}
	raw, err := unpackValue(text[codeSize:])
	if err != nil {
		return err
	}
	s.Entries = append(s.Entries, entry{id, raw})
	return nil
}

func unpackValue(text string) (json.RawMessage, error) {
	if text == "" {
		return null, nil
	}
	kind, rest := text[0], text[1:]
	switch kind {
	case '+':
		return json.RawMessage("true"), nil
	case '-':
		return json.RawMessage("false"), nil
	case '!':
		return json.RawMessage(`"never"`), nil
	case '@':
		return json.Marshal(packed{Date: rest})
	case '=':
		return json.Marshal(rest)
	case '[':
		return json.Marshal(slices.DeleteFunc(strings.Split(rest, ","), func(v string) bool { return v == "" }))
	case '#':
		words := strings.Split(rest, " ")
		if len(words) == 1 {
			return json.Marshal(json.Number(words[0]))
		}
		v := packed{Value: json.Number(words[0]), Unit: words[1]}
		if len(words) > 2 {
			v.ULN = json.Number(words[2])
		}
		return json.Marshal(v)
	}
	return nil, errPacked
}
