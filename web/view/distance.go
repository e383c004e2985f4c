package view

import "math"

// A distance between towns is told in steps: their centres say no more.
const (
	fineStep   = 5.0   // km
	coarseStep = 10.0  // km
	coarseFrom = 100.0 // km
)

// distance tells how far away a place is.
func (t *teller) distance(km float64, approximate bool) string {
	switch {
	case !approximate && km < 1:
		return t.say("under_km", "N", 1)
	case !approximate:
		return t.say("exact_km", "N", int(math.Round(km)))
	case km < fineStep:
		return t.say("under_km", "N", int(fineStep))
	}
	step := fineStep
	if km >= coarseFrom {
		step = coarseStep
	}
	return t.say("about_km", "N", int(math.Round(km/step)*step))
}
