package web_test

import "testing"

// What would settle a trial, by where it stands written, to be taken to a doctor.
func TestWhatToTakeToTheDoctor(t *testing.T) {
	b := start(t).browser("en")
	b.get("/trial/NCT99900001").HasNo(".doctor") // nothing is asked yet
	b.begin()
	v := b.get("/trial/NCT99900001")
	v.Has(".doctor", "To take to your doctor", "trial NCT99900001", "You may know this yourself", "How much can you do")
	v.Has(".doctor", "Look in: the hospital’s letter", "Laboratory values are left out")
	v.Has(`.doctor a[href="/en/question/performance_ecog"]`)
	b.answer("performance_ecog", "answer=1")
	b.get("/trial/NCT99900001").HasNo(`.doctor a[href="/en/question/performance_ecog"]`)
	b.answer("performance_ecog", "answer=4") // ruled out: nothing is left to settle
	b.get("/trial/NCT99900001").HasNo(".doctor")
}

func TestPaperThatHelpsMost(t *testing.T) {
	b := start(t).browser("en")
	b.answer("condition", "answer=lymphoma")
	b.get("/results").HasNo(".papers") // the fixed questions come first
	b.begin()
	b.answer("condition", "answer=lymphoma")
	b.answer("hiv", "answer=false") // else the pathology report alone would not settle it
	v := b.get("/results")
	v.Has(".papers", "It alone may settle 1 of them")
	v.Has(".papers", "Ask your doctor for: the pathology report", "1 of the trials on this page lacks what it tells", "It tells: CD19")
	b.get("/results?show=ruled_out").HasNo(".papers")
}
