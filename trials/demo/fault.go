package demo

import (
	"net/http"
	"time"
)

// Fault is what goes wrong with one request. The zero Fault is none.
type Fault struct {
	Status      int           // answered instead of the data, such as 429 or 503
	RetryAfter  string        // the Retry-After header as it is sent
	Location    string        // the Location header, for a redirect
	Truncate    bool          // the body stops half-way: JSON that does not end
	Disconnect  bool          // the connection breaks half-way through the body
	RepeatToken bool          // every page names the same next page
	Body        string        // sent instead of the data; status 200 unless Status says otherwise
	ContentType string        // sent instead of the proper one
	Hang        time.Duration // waits before it answers, or until the client gives up
}

// wait does the hanging; false means that the client has gone.
func (f Fault) wait(r *http.Request) bool {
	if f.Hang <= 0 {
		return true
	}
	timer := time.NewTimer(f.Hang)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// apply spoils a good response.
func (f Fault) apply(p response) response {
	if f.Status != 0 {
		p = text(f.Status, http.StatusText(f.Status))
	}
	if f.Body != "" {
		p.body = []byte(f.Body)
	}
	if f.ContentType != "" {
		p.header.Set("Content-Type", f.ContentType)
	}
	if f.RetryAfter != "" {
		p.header.Set("Retry-After", f.RetryAfter)
	}
	if f.Location != "" {
		p.header.Set("Location", f.Location)
	}
	if f.Truncate {
		p.body = p.body[:len(p.body)/2]
	}
	p.breakOff = f.Disconnect
	return p
}
