package ctgov

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"

	"trialfinder/trials"
)

// maxLine bounds the memory that one line can take; an API page of a thousand
// whole studies is a tenth of it.
const maxLine = 256 << 20

// Studies gives the study objects of a file: one a line (NDJSON), a JSON array of
// them, or the API's page {"studies":[…]}, on one line or pretty-printed. They
// are not checked beyond being JSON objects.
//
// An error names the line, or the byte where lines mean nothing. A bad line of an
// NDJSON file is one error and the lines after it are still read; any other
// error is the last thing given.
func Studies(r io.Reader) iter.Seq2[json.RawMessage, error] {
	return studies(r, maxLine)
}

type yield func(json.RawMessage, error) bool

func studies(r io.Reader, maxLine int) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		lines := &lineReader{r: bufio.NewReaderSize(r, 64<<10), max: maxLine}
		first, err := lines.firstByte()
		switch {
		case atEnd(err):
			return
		case err != nil:
			yield(nil, fmt.Errorf("line %d: %w", lines.number+1, err))
			return
		case first == '[':
			readDocuments(lines.r, lines.offset, true, yield)
			return
		}
		readLines(lines, yield)
	}
}

// readLines reads NDJSON, unless the first line turns out to be the beginning of
// a document that goes on over several.
func readLines(lines *lineReader, yield yield) {
	for first := true; ; first = false {
		start := lines.offset
		line, err := lines.next()
		if atEnd(err) {
			return
		}
		if first && err == nil && opensDocument(line) {
			readDocuments(io.MultiReader(bytes.NewReader(line), lines.r), start, false, yield)
			return
		}
		if !readLine(lines.number, line, err, yield) || (err != nil && !errors.Is(err, trials.ErrInvalid)) {
			return
		}
	}
}

func readLine(number int, line []byte, err error, yield yield) bool {
	if err == nil && len(bytes.TrimSpace(line)) == 0 {
		return true
	}
	var value []json.RawMessage
	if err == nil {
		value, err = objects(line)
	}
	if err != nil {
		return yield(nil, fmt.Errorf("line %d: %w", number, err))
	}
	return yieldAll(value, func(i int) string { return fmt.Sprintf("line %d: study %d", number, i+1) }, yield)
}

// openings are the first lines of documents that go on over several lines: the
// brace alone, as every printer writes it, or with a key of a page. A study that
// is cut off in the middle is neither, and costs one line and not the file.
var openings = regexp.MustCompile(`^\s*\{\s*("(studies|totalCount|nextPageToken)"\s*:|$)`)

func opensDocument(line []byte) bool {
	return openings.Match(line) && !json.Valid(line)
}

// documents reads JSON values that follow one another: pages, studies, and,
// where the first is an array, that one element by element, since it may be the
// whole registry.
type documents struct {
	dec   *json.Decoder
	start int64 // of the decoder's input in the file
	yield yield
}

func readDocuments(r io.Reader, start int64, array bool, yield yield) {
	d := documents{dec: json.NewDecoder(r), start: start, yield: yield}
	if array && !d.readArray() {
		return
	}
	for {
		var value json.RawMessage
		err := d.dec.Decode(&value)
		if atEnd(err) {
			return
		}
		if err != nil {
			d.fail(err)
			return
		}
		list, err := objects(value)
		if err != nil && !yield(nil, fmt.Errorf("byte %d: %w", d.offset(), err)) {
			return
		}
		if !yieldAll(list, d.name, yield) {
			return
		}
	}
}

// readArray reads the array that the input begins with; false where there is no
// going on after it.
func (d *documents) readArray() bool {
	_, err := d.dec.Token()
	for number := 0; err == nil && d.dec.More(); number++ {
		var value json.RawMessage
		err = d.dec.Decode(&value)
		name := func(int) string { return d.name(number) }
		if err == nil && !yieldAll([]json.RawMessage{value}, name, d.yield) {
			return false
		}
	}
	if err == nil {
		_, err = d.dec.Token()
	}
	if err != nil {
		d.fail(err)
	}
	return err == nil
}

func (d *documents) offset() int64 { return d.start + d.dec.InputOffset() }

func (d *documents) name(i int) string {
	return fmt.Sprintf("study %d before byte %d", i+1, d.offset())
}

func (d *documents) fail(err error) {
	d.yield(nil, fmt.Errorf("byte %d: %w: %w", d.offset(), trials.ErrInvalid, noEOF(err)))
}

// atEnd tells the end of the input from a reader that failed.
func atEnd(err error) bool {
	return err == io.EOF //nolint:errorlint // a reader ends with io.EOF itself; wrapped in words it is a failure, and half a file is not a whole one
}

// noEOF: the end of the file within a document is no proper end.
func noEOF(err error) error {
	if atEnd(err) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// objects gives the studies of a page or an array, or the one study that the value is.
func objects(value json.RawMessage) ([]json.RawMessage, error) {
	value = bytes.TrimSpace(value)
	var list []json.RawMessage
	if bytes.HasPrefix(value, []byte("[")) {
		err := json.Unmarshal(value, &list)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", trials.ErrInvalid, err)
		}
		return list, nil
	}
	var page struct {
		Studies         json.RawMessage `json:"studies"`
		ProtocolSection json.RawMessage `json:"protocolSection"`
	}
	err := json.Unmarshal(value, &page)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", trials.ErrInvalid, err)
	case page.Studies == nil || page.ProtocolSection != nil:
		return []json.RawMessage{value}, nil
	}
	err = json.Unmarshal(page.Studies, &list)
	if err != nil || list == nil {
		return nil, fmt.Errorf("%w: studies of a page: want a list", trials.ErrInvalid)
	}
	return list, nil
}

// yieldAll gives the elements that are objects, and an error for each other.
func yieldAll(list []json.RawMessage, name func(i int) string, yield yield) bool {
	for i, value := range list {
		if !bytes.HasPrefix(value, []byte("{")) {
			err := fmt.Errorf("%s: %w: want a study object, got %.20s", name(i), trials.ErrInvalid, value)
			if !yield(nil, err) {
				return false
			}
			continue
		}
		if !yield(value, nil) {
			return false
		}
	}
	return true
}

// lineReader reads lines of any length up to a bound; bufio.Scanner would end at
// the first one beyond it.
type lineReader struct {
	r      *bufio.Reader
	max    int
	number int   // of the line read last
	offset int64 // where the next line begins
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// firstByte skips a byte order mark and white space (counting lines), and gives
// the byte after them without taking it.
func (l *lineReader) firstByte() (byte, error) {
	// An error here comes again from the next Peek.
	if head, _ := l.r.Peek(len(byteOrderMark)); bytes.Equal(head, byteOrderMark) {
		l.skip(len(byteOrderMark))
	}
	for {
		head, err := l.r.Peek(1)
		if err != nil {
			return 0, err
		}
		switch head[0] {
		case '\n':
			l.number++
		case ' ', '\t', '\r':
		default:
			return head[0], nil
		}
		l.skip(1)
	}
}

// skip drops bytes that were peeked at.
func (l *lineReader) skip(n int) {
	_, _ = l.r.Discard(n)
	l.offset += int64(n)
}

// next gives the next line, newline included, in memory of its own. A line beyond
// the bound is trials.ErrInvalid; reading goes on after it.
func (l *lineReader) next() ([]byte, error) {
	var line []byte
	size := 0
	for {
		part, err := l.r.ReadSlice('\n')
		size += len(part)
		if size <= l.max {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		l.offset += int64(size)
		if atEnd(err) && size == 0 {
			return nil, io.EOF
		}
		l.number++
		switch {
		case err != nil && !atEnd(err):
			return nil, err
		case size > l.max:
			return nil, fmt.Errorf("%w: longer than %d bytes", trials.ErrInvalid, l.max)
		}
		return line, nil
	}
}
