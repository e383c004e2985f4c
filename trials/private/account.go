package private

import (
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("there is no such row")
	ErrTaken    = errors.New("there is one already")
	ErrChanged  = errors.New("it was changed meanwhile")
	ErrUsed     = errors.New("it was used before")
)

// Role says what an account may do.
type Role string

// The roles.
const (
	Adviser Role = "adviser" // own cases
	Lead    Role = "lead"    // all cases
	Admin   Role = "admin"   // accounts, and no case
)

// Roles are all of them.
func Roles() []Role { return []Role{Adviser, Lead, Admin} }

// Valid says whether it is one.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// SeesCases says whether the role has to do with cases at all.
func (r Role) SeesCases() bool { return r == Adviser || r == Lead }

// Account is somebody who may sign in.
type Account struct {
	ID       string
	Email    string
	Role     Role
	Password string // as argon2id writes it; "" until the one-time link was used
	TOTP     []byte // the seed
	Step     int64  // of the last code that was taken
	Epoch    int64
	Disabled time.Time
	Created  time.Time
	Invited  time.Time // until when the one-time link holds; zero where there is none
}

// May says whether somebody may open a case.
func (a *Account) May(c *Case) bool {
	return a.Role == Lead || a.Role == Adviser && c.Owner == a.ID
}

// InviteLasts is how long a one-time link holds.
const InviteLasts = 72 * time.Hour

// CleanEmail is an address as accounts are found by, or an error that does not quote it.
func CleanEmail(text string) (string, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 {
		return "", errors.New("want an e-mail address such as name@example.org")
	}
	return text, nil
}
