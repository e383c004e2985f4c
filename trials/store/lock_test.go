package store_test

import (
	"errors"
	"testing"

	"trialfinder/trials/store"
)

// Two runs at once: the second is told, and gets its turn when the first has let go.
func TestLockIsForOne(t *testing.T) {
	path := tempPath(t)
	one, two := open(t, store.Config{Path: path}), open(t, store.Config{Path: path})
	unlock, err := one.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, db := range []*store.DB{one, two} {
		if _, err := db.Lock(t.Context()); !errors.Is(err, store.ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
	}
	unlock()
	again, err := two.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again()
}
