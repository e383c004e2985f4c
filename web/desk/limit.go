package desk

import (
	"sync"
	"time"
)

// How many wrong tries are borne in how long.
const (
	triesBorne = 10
	triesFor   = 15 * time.Minute
	// maxCounted bounds the memory; beyond it the oldest are forgotten.
	maxCounted = 10000
)

// limiter counts wrong tries. It lives in memory and holds keyed hashes alone.
//
// Whoever tries from a browser that has signed in before is counted apart, by that browser: so
// a stranger who knows an adviser's address can't lock the adviser out.
type limiter struct {
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	n     int
	since time.Time
}

func (l *limiter) allows(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.tries[key]
	return t == nil || t.n < triesBorne || now.Sub(t.since) >= triesFor
}

func (l *limiter) failed(key string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tries == nil {
		l.tries = map[string]*tries{}
	}
	if len(l.tries) >= maxCounted {
		l.forget(now)
	}
	t := l.tries[key]
	if t == nil || now.Sub(t.since) >= triesFor {
		t = &tries{since: now}
		l.tries[key] = t
	}
	t.n++
}

func (l *limiter) succeeded(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, key)
}

// forget drops what has run out, and where that is nothing, what is oldest.
func (l *limiter) forget(now time.Time) {
	oldest, at := "", now
	for key, t := range l.tries {
		if now.Sub(t.since) >= triesFor {
			delete(l.tries, key)
		} else if !t.since.After(at) {
			oldest, at = key, t.since
		}
	}
	if len(l.tries) >= maxCounted {
		delete(l.tries, oldest)
	}
}
