package smtpparse

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestGramIsLowerCase(t *testing.T) {
	for c := range 256 {
		for place := range gramOctets {
			b := []byte{'x', 'x', 'x', 'x'}
			b[place] = byte(c)
			if got, want := gramOf(b), gramOf(appendLower(nil, b)); got != want || indexGram(appendLower(nil, b), got) != 0 {
				t.Fatalf("%q: %08x, want %08x", b, got, want)
			}
		}
	}
}

// What is found by samples is what a comparison of every run finds.
func TestShareTokenFindsEveryRun(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []byte("abAB")
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return b
	}
	found := 0
	for range 20_000 {
		text, token := appendLower(nil, random(r.IntN(24))), random(shortSecret+1+r.IntN(40))
		want, low := false, appendLower(nil, token)
		for i := 0; i+tokenEcho <= len(low); i++ {
			want = want || bytes.Contains(text, low[i:i+tokenEcho])
		}
		var known grams
		known.fill(text)
		if got := known.shareToken(text, token); got != want {
			t.Fatalf("text %q, token %q: %v, want %v", text, token, got, want)
		}
		if want {
			found++
		}
	}
	if found < 100 || found > 19_900 {
		t.Errorf("%d of 20000 texts quote their token: the test tests little", found)
	}
}
