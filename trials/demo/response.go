package demo

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// response is an answer before it is sent, so that a fault can still spoil it.
type response struct {
	status   int
	header   http.Header
	body     []byte
	breakOff bool          // the connection is cut half-way through the body
	stall    time.Duration // the body stops for so long half-way
}

func newResponse(status int, contentType string, body []byte) response {
	return response{status: status, header: http.Header{"Content-Type": {contentType}}, body: body}
}

func text(status int, body string) response {
	return newResponse(status, "text/plain;charset=utf-8", []byte(body))
}

func asJSON(v any) response {
	body, err := encode(v)
	if err != nil {
		return text(http.StatusInternalServerError, err.Error())
	}
	return newResponse(http.StatusOK, "application/json", body)
}

// encode writes JSON as the registry does: < and > stay themselves.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func (p response) write(w http.ResponseWriter, r *http.Request) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(p.body)))
	w.WriteHeader(p.status)
	first, second := p.body[:len(p.body)/2], p.body[len(p.body)/2:]
	_, _ = w.Write(first) // a client that has gone is no fault of the registry's
	if p.stall > 0 {
		_ = http.NewResponseController(w).Flush() // one that can't flush sends it at once
	}
	if p.breakOff || !pause(r, p.stall) {
		panic(http.ErrAbortHandler) // net/http's way to break a connection
	}
	_, _ = w.Write(second)
}
