package criteria

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"trialfinder/matcher/lexicon"
)

// members is a set of words or codes of lists.tsv. Most words that are asked for are none of
// it, and are told by their marks.
type members struct {
	marks marks
	first marks // of the words that its phrases begin with
	all   map[string]bool
}

func (m *members) add(word string) {
	if m.all == nil {
		m.all = map[string]bool{}
	}
	m.all[word] = true
	m.marks.add(word)
	first, _, _ := strings.Cut(word, " ")
	m.first.add(first)
}

func (m *members) has(word string) bool { return m.marks.may(word) && m.all[word] }

// phrase: the elements [from, to) are a phrase of it.
func (m *members) phrase(r *clauseReader, from, to int) bool {
	return m.first.may(r.at(from).Text) && m.all[lexicon.Fold(r.words(from, to))]
}

// some: one of the words is a member.
func (m *members) some(words []string) bool {
	for _, w := range words {
		if m.has(w) {
			return true
		}
	}
	return false
}

// marks are those of the words of a set: each word has one of 512.
type marks [512 / 64]uint64

func markOf(word string) (at, bit int) {
	if word == "" {
		return 0, 0
	}
	last := len(word) - 1
	mark := int(word[0])*29 + int(word[last])*7 + int(word[last/2])*3 + last
	return mark >> 6 & (len(marks{}) - 1), mark & 63
}

func (m *marks) add(word string) {
	at, bit := markOf(word)
	m[at] |= 1 << bit
}

// may: the word may be one of the set.
func (m *marks) may(word string) bool {
	at, bit := markOf(word)
	return m[at]>>bit&1 != 0
}

// lists are the sets of lists.tsv.
type lists struct {
	people         members // words for those who take part
	stateHeads     members // last words that names of states share: "cardiac or pulmonary disease"
	links          members // words that tie a state to what narrows it
	qualifiers     members // adjectives inside the name of an illness that make it narrower
	conditional    members // when a second limit holds: "≤ 5 x ULN if bilirubin is normal"
	shared         members // adjectives inside a name that may hold for what follows, too
	given          members // a treatment was given, and not that it will be
	happened       members // beside a treatment or event: it was
	evidence       members // of an illness, now or once: it holds for a whole list
	grades         members // of an allergy or another state, which hold for a whole list
	earlier        members // of treatment, beside a stage: it is for those alone
	goesOn         members // first words of an item that only goes on from the line over it
	relapse        members // beside a stage, they tell of those whose stage is another
	negatives      members // first words of a denial behind what it denies: "HIV negative"
	obliging       members // of one that a ban makes of a demand: "must not have"
	auxiliaries    members // of one that may be meant either way among bans
	contents       members // of a drug, to which an allergy may be
	grave          members // of an allergy that is worse than others
	wasTaken       members // a drug was taken, and need not be taken now
	now            members // what goes on at present
	was            members // before a state: it was, and need not be now
	toCome         members // they make of a treatment one that is needed
	plans          members // what follows is to come
	needed         members // what follows is needed, and has not been
	treats         members // they make of an illness the reason of a treatment
	acts           members // what follows is what something acts on
	aspects        members // what of it something acts on
	kinds          members // kinds of treatment that no other kind sums up
	tests          members // behind the name of an illness: what tells whether it is there
	body           members // parts of the body
	occurs         members // before an age: something happened at it
	things         members // of which it is told how old they are
	places         members // what follows says where something is
	meant          members // before one: that which the trial is about
	nouns          members // what an adjective alone needs to name a state
	organs         members // of no bearing, but for an infection, which they place
	responses      members // last words of a state that is no substance
	perUnits       members // stand behind a slash in a unit
	lesions        members // what is seen by imaging
	lengths        members // units of the size of a lesion
	changes        members // of a measure: how much it changes is no measure of it
	banned         members // in a note: it bans somebody, and is no note
	ranks          members // behind a number they make it a place among others: "85th percentile"
	amounts        members // units of an amount, which no scale is counted in
	verbs          members // open a clause of their own behind a joint: "or has had a stroke"
	elsewhere      members // events from which a time is counted that have nothing to do with now
	adjectiveEnds  members // endings of words that only tell of which kind what follows is
	drugStates     members // states that are those of taking a drug
	treatStates    members // states that a treatment is, or that a drug may cause
	general        members // concepts that only lead up to another: "infection with HIV"
	widerCounts    members // quantities of which the fact counts more than the words
	measured       members // states and the quantities that tell them: "renal insufficiency (creatinine > 2)"
	measuredStates members // these states
	headed         members // general states before a colon, behind which stands what is meant
	lacking        members // states that say of something that it is not there
	loose          members // states that may hold more than their facts ask
	strayed        members // states that are demanded: among bans, a demand that has strayed
	catchAlls      members // illnesses without children that hold many
	overlapping    members // wordings of illnesses that mean more than the illness, or something beside it
	narrower       members // wordings of illnesses that mean only a part of the illness
	twice          members // states and the illnesses that are the same under another name
	happens        members // illnesses that happen once, and may be missing among those of now
	partial        members // illnesses that hold only part of what their words mean

	stagings   members // words of the stages of other illnesses than cancers
	until      members // lead to a point of time that somebody's state or treatment tells
	subgroups  members // of those who take part, for whom a limit may be another
	pointing   members // to what was said before
	groups     members // of those who take part, in the label of an item
	substances members // what is given in a trial

	ends []string // the adjectiveEnds
}

func (l *lists) byName() map[string]*members {
	return map[string]*members{
		"people":         &l.people,
		"state_heads":    &l.stateHeads,
		"links":          &l.links,
		"qualifiers":     &l.qualifiers,
		"conditional":    &l.conditional,
		"shared":         &l.shared,
		"given":          &l.given,
		"happened":       &l.happened,
		"contents":       &l.contents,
		"grave":          &l.grave,
		"relapse":        &l.relapse,
		"grades":         &l.grades,
		"earlier":        &l.earlier,
		"goes_on":        &l.goesOn,
		"negatives":      &l.negatives,
		"obliging":       &l.obliging,
		"auxiliaries":    &l.auxiliaries,
		"evidence":       &l.evidence,
		"was_taken":      &l.wasTaken,
		"now":            &l.now,
		"was":            &l.was,
		"to_come":        &l.toCome,
		"plans":          &l.plans,
		"needed":         &l.needed,
		"treats":         &l.treats,
		"tests":          &l.tests,
		"acts":           &l.acts,
		"aspects":        &l.aspects,
		"kinds":          &l.kinds,
		"nouns":          &l.nouns,
		"body":           &l.body,
		"meant":          &l.meant,
		"places":         &l.places,
		"things":         &l.things,
		"occurs":         &l.occurs,
		"organs":         &l.organs,
		"per_units":      &l.perUnits,
		"responses":      &l.responses,
		"lesions":        &l.lesions,
		"lengths":        &l.lengths,
		"changes":        &l.changes,
		"banned":         &l.banned,
		"ranks":          &l.ranks,
		"amounts":        &l.amounts,
		"verbs":          &l.verbs,
		"elsewhere":      &l.elsewhere,
		"adjective_ends": &l.adjectiveEnds,
		"drug_states":    &l.drugStates,
		"treat_states":   &l.treatStates,
		"general":        &l.general,
		"wider_counts":   &l.widerCounts,
		"strayed":        &l.strayed,
		"loose":          &l.loose,
		"lacking":        &l.lacking,
		"headed":         &l.headed,
		"stagings":       &l.stagings,
		"until":          &l.until,
		"subgroups":      &l.subgroups,
		"pointing":       &l.pointing,
		"groups":         &l.groups,
		"substances":     &l.substances,
		"measured":       &l.measured,
		"catch_alls":     &l.catchAlls,
		"overlapping":    &l.overlapping,
		"narrower":       &l.narrower,
		"twice":          &l.twice,
		"happens":        &l.happens,
		"partial":        &l.partial,
	}
}

// readLists reads lists.tsv, which has every list once.
func (v *vocabulary) readLists() error {
	rows, err := table("lists.tsv", "list", "members")
	if err != nil {
		return err
	}
	wanted := v.byName()
	for _, row := range rows {
		into := wanted[row[0]]
		if into == nil {
			return fmt.Errorf("lists.tsv: no rule asks for %q, or it stands twice", row[0])
		}
		for _, member := range strings.Split(row[1], "|") {
			into.add(member)
		}
		delete(wanted, row[0])
	}
	for pair := range v.measured.all {
		state, _, _ := strings.Cut(pair, " ")
		v.measuredStates.add(state)
	}
	v.ends = slices.Sorted(maps.Keys(v.adjectiveEnds.all))
	for name := range wanted {
		return fmt.Errorf("lists.tsv: %q is missing", name)
	}
	for _, codes := range []*members{&v.general, &v.drugStates, &v.treatStates, &v.strayed, &v.headed, &v.loose, &v.kinds, &v.lacking} {
		for code := range codes.all {
			if v.concepts[code] == nil {
				return fmt.Errorf("lists.tsv: %q is no concept", code)
			}
		}
	}
	return nil
}

// isAdjective: the word only tells of which kind what follows is.
func (l *lists) isAdjective(word string) bool {
	for _, end := range l.ends {
		if len(word) > len(end)+2 && strings.HasSuffix(word, end) {
			return true
		}
	}
	return false
}

// bansInNote: what calls itself a note says who may not join, and nothing of who may.
func (l *lists) bansInNote(text string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, "are eligible") {
		return false
	}
	for words := range l.banned.all {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}
