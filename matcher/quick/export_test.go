package quick

// Phrases gives the abbreviations that stand for something, each with what must follow.
func (r *Reader) Phrases() map[string]string {
	out := map[string]string{}
	for p, m := range r.phrases {
		switch f, _ := r.matcher.Facts.ByID(m.fact); {
		case m.value == "#":
			out[p] = " " + map[string]string{"height_cm": "170", "weight_kg": "70", "hemoglobin": "12", "platelets": "150", "creatinine": "90", "lvef": "60", "neutrophils": "2", "bilirubin": "10", "ldh": "200"}[m.fact]
			if out[p] == " " {
				out[p] = " 1"
			}
			if len(f.Also) > 0 {
				out[p] += " " + f.Unit
			}
		case m.value == "+-":
			out[p] = " neg"
		case m.fact != "" || m.value[0] == '=':
			out[p] = ""
		}
	}
	return out
}
