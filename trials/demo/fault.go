package demo

import (
	"bytes"
	"net/http"
	"time"
)

// Fault is what goes wrong with one request. The zero Fault is none.
type Fault struct {
	Status      int           // answered instead of the data, such as 429 or 503
	RetryAfter  string        // the Retry-After header as it is sent
	Location    string        // the Location header, for a redirect
	Truncate    bool          // the body stops half-way: JSON that does not end
	Tenths      int           // the body stops after so many tenths
	Disconnect  bool          // the connection breaks half-way through the body
	RepeatToken bool          // every page names the same next page; in the EU's register, every page is followed by one more
	EmptyPage   bool          // a page without studies comes in between (ClinicalTrials.gov)
	Shift       int           // a page begins so many studies earlier than it should: some come twice; a negative one leaves some out
	Body        string        // sent instead of the data; status 200 unless Status says otherwise
	ContentType string        // sent instead of the proper one
	Old, New    string        // every Old in the body is sent as New
	Hang        time.Duration // waits before it answers, or until the client gives up
	Stall       time.Duration // waits half-way through the body, or until the client gives up
}

// wait does the hanging; false means that the client has gone.
func (f Fault) wait(r *http.Request) bool { return pause(r, f.Hang) }

func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
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
	if f.Old != "" {
		p.body = bytes.ReplaceAll(p.body, []byte(f.Old), []byte(f.New))
	}
	for name, value := range map[string]string{
		"Content-Type": f.ContentType, "Retry-After": f.RetryAfter, "Location": f.Location,
	} {
		if value != "" {
			p.header.Set(name, value)
		}
	}
	if f.Truncate {
		p.body = p.body[:len(p.body)/2]
	}
	if f.Tenths > 0 {
		p.body = p.body[:len(p.body)*f.Tenths/10]
	}
	p.breakOff, p.stall = f.Disconnect, f.Stall
	return p
}

// begin moves the begin of a page as the fault says.
func (f Fault) begin(start int) int { return max(start-f.Shift, 0) }
