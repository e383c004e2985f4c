package desk

import (
	"cmp"
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
	borne int           // 0: as many as signing in bears
	lasts time.Duration // 0: as long
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	n     int
	since time.Time
}

// bounds are how many tries are borne in how long.
func (l *limiter) bounds() (int, time.Duration) {
	return cmp.Or(l.borne, triesBorne), cmp.Or(l.lasts, triesFor)
}

// forgive takes the last try back: it was right.
func (l *limiter) forgive(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.tries[key]; t != nil {
		t.n--
	}
}

func (l *limiter) allows(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	borne, lasts := l.bounds()
	t := l.tries[key]
	return t == nil || t.n < borne || now.Sub(t.since) >= lasts
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
	_, lasts := l.bounds()
	t := l.tries[key]
	if t == nil || now.Sub(t.since) >= lasts {
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
	_, lasts := l.bounds()
	oldest, at := "", now
	for key, t := range l.tries {
		if now.Sub(t.since) >= lasts {
			delete(l.tries, key)
		} else if !t.since.After(at) {
			oldest, at = key, t.since
		}
	}
	if len(l.tries) >= maxCounted {
		delete(l.tries, oldest)
	}
}
