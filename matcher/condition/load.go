package condition

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

//go:embed data/*.tsv
var dataFiles embed.FS

// none is the id of phrases that name no illness of the vocabulary.
const none = "-"

// registryUse marks phrases for registry text; other uses are languages.
const registryUse = "registry"

// Load reads the built-in vocabulary.
func Load() (*Vocabulary, error) {
	fsys, err := fs.Sub(dataFiles, "data")
	if err != nil {
		return nil, fmt.Errorf("condition: %w", err)
	}
	return LoadFS(fsys)
}

// LoadFS reads a vocabulary from other files of the same names, strictly: what
// is unknown, double, missing or circular is an error.
func LoadFS(fsys fs.FS) (*Vocabulary, error) {
	v := &Vocabulary{
		byID: map[string]int{}, ancestors: map[string][]string{},
		children: map[string][]string{}, mesh: map[string]string{}, heads: map[string]bool{},
	}
	for _, step := range []func(fs.FS) error{
		v.loadGroups, v.loadConditions, v.linkParents, v.loadWords,
	} {
		if err := step(fsys); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (v *Vocabulary) loadGroups(fsys fs.FS) error {
	rows, err := readTable(fsys, "groups.tsv", append([]string{"id"}, Languages()...)...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		id := row[0]
		if slices.ContainsFunc(v.groups, func(g Group) bool { return g.ID == id }) {
			return fmt.Errorf("condition: group %q twice", id)
		}
		names, err := readNames(id, row[1:])
		if err != nil {
			return err
		}
		v.groups = append(v.groups, Group{ID: id, Names: names})
	}
	return nil
}

func (v *Vocabulary) loadConditions(fsys fs.FS) error {
	header := append([]string{"id", "parents", "group", "mesh"}, Languages()...)
	rows, err := readTable(fsys, "conditions.tsv", header...)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := v.addCondition(row); err != nil {
			return err
		}
	}
	for _, g := range v.groups {
		if len(g.Conditions) == 0 {
			return fmt.Errorf("condition: group %q is empty", g.ID)
		}
	}
	return nil
}

func (v *Vocabulary) addCondition(row []string) error {
	c := Condition{ID: row[0], Parents: list(row[1], ","), Group: row[2], MeSH: list(row[3], ",")}
	if !idForm.MatchString(c.ID) {
		return fmt.Errorf("condition: id %q is malformed", c.ID)
	}
	if _, ok := v.byID[c.ID]; ok {
		return fmt.Errorf("condition: id %q twice", c.ID)
	}
	g := slices.IndexFunc(v.groups, func(g Group) bool { return g.ID == c.Group })
	if g < 0 {
		return fmt.Errorf("condition: %s: unknown group %q", c.ID, c.Group)
	}
	names, err := readNames(c.ID, row[4:])
	if err != nil {
		return err
	}
	c.Names = names
	for _, m := range c.MeSH {
		if !meshForm.MatchString(m) {
			return fmt.Errorf("condition: %s: MeSH %q is no descriptor", c.ID, m)
		}
		if other, ok := v.mesh[canonicalMeSH(m)]; ok {
			return fmt.Errorf("condition: MeSH %s for %s and %s", m, other, c.ID)
		}
		v.mesh[canonicalMeSH(m)] = c.ID
	}
	v.groups[g].Conditions = append(v.groups[g].Conditions, c.ID)
	v.byID[c.ID] = len(v.conditions)
	v.conditions = append(v.conditions, c)
	return nil
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	meshForm = regexp.MustCompile(`^D\d{6,9}$`)
)

func readNames(id string, cells []string) (map[string]string, error) {
	names := make(map[string]string, len(cells))
	for i, lang := range Languages() {
		if strings.TrimSpace(cells[i]) == "" {
			return nil, fmt.Errorf("condition: %s: no name in %q", id, lang)
		}
		names[lang] = cells[i]
	}
	return names, nil
}

// linkParents fills ancestors and children, and refuses unknown parents and
// circles.
func (v *Vocabulary) linkParents(fs.FS) error {
	for _, c := range v.conditions {
		for _, p := range c.Parents {
			if _, ok := v.byID[p]; !ok {
				return fmt.Errorf("condition: %s: unknown parent %q", c.ID, p)
			}
			v.children[p] = append(v.children[p], c.ID)
		}
	}
	for _, c := range v.conditions {
		var above []string
		for queue := c.Parents; len(queue) > 0; {
			var next []string
			for _, p := range queue {
				if p == c.ID {
					return fmt.Errorf("condition: %s is its own ancestor", c.ID)
				}
				if !slices.Contains(above, p) {
					above = append(above, p)
					next = append(next, v.conditions[v.byID[p]].Parents...)
				}
			}
			queue = next
		}
		v.ancestors[c.ID] = above
	}
	return nil
}
