package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"trialfinder/trials"
)

// Passages searches the explanatory texts. They belong to the program and not to
// the listings, so their index is made at start, in memory.
type Passages struct{ db *sql.DB }

// NewPassages makes the index. Accents don't count; words of Latin letters are
// found by their beginning.
func NewPassages(ctx context.Context, all []trials.Passage) (_ *Passages, err error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("store: passages: %w", err)
	}
	db.SetMaxOpenConns(1) // a second connection would be another, empty database
	p := &Passages{db}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("store: passages: %w", err), p.Close())
		}
	}()
	const create = `CREATE VIRTUAL TABLE passage USING fts5(title, heading, body, lang UNINDEXED, slug UNINDEXED, id UNINDEXED,
		tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')`
	if _, err := db.ExecContext(ctx, create); err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	insert, err := tx.PrepareContext(ctx, `INSERT INTO passage (title, heading, body, lang, slug, id) VALUES (?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return nil, err
	}
	defer insert.Close()
	for _, a := range all {
		// A text's title weighs with the text itself, and little with its paragraphs.
		heading := cmp.Or(a.Heading, a.Title)
		if _, err := insert.ExecContext(ctx, apart(a.Title), apart(heading), apart(a.Text), a.Lang, a.Slug, a.ID); err != nil {
			return nil, err
		}
	}
	return p, tx.Commit()
}

// Close frees the index.
func (p *Passages) Close() error { return p.db.Close() }

// Marks around what was found, in what the index gives back.
const (
	markOn  = '\x02'
	markOff = '\x03'
	// joint stands between Chinese characters in the index, so that each is a word
	// and what is asked for is found as a sequence of them. No one sees it.
	joint = "\u200b"
)

// Find gives the passages of a language in which all words occur, or else the
// ones in which some do; those that fit best come first.
func (p *Passages) Find(ctx context.Context, lang, text string, limit int) ([]trials.Found, error) {
	for _, join := range []string{" AND ", " OR "} {
		match := passageMatch(text, join)
		if match == "" {
			return nil, nil
		}
		found, err := p.find(ctx, lang, match, limit)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

func (p *Passages) find(ctx context.Context, lang, match string, limit int) ([]trials.Found, error) {
	// A snippet counts words, and in Chinese characters are words.
	words := 18
	if lang == "zh" {
		words = 48
	}
	// A cancelled query may cost the connection, and with it the whole index.
	rows, err := p.db.QueryContext(context.WithoutCancel(ctx), `SELECT title, heading, slug, id, snippet(passage, 2, ?, ?, '…', ?) FROM passage
		WHERE passage MATCH ? AND lang = ? ORDER BY bm25(passage, 0.5, 6.0, 1.0), rowid LIMIT ?`,
		string(markOn), string(markOff), words, match, lang, limit)
	if err != nil {
		return nil, fmt.Errorf("store: passages: %w", err)
	}
	defer rows.Close()
	var out []trials.Found
	for rows.Next() {
		f := trials.Found{Passage: trials.Passage{Lang: lang}}
		var snippet string
		if err := rows.Scan(&f.Title, &f.Heading, &f.Slug, &f.ID, &snippet); err != nil {
			return nil, fmt.Errorf("store: passages: %w", err)
		}
		if f.ID == "" {
			f.Heading = ""
		}
		f.Title, f.Heading, f.Snippet = together(f.Title), together(f.Heading), pieces(snippet)
		out = append(out, f)
	}
	return out, rows.Err()
}

// apart makes each Chinese character a word of its own.
func apart(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			b.WriteString(joint + string(r) + joint)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func together(s string) string { return strings.ReplaceAll(s, joint, "") }

// pieces parts a snippet at its marks.
func pieces(snippet string) []trials.Piece {
	var out []trials.Piece
	var b strings.Builder
	end := func(match bool) {
		if b.Len() > 0 {
			out = append(out, trials.Piece{Text: b.String(), Match: match})
		}
		b.Reset()
	}
	for _, r := range strings.ReplaceAll(together(snippet), "\n", " ") {
		switch r {
		case markOn:
			end(false)
		case markOff:
			end(true)
		default:
			b.WriteRune(r)
		}
	}
	end(false)
	return out
}

// passageMatch makes an expression of what a person typed: words by their
// beginning, Chinese characters in the sequence in which they stand; where some
// are enough, pairs of them.
func passageMatch(text, join string) string {
	var terms []string
	for _, run := range runs(text) {
		chars := []rune(run)
		switch {
		case !unicode.Is(unicode.Han, chars[0]):
			terms = append(terms, `"`+run+`"*`)
		case join == " OR " && len(chars) > 2:
			for i := range chars[1:] {
				terms = append(terms, sequence(chars[i:i+2]))
			}
		default:
			terms = append(terms, sequence(chars))
		}
		if len(terms) >= maxWords {
			break
		}
	}
	return strings.Join(terms, join)
}

// sequence matches characters that follow each other.
func sequence(chars []rune) string {
	var parts []string
	for _, r := range chars {
		parts = append(parts, string(r))
	}
	return `"` + strings.Join(parts, " ") + `"`
}

// runs parts a text into words and stretches of Chinese characters.
func runs(text string) []string {
	var out []string
	var run []rune
	flush := func() {
		if len(run) > 0 {
			out = append(out, string(run))
		}
		run = nil
	}
	for i, r := range []rune(strings.ToValidUTF8(text, " ")) {
		han := unicode.Is(unicode.Han, r)
		if i >= maxRunes || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			flush()
			continue
		}
		if len(run) > 0 && unicode.Is(unicode.Han, run[0]) != han {
			flush()
		}
		run = append(run, r)
	}
	flush()
	return out
}
