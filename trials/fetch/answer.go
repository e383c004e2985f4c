package fetch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"trialfinder/trials"
)

// excerptBytes is how much of an answer is shown in an error.
const excerptBytes = 200

// answer takes in the answers to one request, one a try, until one is good.
type answer struct {
	maxBody int64
	into    any // what the document is decoded into
	body    []byte
	broken  int // answers that were no JSON
}

// read takes one answer. An error that is not final makes the client try again.
func (a *answer) read(resp *http.Response) error {
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return final{statusError(resp)}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, a.maxBody+1))
	if err != nil {
		// The connection broke off: as good as no answer.
		return fmt.Errorf("reading the answer: %w", err)
	}
	switch kind := resp.Header.Get("Content-Type"); {
	case int64(len(body)) > a.maxBody:
		return final{schemaError(resp, body, fmt.Errorf("the answer is larger than %d bytes", a.maxBody))}
	case !isJSON(kind):
		return final{schemaError(resp, body, fmt.Errorf("the answer is %q, want JSON", kind))}
	}
	err = json.Unmarshal(body, a.into)
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		a.body = body
		return nil
	case errors.As(err, &syntax):
		return a.readBroken(resp, body, syntax)
	}
	return final{schemaError(resp, body, err)}
}

// readBroken: a proxy that cuts an answer short may do better at once, but not
// for ever, so a broken document is worth one more try.
func (a *answer) readBroken(resp *http.Response, body []byte, err *json.SyntaxError) error {
	a.broken++
	problem := schemaError(resp, body, err)
	if err.Offset >= int64(len(body)) {
		problem.kind = trials.ErrUnavailable
		problem.Err = fmt.Errorf("the answer is cut off after %d bytes", len(body))
	}
	if a.broken > 1 {
		return final{problem}
	}
	return problem
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}
