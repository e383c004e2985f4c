package private

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// What is audited. The list is closed: nothing of a person gets into the audit by a new word.
const (
	DidInvite   = "account.invite"
	DidJoin     = "account.join"
	DidDisable  = "account.disable"
	DidSignIn   = "account.sign_in"
	DidRecover  = "account.recovery_code"
	DidSignOut  = "account.sign_out"
	DidCreate   = "case.create"
	DidOpen     = "case.open"
	DidChange   = "case.change"
	DidKeep     = "case.keep"
	DidHandOver = "case.hand_over"
	DidExport   = "case.export"
	DidDelete   = "case.delete"
	DidPurge    = "case.purge"
	DidTrim     = "audit.trim"
)

// Who acts where no account does.
const (
	Operator = "operator" // at the command line
	Program  = "program"  // by the clock
)

// Entry is one row of the audit: who did what to which object, and when. It holds ids, and
// nothing of a person.
type Entry struct {
	Seq    int64
	At     time.Time
	Who    string
	What   string
	Object string
	MAC    []byte
}

// End is one end of the chain.
type End struct {
	Seq       int64
	MAC, Seal []byte
}

// ErrAudit: the audit is not as it was written.
var ErrAudit = errors.New("the audit was tampered with")

// Link is the hash of an entry, bound to the one before it.
func (k *Keys) Link(before []byte, e Entry) []byte {
	return mac(k.link, "row", string(before), strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), e.Who, e.What, e.Object)
}

// SealEnd binds an end of the chain: who can't make it can't cut the chain there.
func (k *Keys) SealEnd(name string, seq int64, last []byte) []byte {
	return mac(k.link, "end", name, strconv.FormatInt(seq, 10), string(last))
}

// Checker goes along the chain from its tail to its head.
type Checker struct {
	keys *Keys
	last End
	n    int
}

// NewChecker begins at the tail; the zero End where nothing was ever purged.
func (k *Keys) NewChecker(tail End) (*Checker, error) {
	if tail.Seq != 0 && !hmac.Equal(tail.Seal, k.SealEnd("tail", tail.Seq, tail.MAC)) {
		return nil, fmt.Errorf("%w: its beginning was moved", ErrAudit)
	}
	return &Checker{keys: k, last: tail}, nil
}

// Next checks one more entry, in order.
func (c *Checker) Next(e Entry) error {
	if e.Seq != c.last.Seq+1 {
		return fmt.Errorf("%w: row %d follows row %d", ErrAudit, e.Seq, c.last.Seq)
	}
	if !hmac.Equal(e.MAC, c.keys.Link(c.last.MAC, e)) {
		return fmt.Errorf("%w: row %d is not as it was written", ErrAudit, e.Seq)
	}
	c.last.Seq, c.last.MAC = e.Seq, e.MAC
	c.n++
	return nil
}

// End checks that the chain ends where its head says, and tells how many entries there were.
func (c *Checker) End(head End) (int, error) {
	if head.Seq == 0 && c.last.Seq == 0 {
		return 0, nil
	}
	if head.Seq != c.last.Seq || !hmac.Equal(head.MAC, c.last.MAC) || !hmac.Equal(head.Seal, c.keys.SealEnd("head", head.Seq, head.MAC)) {
		return c.n, fmt.Errorf("%w: it ends at row %d, and should at %d", ErrAudit, c.last.Seq, head.Seq)
	}
	return c.n, nil
}
