package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes in memory, so that a test's own
// clock rules their deadlines.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	return nil
}

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// Clients that send a byte now and then, or read nothing, are cut off; meanwhile
// others are served at once.
func TestSlowClientsAreCutOff(t *testing.T) {
	f := start(t)
	const post = "POST /en/question/condition HTTP/1.1\r\nHost: trials.example.org\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"
	for name, begin := range map[string]string{
		"a header that never ends": "GET /en HTTP/1.1\r\nX-Slow: ",
		"a body that never ends":   post,
		"nothing at all":           "",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := pipes{make(chan net.Conn), make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- f.site.Serve(ctx, l) }()
				cut := make(chan error, 20)
				for range cap(cut) {
					go func() { cut <- trickle(l.dial(), begin) }()
				}
				time.Sleep(2 * time.Second)
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
					DialContext: func(context.Context, string, string) (net.Conn, error) { return l.dial(), nil }}}
				began := time.Now()
				res, err := client.Get("http://trials.example.org/healthz")
				if err != nil || res.StatusCode != http.StatusOK || time.Since(began) > time.Second {
					t.Errorf("another client: got %v, %v after %v, want it served at once", res, err, time.Since(began))
				}
				if err == nil {
					res.Body.Close()
				}
				for range cap(cut) {
					if err := <-cut; err != nil {
						t.Error(err)
					}
				}
				stop()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// trickle sends a byte each second until it is cut off; an error where that takes
// longer than a patient server should wait.
func trickle(conn net.Conn, begin string) error {
	defer conn.Close()
	began := time.Now()
	go func() { _, _ = io.Copy(io.Discard, conn) }()
	if begin != "" {
		if _, err := io.Copy(conn, strings.NewReader(begin)); err != nil {
			return fmt.Errorf("the beginning: %w", err)
		}
	}
	for time.Since(began) < 2*time.Minute {
		time.Sleep(time.Second)
		if begin == "" {
			if time.Since(began) > time.Minute {
				_, err := conn.Write([]byte("G"))
				if errors.Is(err, io.ErrClosedPipe) {
					return nil
				}
			}
			continue
		}
		if _, err := conn.Write([]byte("x")); err != nil {
			return nil // cut off
		}
	}
	return errors.New("still connected after two minutes")
}
