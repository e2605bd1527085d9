package smtpparse

import (
	"math/rand/v2"
	"testing"
)

func TestCleanBase64(t *testing.T) {
	p := NewParser(Options{})
	r := rand.New(rand.NewPCG(1, 1))
	const letters = "AQz+/===\r-"
	clean := 0
	for range 100_000 {
		text := make([]byte, r.IntN(10))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
			if r.IntN(4) > 0 {
				text[i] = 'A'
			}
		}
		_, want := p.decodeBase64(text)
		if got := cleanBase64(text); got != want {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
		if want {
			clean++
		}
	}
	if clean < 1000 || clean > 99_000 {
		t.Errorf("%d of 100000 were clean: the test tests little", clean)
	}
}
