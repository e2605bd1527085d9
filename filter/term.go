package filter

import "strings"

// An operator stands between a key and its value.
type operator string

const (
	is      operator = ":"
	equal   operator = "="
	less    operator = "<"
	atMost  operator = "<="
	greater operator = ">"
	atLeast operator = ">="
)

// operators are in the order in which they are looked for: the longer first.
var operators = []operator{atMost, atLeast, less, greater, equal, is}

// term understands one token: a key with its value, or a word.
func term(t token) (node, error) {
	if t.open {
		return nil, complain(t, "this quote is not closed")
	}
	name, op, value, found := cutKey(t.text[:t.key])
	value += t.text[t.key:]
	if !found {
		if t.text == "" {
			return nil, complain(t, "there is no word between these quotes")
		}
		return word(lower(t.text)), nil
	}
	key := lookUp(name)
	switch {
	case key == nil:
		return nil, &Error{t.offset, len(name), "no such key: " + near(name) + "; to look for the words, put them in quotes"}
	case value == "":
		return nil, &Error{t.offset, t.length, name + string(op) + " needs a value, such as " + key.Example}
	case op != is && op != equal && !key.ordered:
		return nil, &Error{t.offset + len(name), len(op), name + " has no order: write " + name + ":" + value}
	}
	match, problem := key.understand(op, value)
	if problem != "" {
		at := len(name) + len(op)
		return nil, &Error{t.offset + at, t.length - at, problem}
	}
	return fact(match), nil
}

// cutKey takes "key", an operator and a value apart. Only letters make a key:
// 10.0.0.1:25 and ::1 are words. Of names with a dot, only those that begin with tls.
// are keys: mail.contoso.test:25 is a word as well.
func cutKey(s string) (key string, op operator, value string, found bool) {
	n := 0
	for n < len(s) && (isLetter(s[n]) || s[n] == '.' && strings.EqualFold(s[:n], "tls")) {
		n++
	}
	if n == 0 {
		return "", "", "", false
	}
	for _, op := range operators {
		if rest, ok := strings.CutPrefix(s[n:], string(op)); ok {
			return strings.ToLower(s[:n]), op, rest, true
		}
	}
	return "", "", "", false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func lookUp(name string) *Key {
	for i := range Keys {
		if Keys[i].Name == name {
			return &Keys[i]
		}
	}
	return nil
}

// near lists the keys that begin as the name does, or all of them.
func near(name string) string {
	var alike, all []string
	for _, k := range Keys {
		all = append(all, k.Name)
		if strings.HasPrefix(k.Name, name[:1]) {
			alike = append(alike, k.Name)
		}
	}
	if len(alike) == 0 {
		alike = all
	}
	return "there are " + strings.Join(alike, " ")
}
