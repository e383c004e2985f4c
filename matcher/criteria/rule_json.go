package criteria

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// maxDepth bounds the nesting of a rule that is read from outside.
const maxDepth = 50

type atomJSON struct {
	Fact      string     `json:"fact"`
	Op        Op         `json:"op"`
	Value     Operand    `json:"value"`
	Unit      string     `json:"unit,omitempty"`
	AsWritten *AsWritten `json:"as_written,omitempty"`
}

// MarshalJSON writes {"all":[…]}.
func (r All) MarshalJSON() ([]byte, error) { return marshal(map[string][]Rule{"all": r}) }

// MarshalJSON writes {"any":[…]}.
func (r Any) MarshalJSON() ([]byte, error) { return marshal(map[string][]Rule{"any": r}) }

// MarshalJSON writes {"not":…}.
func (r Not) MarshalJSON() ([]byte, error) { return marshal(map[string]Rule{"not": r.Rule}) }

// MarshalJSON writes {"unknown":"…"}.
func (r Unknown) MarshalJSON() ([]byte, error) {
	return marshal(map[string]string{"unknown": string(r)})
}

// MarshalJSON writes {"fact":…,"op":…,"value":…}.
func (r Atom) MarshalJSON() ([]byte, error) { return marshal(atomJSON(r)) }

// MarshalJSON writes the operand as a JSON number, text, boolean or array.
func (o Operand) MarshalJSON() ([]byte, error) {
	switch o.Kind {
	case NumberOperand:
		return marshal(o.Number)
	case TextOperand:
		if o.Numeric {
			return []byte(o.Text), nil
		}
		return marshal(o.Text)
	case BoolOperand:
		return marshal(o.Bool)
	}
	if !o.Numeric {
		return marshal(o.List)
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i, v := range o.List {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(v)
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

// marshal is json.Marshal without the escaping of <, > and &, which abound here.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// UnmarshalJSON reads the four forms of an operand. Whole numbers in an array
// are the values of a numeric enum.
func (o *Operand) UnmarshalJSON(b []byte) error {
	var v any
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("rule value: %w", err)
	}
	switch v := v.(type) {
	case json.Number:
		n, err := v.Float64()
		if err != nil || math.IsInf(n, 0) {
			return fmt.Errorf("rule value %s: no number", v)
		}
		*o = Num(n)
	case string:
		*o = Text(v)
	case bool:
		*o = Boolean(v)
	case []any:
		return o.fromList(v)
	default:
		return fmt.Errorf("rule value %s: want a number, text, true, false or an array", b)
	}
	return nil
}

func (o *Operand) fromList(vs []any) error {
	if len(vs) == 0 {
		return errors.New("rule value: an empty array holds for nobody")
	}
	*o = Operand{Kind: ListOperand}
	for i, v := range vs {
		var text string
		n, numeric := v.(json.Number)
		if numeric {
			whole, err := strconv.Atoi(n.String())
			if err != nil {
				return fmt.Errorf("rule value %v: only whole numbers in an array", n)
			}
			text = strconv.Itoa(whole)
		} else if s, ok := v.(string); ok {
			text = s
		} else {
			return fmt.Errorf("rule value %v: only texts or whole numbers in an array", v)
		}
		if i > 0 && numeric != o.Numeric {
			return errors.New("rule value: texts and numbers in one array")
		}
		o.Numeric = numeric
		o.List = append(o.List, text)
	}
	return nil
}

// ParseRule reads a rule's JSON; null is no rule.
func ParseRule(b []byte) (Rule, error) { return parseRule(b, 0) }

func parseRule(b []byte, depth int) (Rule, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("rule is nested deeper than %d", maxDepth)
	}
	if string(bytes.TrimSpace(b)) == "null" {
		if depth > 0 {
			return nil, errors.New("rule: null inside a rule")
		}
		return nil, nil
	}
	var form struct {
		All, Any []json.RawMessage
		Not      json.RawMessage
		Unknown  *string
		Fact     string
	}
	if err := json.Unmarshal(b, &form); err != nil {
		return nil, fmt.Errorf("rule: %w", err)
	}
	switch {
	case form.All != nil:
		parts, err := parseRules(form.All, depth)
		return All(parts), err
	case form.Any != nil:
		parts, err := parseRules(form.Any, depth)
		return Any(parts), err
	case form.Not != nil:
		part, err := parseRule(form.Not, depth+1)
		return Not{part}, err
	case form.Unknown != nil:
		return Unknown(*form.Unknown), nil
	case form.Fact != "":
		return parseAtom(b)
	}
	return nil, fmt.Errorf("rule %.80s: want all, any, not, unknown or fact", b)
}

func parseRules(bs []json.RawMessage, depth int) ([]Rule, error) {
	if len(bs) == 0 {
		return nil, errors.New("rule: all and any are never empty")
	}
	parts := make([]Rule, len(bs))
	for i, b := range bs {
		part, err := parseRule(b, depth+1)
		if err != nil {
			return nil, err
		}
		parts[i] = part
	}
	return parts, nil
}

func parseAtom(b []byte) (Rule, error) {
	var a atomJSON
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return nil, fmt.Errorf("rule %.80s: %w", b, err)
	}
	switch a.Op {
	case Eq, Ne, Lt, Le, Gt, Ge:
	case In:
		if a.Value.Kind != ListOperand {
			return nil, fmt.Errorf("rule %.80s: in wants an array", b)
		}
	default:
		return nil, fmt.Errorf("rule %.80s: unknown op %q", b, a.Op)
	}
	return Atom(a), nil
}
