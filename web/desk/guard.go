package desk

import (
	"strconv"
	"strings"
	"time"
)

// IDNumber says whether a free text holds a national number of a person: a Danish CPR number,
// a Dutch BSN, a French NIR or a Chinese identity number. A case is kept under no name, and
// such a number is one. Telephone numbers stay: notes are full of them, so a number is told
// from one by its check digits or its date.
func IDNumber(text string) (country string, found bool) {
	for _, run := range digitRuns(text) {
		switch {
		case cpr(run):
			return "DK", true
		case nir(run.digits):
			return "FR", true
		case resident(run.digits):
			return "CN", true
		case bsn(run):
			return "NL", true
		}
	}
	return "", false
}

// digitRun is a stretch of figures with what people put between them left out.
type digitRun struct {
	digits string // X, A and B among them, as check characters are
	typed  string
	before string // the words before it
}

const between = " -./\u00a0\u2011\u2013"

func digitRuns(text string) (out []digitRun) {
	text = strings.Map(func(c rune) rune {
		if c >= '\uff10' && c <= '\uff19' { // full-width figures
			return c - '\uff10' + '0'
		}
		return c
	}, text)
	rs := []rune(text)
	for i := 0; i < len(rs); {
		if rs[i] < '0' || rs[i] > '9' {
			i++
			continue
		}
		end, j := i, i
		var digits strings.Builder
		for ; j < len(rs); j++ {
			if part, check := rs[j] >= '0' && rs[j] <= '9', digits.Len() > 5 && checkLetter(rs, j); part || check {
				digits.WriteRune(rs[j])
				end = j + 1
			} else if !strings.ContainsRune(between, rs[j]) || j-end >= 2 {
				break
			}
		}
		out = append(out, digitRun{strings.ToUpper(digits.String()), string(rs[i:end]), strings.ToLower(string(rs[max(0, i-12):i]))})
		i = end
	}
	return out
}

// checkLetter says whether a letter within figures is one of theirs.
func checkLetter(rs []rune, i int) bool {
	return strings.ContainsRune("xXABab", rs[i]) && (i+1 == len(rs) || !letter(rs[i+1]))
}

func letter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// cpr: a day and four figures. Newer ones have no check digit, so ten figures in a row count
// only with the hyphen, or next to the word.
func cpr(r digitRun) bool {
	if len(r.digits) != 10 || !day(r.digits[:6], "020106") {
		return false
	}
	return len(r.typed) >= 11 && strings.ContainsAny(r.typed[6:7], "-\u2011 ") && len(strings.TrimLeft(r.typed[7:], "- ")) == 4 ||
		len(r.typed) == 10 && (strings.Contains(r.before, "cpr") || elevens(r.digits, []int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1}))
}

// bsn: nine figures in a row that pass the eleven-test.
func bsn(r digitRun) bool {
	if len(r.digits) != 9 || strings.Trim(r.digits, "0123456789") != "" || r.digits == "000000000" {
		return false
	}
	grouped := len(r.typed) > 9 && !strings.Contains(r.before, "bsn")
	return !grouped && elevens(r.digits, []int{9, 8, 7, 6, 5, 4, 3, 2, -1})
}

func elevens(digits string, weights []int) bool {
	sum := 0
	for i, w := range weights {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
		sum += w * int(digits[i]-'0')
	}
	return sum%11 == 0
}

// nir: sex, year, month, department, commune, order, and a key; 2A and 2B are Corsica.
func nir(digits string) bool {
	if len(digits) != 15 || !strings.ContainsRune("123478", rune(digits[0])) {
		return false
	}
	key, err := strconv.Atoi(digits[13:])
	body := strings.NewReplacer("A", "0", "B", "0").Replace(digits[:13])
	n, err2 := strconv.ParseInt(body, 10, 64)
	if err != nil || err2 != nil {
		return false
	}
	switch digits[6] {
	case 'A':
		n -= 1000000
	case 'B':
		n -= 2000000
	}
	return 97-n%97 == int64(key)
}

// resident: region, day of birth, order, and a check character (GB 11643).
func resident(digits string) bool {
	if len(digits) != 18 || !day(digits[6:14], "20060102") {
		return false
	}
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
		sum += w * int(digits[i]-'0')
	}
	return "10X98765432"[sum%11] == digits[17]
}

func day(digits, layout string) bool {
	_, err := time.Parse(layout, digits)
	return err == nil
}
