package demo

import "strings"

// selection is what the fields parameter asks for. nil asks for everything.
type selection struct {
	whole   map[string]bool // paths that are wanted with all that is in them
	through map[string]bool // paths on the way to one
}

func newSelection(pieces []*piece) *selection {
	s := &selection{whole: map[string]bool{}, through: map[string]bool{}}
	for _, p := range pieces {
		s.whole[p.path] = true
		for i := range p.keys[1:] {
			s.through[strings.Join(p.keys[:i+1], ".")] = true
		}
	}
	return s
}

// of gives the wanted part of a value; false where nothing of it is.
func (s *selection) of(path string, v any) (any, bool) {
	switch {
	case s.whole[path]:
		return v, true
	case path != "" && !s.through[path]:
		return nil, false
	}
	switch v := v.(type) {
	case object:
		kept := object{}
		for key, value := range v {
			if part, ok := s.of(strings.TrimPrefix(path+"."+key, "."), value); ok {
				kept[key] = part
			}
		}
		return kept, len(kept) > 0 || path == ""
	case []any:
		var kept []any
		for _, value := range v {
			if part, ok := s.of(path, value); ok {
				kept = append(kept, part)
			}
		}
		return kept, len(kept) > 0
	}
	return nil, false
}

// render gives the study as JSON, with the wanted parts alone.
func (s *study) render(want *selection) ([]byte, error) {
	if want == nil {
		return s.raw()
	}
	part, _ := want.of("", s.doc)
	return encode(part)
}
