package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// Transport is a way to the registry without a network: what a client sends
// through it is answered by the handler, as it streams. Tests use it with a clock
// of their own, which a network would not keep to.
type Transport struct{ Handler http.Handler }

var _ http.RoundTripper = Transport{}

// RoundTrip answers one request. Where the handler breaks off, the body ends with
// io.ErrUnexpectedEOF; where the request is cancelled, with its context's error.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	question := req.Clone(ctx)
	question.RequestURI = req.URL.RequestURI()
	if req.Body == nil {
		question.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: writer, begun: make(chan struct{})}
	go w.serve(t.Handler, question)
	// The pipe's end wakes whoever waits at it.
	unwatch := context.AfterFunc(ctx, func() { reader.CloseWithError(ctx.Err()) })
	select {
	case <-w.begun:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.status == 0 {
		unwatch()
		return nil, errors.New("demo: the connection was closed without an answer")
	}
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.sent, ContentLength: -1,
		Body: &pipeBody{reader, unwatch},
	}, nil
}

// pipeWriter is the handler's side of one answer.
type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	once   sync.Once
	begun  chan struct{} // closed with the first byte, or with the end
	sent   http.Header   // as it was when the answer began
	status int
}

func (w *pipeWriter) serve(h http.Handler, r *http.Request) {
	defer func() {
		var end error
		if p := recover(); p != nil {
			end = io.ErrUnexpectedEOF // http.ErrAbortHandler: the connection breaks
		}
		w.once.Do(func() { close(w.begun) })
		w.body.CloseWithError(end)
	}()
	h.ServeHTTP(w, r)
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.begun)
	})
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// pipeBody is the client's side.
type pipeBody struct {
	*io.PipeReader
	unwatch func() bool
}

func (b *pipeBody) Close() error {
	b.unwatch()
	return b.PipeReader.Close()
}
