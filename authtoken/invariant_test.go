package authtoken

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkToken holds what is true of the reading of any octets at all: every
// field and every damage lies inside the token, every value prints on one line.
func checkToken(t testing.TB, token *Token, octets []byte) {
	t.Helper()
	if token.Bytes != len(octets) {
		t.Errorf("%s: Bytes = %d, token has %d", token.Kind, token.Bytes, len(octets))
	}
	checkInner(t, token, len(octets), 0)
}

func checkInner(t testing.TB, token *Token, size, depth int) {
	t.Helper()
	if depth > maxDepth {
		t.Fatalf("tokens %d deep", depth)
	}
	if token.Kind == "" || token.Tree.Name != string(token.Kind) {
		t.Errorf("root %q of kind %q", token.Tree.Name, token.Kind)
	}
	if fields := checkField(t, token.Tree, size); fields > maxFields+maxDepth {
		t.Errorf("%s: %d fields", token.Kind, fields)
	}
	if d := token.Damage; d != nil {
		if d.Offset < 0 || d.Offset > size || d.Field == "" || d.Reason == "" || !isOneLine(d.Error()) {
			t.Errorf("%s: damage %+v in %d octets", token.Kind, d, size)
		}
	}
	for _, inner := range token.Inner {
		if inner.Damage != nil && token.Damage == nil {
			t.Errorf("%s: damage of %s inside is not told", token.Kind, inner.Kind)
		}
		checkInner(t, inner, size, depth+1)
	}
}

func checkField(t testing.TB, f Field, size int) (fields int) {
	t.Helper()
	if f.Offset < 0 || f.Length < 0 || f.Offset > size || f.Length > size-f.Offset {
		t.Errorf("%s at %d+%d in %d octets", f.Name, f.Offset, f.Length, size)
	}
	if f.Name == "" || !isOneLine(f.Name) || !isOneLine(f.Value) {
		t.Errorf("field %q: %q is not fit to be printed", f.Name, f.Value)
	}
	if len(f.Name) > maxValue+len("…") || len(f.Value) > maxValue+len("…") {
		t.Errorf("field %.40q of %d octets has a value of %d", f.Name, len(f.Name), len(f.Value))
	}
	fields = 1
	for _, part := range f.Fields {
		fields += checkField(t, part, size)
	}
	return fields
}

// isOneLine says in its own words what printable promises.
func isOneLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	})
}

// checkSecrets wants none of the markers in anything that the exchange or the
// token could print.
func checkSecrets(t testing.TB, x *Exchange, token *Token) {
	t.Helper()
	var all strings.Builder
	writeTree(&all, token.Tree, "")
	if token.Damage != nil {
		all.WriteString(token.Damage.Error())
	}
	all.WriteString(summaries(t, x))
	for _, marker := range secretMarkers {
		if strings.Contains(all.String(), marker) {
			t.Errorf("%s shows %q:\n%s", token.Kind, marker, all.String())
		}
	}
}

// TestCutAnywhere cuts every token of the corpus at every length.
func TestCutAnywhere(t *testing.T) {
	for _, sample := range corpus() {
		t.Run(sample.name, func(t *testing.T) {
			whole := NewExchange(sample.mechanism, Options{}).Add(sample.from, sample.token)
			for n := range sample.token {
				cut := sample.token[:n:n]
				x := NewExchange(sample.mechanism, Options{})
				token := x.Add(sample.from, cut)
				checkToken(t, token, cut)
				checkSecrets(t, x, token)
				if n > 1 && token.Damage == nil && token.Kind == whole.Kind && len(whole.Tree.Fields) > 0 && framed(sample.token) {
					t.Errorf("cut to %d of %d octets, nothing is said", n, len(sample.token))
				}
				if t.Failed() {
					t.FailNow()
				}
			}
		})
	}
}

// framed tells whether the token says its own length, so that a cut must be noticed.
func framed(token []byte) bool {
	format := formatOf(token)
	return format == formatGSS || format == formatSPNEGO || format == formatKRB5
}

// TestFlipAnywhere damages every octet of every token.
func TestFlipAnywhere(t *testing.T) {
	for _, sample := range corpus() {
		t.Run(sample.name, func(t *testing.T) {
			damaged := make([]byte, len(sample.token))
			for i := range sample.token {
				for _, mask := range []byte{0x01, 0x80, 0xFF} {
					copy(damaged, sample.token)
					damaged[i] ^= mask
					x := NewExchange(sample.mechanism, Options{})
					checkToken(t, x.Add(sample.from, damaged), damaged)
					x.Actual()
				}
			}
		})
	}
}

// TestWholeCorpus wants the samples to be read to their end, and without secrets.
func TestWholeCorpus(t *testing.T) {
	damaged := map[string]bool{
		"plain without nul": true, "cram response without space": true, "scram that is none": true,
		"xoauth2 with another scheme": true,
	}
	for _, sample := range corpus() {
		t.Run(sample.name, func(t *testing.T) {
			x := NewExchange(sample.mechanism, Options{})
			token := x.Add(sample.from, sample.token)
			checkToken(t, token, sample.token)
			checkSecrets(t, x, token)
			if (token.Damage != nil) != damaged[sample.name] {
				t.Errorf("damage %v", token.Damage)
			}
		})
	}
}
