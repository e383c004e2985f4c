package web

import (
	"fmt"

	"trialfinder/web/content"
)

// diagram is a drawing with its words. Its template is diagram-brake, -steps or -body.
type diagram struct {
	Name, Kind string
	Title      string
	Text       string // what the drawing shows, for who can't see it
	Steps      []step
	Marks      []mark
}

// step is one stop on the way of cells from blood to infusion.
type step struct {
	Icon, Label string
	Y           int
}

// mark is a place of the body with how far along the use is.
type mark struct {
	N, X, Y int
	Level   content.Level
	Rows    []evidenceRow
}

// ways are the ways of cells: the icon and the word of each step.
var ways = map[string][]struct{ icon, key string }{
	"car_t": {{"blood", "diagram_take_blood"}, {"gene", "diagram_new_gene"}, {"grow", "diagram_grow"}, {"pill", "diagram_chemo"}, {"drip", "diagram_drip"}},
	"til":   {{"tumour", "diagram_take_tumour"}, {"cell", "diagram_find_t"}, {"grow", "diagram_grow"}, {"pill", "diagram_chemo"}, {"drip", "diagram_drip"}},
	"nk":    {{"blood", "diagram_take_nk"}, {"cell", "diagram_find_nk"}, {"grow", "diagram_grow"}, {"pill", "diagram_chemo_often"}, {"drip", "diagram_drip"}},
}

var diagramTitles = map[string]string{
	"brake": "diagram_brake_title", "car_t": "diagram_car_t_title", "til": "diagram_til_title", "nk": "diagram_nk_title", "body": "diagram_body_title",
}

// bodyMarks are the places of the uses of MSC on the drawing.
var bodyMarks = []struct {
	x, y int
	uses []string
}{
	{100, 26, []string{"msc-stroke"}},
	{109, 98, []string{"msc-heart"}},
	{56, 150, []string{"msc-skin"}},
	{100, 146, []string{"msc-gvhd-us", "msc-gvhd-cn"}},
	{100, 182, []string{"msc-crohn"}},
	{85, 222, []string{"msc-bone", "msc-brittle"}},
	{115, 270, []string{"msc-knee"}},
	{85, 318, []string{"msc-leg-marrow", "msc-leg"}},
}

// diagrams are those below a paragraph.
func (r *request) diagrams(slug, paragraph string) ([]diagram, error) {
	var out []diagram
	for _, name := range r.server.texts.Diagrams(slug, paragraph) {
		d := diagram{Name: name, Kind: name}
		var err error
		if d.Title, err = r.words.T(diagramTitles[name]); err != nil {
			return nil, err
		}
		switch name {
		case "brake":
			d.Text, err = r.words.T("diagram_brake_desc")
		case "body":
			err = r.drawBody(&d)
		default:
			d.Kind, err = "steps", r.drawSteps(&d)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func (r *request) drawSteps(d *diagram) error {
	for i, s := range ways[d.Name] {
		label, err := r.words.T(s.key)
		if err != nil {
			return err
		}
		d.Steps = append(d.Steps, step{s.icon, label, 32 + 64*i})
		d.Text += fmt.Sprintf("%d. %s. ", i+1, label)
	}
	return nil
}

func (r *request) drawBody(d *diagram) error {
	rows, err := evidence(r.server.texts, r.words, "msc")
	if err != nil {
		return err
	}
	byID := map[string]evidenceRow{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	for i, b := range bodyMarks {
		m := mark{N: i + 1, X: b.x, Y: b.y}
		for _, id := range b.uses {
			row, ok := byID[id]
			if !ok {
				return fmt.Errorf("diagram: evidence.tsv has no %q", id)
			}
			m.Rows = append(m.Rows, row)
			d.Text += fmt.Sprintf("%d. %s: %s. ", m.N, row.What, row.Label)
		}
		m.Level = m.Rows[0].Level
		d.Marks = append(d.Marks, m)
	}
	return nil
}
