package reuse

import (
	"fmt"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		asked int // times, before the one that counts
		found bool
	}{
		{name: "new", text: "250 ok", asked: 0, found: false},
		{name: "the second time", text: "250 ok", asked: 1, found: true},
		{name: "kept", text: "250 ok", asked: 2, found: true},
		{name: "as long as may be", text: strings.Repeat("x", 16), asked: 1, found: true},
		{name: "too long", text: strings.Repeat("x", 17), asked: 3, found: false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewStrings(8, 16)
			for range tt.asked {
				s.Find([]byte(tt.text))
			}
			got, found := s.Find([]byte(tt.text))
			if found != tt.found || found && got != tt.text {
				t.Errorf("found %v, %q", found, got)
			}
		})
	}
}

func TestFindInNil(t *testing.T) {
	var s *Strings
	for range 3 {
		if got, found := s.Find([]byte("250 ok")); found {
			t.Errorf("nil keeps %q", got)
		}
	}
}

// What every session says is kept, however it falls into sets.
func TestFindKeepsAllOfASession(t *testing.T) {
	s := NewStrings(ways, 64) // one set
	texts := []string{"EHLO sp01", "250-AUTH GSSAPI NTLM", "AUTH GSSAPI", "235 2.7.0 ok"}
	for session := range 3 {
		for _, text := range texts {
			if _, found := s.Find([]byte(text)); found != (session > 0) {
				t.Errorf("session %d: %q: found %v", session, text, found)
			}
		}
	}
}

// What is said all the time stays, whatever comes once or twice.
func TestFindKeepsWhatComesOften(t *testing.T) {
	s := NewStrings(4, 64) // one set
	for range 2 * ways {
		s.Find([]byte("250 ok"))
	}
	for i := range 1000 {
		text := fmt.Appendf(nil, "RCPT TO:<u%d@contoso.test>", i/2)
		s.Find(text)
		if _, found := s.Find([]byte("250 ok")); !found {
			t.Fatalf("driven out by %d others", i)
		}
	}
}

// A string stays what it was when others have driven it out, and the octets that it
// was made of are written over.
func TestFindGivesStringsForEver(t *testing.T) {
	s := NewStrings(16, 64)
	var kept, want []string
	var b []byte
	for i := range 1000 {
		for range 2 {
			b = fmt.Appendf(b[:0], "text %d", i)
			if text, found := s.Find(b); found {
				kept, want = append(kept, text), append(want, fmt.Sprintf("text %d", i))
			}
		}
	}
	if len(kept) < 900 {
		t.Errorf("only %d of 1000 were found the second time", len(kept))
	}
	for i, text := range kept {
		if text != want[i] {
			t.Fatalf("%q has become %q", want[i], text)
		}
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	s := NewStrings(1024, 64)
	text := []byte("250-STARTTLS")
	s.Find(text)
	if n := testing.AllocsPerRun(100, func() {
		if _, found := s.Find(text); !found {
			t.Fatal("not found")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEmptied(t *testing.T) {
	if got := Emptied[int](nil); got == nil || len(got) != 0 {
		t.Errorf("of nil: %#v", got)
	}
	last := []int{1, 2, 3}
	if got := Emptied(last); len(got) != 0 || cap(got) != cap(last) {
		t.Errorf("%d elements, room for %d", len(got), cap(got))
	}
}

// BenchmarkFind looks for texts of which nine in ten come again.
func BenchmarkFind(b *testing.B) {
	var texts [][]byte
	octets := 0
	for i := range 1000 {
		text := fmt.Appendf(nil, "250 2.1.0 sender %d ok", i%100)
		if i%10 == 0 {
			text = fmt.Appendf(nil, "MAIL FROM:<user%d@contoso.test>", i)
		}
		texts = append(texts, text)
		octets += len(text)
	}
	s := NewStrings(1024, 64)
	b.ReportAllocs()
	b.SetBytes(int64(octets / len(texts)))
	for i := 0; b.Loop(); i++ {
		s.Find(texts[i%len(texts)])
	}
}
