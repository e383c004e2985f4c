package matcher_test

import "testing"

// judgement is what readers made of one criterion of a sample, by reader.
type judgement map[string]struct{ verdict, severity string }

// TestJudgements counts what two readers who did not see each other found right, of each
// sample in judged.tsv, and that each of them judged every criterion of it.
func TestJudgements(t *testing.T) {
	samples := readJudgements(t)
	for seed, sample := range samples {
		right, wrong, keepsOut := map[string]int{}, 0, 0
		for key, readers := range sample {
			if len(readers) != 2 {
				t.Errorf("sample %s: %s is not judged by two readers", seed, key)
			}
			out, bad := false, false
			for reader, j := range readers {
				switch {
				case j.verdict == "right" && j.severity == "-":
					right[reader]++
				case j.verdict == "wrong" && (j.severity == "met" || j.severity == "not_met"):
					bad, out = true, out || j.severity == "not_met"
				default:
					t.Errorf("sample %s: %s: %s is no judgement", seed, key, j)
				}
			}
			if bad {
				wrong++
			}
			if out {
				keepsOut++
			}
		}
		if len(sample) != 300 {
			t.Errorf("sample %s has %d criteria, not 300", seed, len(sample))
		}
		t.Logf("sample %s: right by reader %v; either found %d wrong, %d of them so that they keep somebody out", seed, right, wrong, keepsOut)
	}
}

func readJudgements(t *testing.T) map[string]map[string]judgement {
	t.Helper()
	samples := map[string]map[string]judgement{}
	for _, row := range readTestTable(t, "testdata/judged.tsv", "seed", "id", "start", "reader", "verdict", "severity", "why") {
		seed, key := row[0], row[1]+" "+row[2]
		if samples[seed] == nil {
			samples[seed] = map[string]judgement{}
		}
		if samples[seed][key] == nil {
			samples[seed][key] = judgement{}
		}
		samples[seed][key][row[3]] = struct{ verdict, severity string }{row[4], row[5]}
	}
	return samples
}
