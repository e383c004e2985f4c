package desk_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trialfinder/trials/private"
	"trialfinder/trials/store"
	"trialfinder/web/desk"
)

const (
	mail     = "ann@example.org"
	password = "tulips under a green bridge"
)

// quick is a hash that costs little: the tests are not about its cost.
var quick = desk.Hashing{MemoryKiB: 64, Passes: 1, Lanes: 1, Salt: 16, Key: 32}

type office struct {
	*desk.Desk
	t       *testing.T
	store   *store.Private
	mu      sync.Mutex
	time    time.Time
	account private.Account
	codes   []string
}

func (o *office) now() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.time }
func (o *office) wait(after time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.time = o.time.Add(after)
}

func openOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	var err error
	o.store, _, err = store.OpenPrivate(t.Context(), store.PrivateConfig{Path: filepath.Join(dir, "p.db"), KeyFile: filepath.Join(dir, "key"), Now: o.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.store.Close() })
	if o.Desk, err = desk.New(desk.Config{Store: o.store, Now: o.now, Hashing: quick}); err != nil {
		t.Fatal(err)
	}
	return o
}

// joined has one adviser, an hour after joining.
func joined(t *testing.T) *office {
	t.Helper()
	o := openOffice(t)
	_, secret, err := o.store.Invite(t.Context(), mail, private.Adviser)
	if err != nil {
		t.Fatal(err)
	}
	invited, err := o.Invited(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	code, err := desk.Code(invited.Seed, desk.Step(o.now()))
	if err != nil {
		t.Fatal(err)
	}
	if o.account, o.codes, err = o.Join(t.Context(), secret, password, code); err != nil {
		t.Fatal(err)
	}
	if o.account, err = o.store.AccountByID(t.Context(), o.account.ID); err != nil {
		t.Fatal(err)
	}
	o.wait(time.Hour)
	return o
}

func (o *office) code(steps int64) string {
	o.t.Helper()
	code, err := desk.Code(o.account.TOTP, desk.Step(o.now())+steps)
	if err != nil {
		o.t.Fatal(err)
	}
	return code
}

func TestSignIn(t *testing.T) {
	o := joined(t)
	for _, tt := range []struct {
		name string
		try  desk.Try
		want error
	}{
		{"all right", desk.Try{Email: mail, Password: password, Code: o.code(0)}, nil},
		{"the same code again", desk.Try{Email: mail, Password: password, Code: o.code(0)}, desk.ErrRefused},
		{"the code before it, after it", desk.Try{Email: mail, Password: password, Code: o.code(-1)}, desk.ErrRefused},
		{"a code that is to come", desk.Try{Email: mail, Password: password, Code: o.code(1)}, desk.ErrRefused},
		{"no code", desk.Try{Email: mail, Password: password}, desk.ErrRefused},
		{"another password", desk.Try{Email: mail, Password: password + "x", Code: o.code(0)}, desk.ErrRefused},
		{"no password", desk.Try{Email: mail, Code: o.code(0)}, desk.ErrRefused},
		{"nobody", desk.Try{Email: "bob@example.org", Password: password, Code: o.code(0)}, desk.ErrRefused},
		{"no address", desk.Try{Email: "x", Password: password, Code: o.code(0)}, desk.ErrRefused},
		{"a recovery code", desk.Try{Email: " ANN@example.org", Password: password, Code: strings.ToLower(desk.Grouped(o.codes[3]))}, nil},
		{"the same recovery code", desk.Try{Email: mail, Password: password, Code: o.codes[3]}, desk.ErrRefused},
	} {
		if _, err := o.SignIn(t.Context(), tt.try); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
	o.wait(time.Minute)
	if _, err := o.SignIn(t.Context(), desk.Try{Email: mail, Password: password, Code: o.code(-1)}); err != nil {
		t.Errorf("the step before: got %v", err)
	}
	if _, err := o.store.Disable(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	o.wait(time.Hour)
	if _, err := o.SignIn(t.Context(), desk.Try{Email: mail, Password: password, Code: o.code(0)}); !errors.Is(err, desk.ErrRefused) {
		t.Errorf("disabled: got %v", err)
	}
}

// A stranger's tries stop strangers, not the owner's own browser; an address that is nobody's
// is treated the same.
func TestLimitsDontLockOutTheOwner(t *testing.T) {
	o := joined(t)
	device := o.Device(o.account.ID)
	for _, address := range []string{mail, "nobody@example.org"} {
		last := error(nil)
		for range 11 {
			_, last = o.SignIn(t.Context(), desk.Try{Email: address, Password: "guess", Code: "000000"})
		}
		if !errors.Is(last, desk.ErrTooMany) {
			t.Errorf("%s: the eleventh try: got %v", address, last)
		}
	}
	right := desk.Try{Email: mail, Password: password, Code: o.code(0)}
	if _, err := o.SignIn(t.Context(), right); !errors.Is(err, desk.ErrTooMany) {
		t.Errorf("the right password from a strange browser: got %v", err)
	}
	for _, forged := range []string{"x", "a.b", device + "0", o.Device("other")} {
		right.Device = forged
		if _, err := o.SignIn(t.Context(), right); !errors.Is(err, desk.ErrTooMany) {
			t.Errorf("a forged device %q: got %v", forged, err)
		}
	}
	right.Device = device
	if _, err := o.SignIn(t.Context(), right); err != nil {
		t.Errorf("the owner's browser: got %v", err)
	}
	for range 11 {
		_, _ = o.SignIn(t.Context(), desk.Try{Email: mail, Password: "guess", Device: device})
	}
	o.wait(time.Minute)
	right.Code = o.code(0)
	if _, err := o.SignIn(t.Context(), right); !errors.Is(err, desk.ErrTooMany) {
		t.Errorf("a stolen browser: got %v", err)
	}
	o.wait(15 * time.Minute)
	right.Code = o.code(0)
	if _, err := o.SignIn(t.Context(), right); err != nil {
		t.Errorf("a quarter of an hour later: got %v", err)
	}
}

// Of many who send one code at once, one gets in.
func TestOneCodeOneSignIn(t *testing.T) {
	o := joined(t)
	code := o.code(0)
	var mu sync.Mutex
	in := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := o.SignIn(context.Background(), desk.Try{Email: mail, Password: password, Code: code}); err == nil {
				mu.Lock()
				defer mu.Unlock()
				in++
			}
		})
	}
	wg.Wait()
	if in != 1 {
		t.Errorf("got %d sign-ins by one code, want 1", in)
	}
}

func TestPasswords(t *testing.T) {
	for typed, want := range map[string]error{
		"tulips under":               nil,
		"short":                      desk.ErrShort,
		"fourteen chars":             desk.ErrShort,
		strings.Repeat("long ", 26):  desk.ErrLong,
		"passwordpassword1":          desk.ErrWeak,
		"ann@example.org2026":        desk.ErrWeak,
		"aaaaaaaaaaaaaaaaaaaa":       desk.ErrWeak,
		"trialfinder cancer":         desk.ErrWeak,
		password:                     nil,
		"blå fisk går på landevejen": nil,
		"十五个汉字组成的口令也可以用来登录系统": nil,
	} {
		if typed == "tulips under" {
			want = desk.ErrShort
		}
		if err := desk.CheckPassword(typed, mail); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", typed, err, want)
		}
	}
}

// The costs that are shipped are at least what OWASP asks for, and an older hash is renewed.
func TestHashing(t *testing.T) {
	o := joined(t)
	strong, err := desk.New(desk.Config{Store: o.store, Now: o.now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strong.SignIn(t.Context(), desk.Try{Email: mail, Password: password, Code: o.code(0)}); err != nil {
		t.Fatal(err)
	}
	a, err := o.store.AccountByID(t.Context(), o.account.ID)
	var version, memory, passes, lanes int
	if _, err2 := fmt.Sscanf(a.Password, "$argon2id$v=%d$m=%d,t=%d,p=%d$", &version, &memory, &passes, &lanes); err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if memory < 19456 || passes < 2 || a.Password == o.account.Password {
		t.Errorf("got %d KiB and %d passes, renewed %v", memory, passes, a.Password != o.account.Password)
	}
}

func TestJoining(t *testing.T) {
	o := openOffice(t)
	_, secret, err := o.store.Invite(t.Context(), mail, private.Adviser)
	if err != nil {
		t.Fatal(err)
	}
	invited, err := o.Invited(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := desk.Code(invited.Seed, desk.Step(o.now()))
	for name, tt := range map[string]struct {
		secret, password, code string
		want                   error
	}{
		"another link":    {"x", password, code, private.ErrNotFound},
		"a weak password": {secret, "passwordpassword", code, desk.ErrWeak},
		"a wrong code":    {secret, password, "000000", desk.ErrCode},
		"no code":         {secret, password, "", desk.ErrCode},
	} {
		if _, _, err := o.Join(t.Context(), tt.secret, tt.password, tt.code); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	if _, codes, err := o.Join(t.Context(), secret, password, code); err != nil || len(codes) != 10 || len(codes[0]) != 16 {
		t.Errorf("got %v, %v", codes, err)
	}
	if !strings.HasPrefix(desk.SeedURL(invited.Seed, "Trial Finder", mail), "otpauth://totp/Trial%20Finder:ann@example.org?") {
		t.Errorf("got %s", desk.SeedURL(invited.Seed, "Trial Finder", mail))
	}
}

// Numbers of persons are refused; telephone numbers, dates and values are not. All are made up.
func TestIDNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"cpr 070761-4285":          "DK",
		"Hun er 0707614285":        "DK",
		"070761 4285":              "DK",
		"CPR: 3112995678":          "DK",
		"BSN 111222333":            "NL",
		"burger 123456782 belde":   "NL",
		"n° 2 55 08 14 168 025 38": "FR",
		"255081416802538":          "FR",
		"身份证 11010519491231002X":   "CN",
		"１１０１０５１９４９１２３１００２X": "CN",
		"":                                       "",
		"ring på 86 12 34 56 efter kl. 14":       "",
		"+45 86123456":                           "",
		"tel 06-12345678":                        "",
		"0698765432":                             "",
		"01 23 45 67 89":                         "",
		"139 1234 5678":                          "",
		"NCT01234567, 2023-501234-12-00":         "",
		"Hb 7.9, LDH 412, 2026-05-12, ECOG 1":    "",
		"platelets 123456789":                    "",
		"scan 12.05.2026 og 13.06.2026":          "",
		"110105194912310021":                     "",
		"sag 26-00012-3, fire serier á 3 cyklus": "",
	} {
		if got, _ := desk.IDNumber(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
