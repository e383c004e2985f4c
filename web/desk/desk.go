package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"trialfinder/trials/private"
)

// Store is what signing in needs of the private database.
type Store interface {
	CodeStore
	Keys() *private.Keys
	AccountByEmail(ctx context.Context, email string) (private.Account, error)
	AccountByID(ctx context.Context, id string) (private.Account, error)
	AccountByInvite(ctx context.Context, secret string) (private.Account, error)
	Join(ctx context.Context, secret, password string, seed []byte, step int64, codes []string) (private.Account, error)
	UseStep(ctx context.Context, account string, step int64) error
	UseRecovery(ctx context.Context, account, code string) error
	SetPassword(ctx context.Context, account, was, password string) error
	Audit(ctx context.Context, who, what, object string) error
}

// Errors of signing in. Which of the three parts was wrong is not told.
var (
	ErrRefused = errors.New("the address, the password or the code is wrong")
	ErrTooMany = errors.New("too many wrong tries")
	ErrCode    = errors.New("the code is wrong")
)

// hashers is how many passwords are hashed at once: each takes much memory.
const hashers = 2

// Config is what a desk is made of.
type Config struct {
	Store   Store
	Now     func() time.Time
	Hashing Hashing // zero: as the data file has it
}

// Desk signs advisers in. It may be used by many goroutines.
type Desk struct {
	store   Store
	now     func() time.Time
	hashing Hashing
	nobody  string // the hash that a try at an unknown address is compared with
	room    chan struct{}
	limit   limiter
	// Wrong hand-over codes: of one adviser, and of all.
	codes, allCodes limiter
}

// New makes a desk.
func New(cfg Config) (*Desk, error) {
	d := &Desk{store: cfg.Store, now: cfg.Now, hashing: cfg.Hashing, room: make(chan struct{}, hashers),
		codes: limiter{borne: 10, lasts: time.Hour}, allCodes: limiter{borne: 100, lasts: 24 * time.Hour}}
	if d.hashing == (Hashing{}) {
		var err error
		if d.hashing, err = loadHashing(); err != nil {
			return nil, err
		}
	}
	d.nobody = d.hashing.hash(rand.Text())
	return d, nil
}

// Try is what somebody typed to sign in.
type Try struct {
	Email, Password, Code string
	Device                string // the cookie of a browser that has signed in before
}

// SignIn checks a try. An unknown address costs the same work as a wrong password.
func (d *Desk) SignIn(ctx context.Context, t Try) (private.Account, error) {
	email, _ := private.CleanEmail(t.Email)
	account, err := d.store.AccountByEmail(ctx, email)
	known := err == nil && account.Disabled.IsZero() && account.Password != ""
	if err != nil && !errors.Is(err, private.ErrNotFound) {
		return private.Account{}, err
	}
	key := d.bucket(email, t.Device, account, known)
	if !d.limit.allows(key, d.now()) {
		return private.Account{}, ErrTooMany
	}
	// Counted before it is checked: many at once are as many tries.
	d.limit.failed(key, d.now())
	hash := d.nobody
	if known {
		hash = account.Password
	}
	same, stale, err := d.verify(ctx, t.Password, hash)
	if err != nil {
		return private.Account{}, err
	}
	if !known || !same {
		return private.Account{}, ErrRefused
	}
	if err := d.secondFactor(ctx, account, cleanCode(t.Code)); err != nil {
		return private.Account{}, err
	}
	d.limit.succeeded(key)
	if stale {
		if err := d.store.SetPassword(ctx, account.ID, account.Password, d.hashing.hash(t.Password)); err != nil {
			return private.Account{}, err
		}
	}
	return account, nil
}

// bucket is where a try is counted: with the browser, where the account knows it, else with
// the address.
func (d *Desk) bucket(email, device string, a private.Account, known bool) string {
	if known && d.KnowsDevice(a.ID, device) {
		return "device " + device
	}
	return "address " + string(d.store.Keys().Hash("try", email))
}

func (d *Desk) verify(ctx context.Context, password, hash string) (same, stale bool, err error) {
	select {
	case d.room <- struct{}{}:
	case <-ctx.Done():
		return false, false, ctx.Err()
	}
	defer func() { <-d.room }()
	if len(password) > 4*maxPassword {
		password = "" // costs the same, and is nobody's
	}
	same, stale = d.hashing.verify(password, hash)
	return same, stale, nil
}

// secondFactor takes a code of the app, or a recovery code: either once.
func (d *Desk) secondFactor(ctx context.Context, a private.Account, code string) error {
	var err error
	if len(code) == codeDigits {
		step, ok := stepOf(a.TOTP, code, d.now())
		if !ok {
			return ErrRefused
		}
		err = d.store.UseStep(ctx, a.ID, step)
	} else {
		err = d.store.UseRecovery(ctx, a.ID, code)
	}
	if errors.Is(err, private.ErrUsed) {
		return ErrRefused
	}
	return err
}

// Device makes the cookie by which an account knows a browser again.
func (d *Desk) Device(account string) string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	nonce := hex.EncodeToString(b)
	return nonce + "." + hex.EncodeToString(d.store.Keys().Hash("device", account+nonce))
}

// KnowsDevice says whether the cookie is one of the account's.
func (d *Desk) KnowsDevice(account, device string) bool {
	nonce, sum, ok := strings.Cut(device, ".")
	got, err := hex.DecodeString(sum)
	return ok && err == nil && hmac.Equal(got, d.store.Keys().Hash("device", account+nonce))
}

// Invitation is what the page of a one-time link shows.
type Invitation struct {
	Account private.Account
	Seed    []byte
}

// Invited finds whom a one-time link is for.
func (d *Desk) Invited(ctx context.Context, secret string) (Invitation, error) {
	a, err := d.store.AccountByInvite(ctx, secret)
	return Invitation{a, d.seedOf(secret)}, err
}

// Join uses up a one-time link and gives the recovery codes, which are shown once.
func (d *Desk) Join(ctx context.Context, secret, password, code string) (a private.Account, codes []string, err error) {
	invited, err := d.Invited(ctx, secret)
	if err != nil {
		return a, nil, err
	}
	if err := CheckPassword(password, invited.Account.Email); err != nil {
		return a, nil, err
	}
	step, ok := stepOf(invited.Seed, cleanCode(code), d.now())
	if !ok {
		return a, nil, ErrCode
	}
	select {
	case d.room <- struct{}{}:
	case <-ctx.Done():
		return a, nil, ctx.Err()
	}
	hash := d.hashing.hash(password)
	<-d.room
	codes = newRecoveryCodes()
	a, err = d.store.Join(ctx, secret, hash, invited.Seed, step, codes)
	return a, codes, err
}
