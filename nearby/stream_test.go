package nearby

import (
	"slices"
	"testing"
)

func TestStream(t *testing.T) {
	whole := []byte("\x00\x00\x00\x03abc\x00\x00\x00\x01d")
	for split := range whole {
		s := NewStream(portKerberos)
		var got []string
		take := func(b []byte) { got = append(got, string(b)) }
		s.Feed(whole[:split], take)
		s.Feed(whole[split:], take)
		if !slices.Equal(got, []string{"abc", "d"}) {
			t.Errorf("split at %d: %q", split, got)
		}
	}
	s := NewStream(portKerberos)
	s.Feed([]byte("\xff\xff\xff\xffabcdef"), func([]byte) { t.Error("a message of an absurd length") })
	s.Feed(make([]byte, 1<<20), func([]byte) { t.Error("a message after an absurd length") })
	if s.held != nil {
		t.Errorf("%d octets are held", len(s.held))
	}
}

func TestStreamWithHoles(t *testing.T) {
	const three, ten = "\x00\x00\x00\x03", "\x00\x00\x00\x0a"
	type piece struct {
		octets  string
		missing int64 // after them
	}
	for _, test := range []struct {
		name   string
		pieces []piece
		want   []string
	}{
		{"within a message", []piece{{ten + "abc", 4}, {"xyz" + three + "def", 0}}, []string{"abc", "def"}},
		{"to its end", []piece{{ten + "abc", 7}, {three + "def", 0}}, []string{"abc", "def"}},
		{"two in one message", []piece{{ten + "abc", 2}, {"x", 2}, {"yz" + three + "def", 0}}, []string{"abc", "def"}},
		{"right behind a length", []piece{{ten, 10}, {three + "def", 0}}, []string{"def"}},
		{"beyond the message", []piece{{ten + "abc", 9}, {three + "def", 0}}, []string{"abc"}},
		{"in a length", []piece{{"\x00\x00", 2}, {three + "def", 0}}, nil},
		{"between messages", []piece{{three + "abc", 5}, {three + "def", 0}}, []string{"abc"}},
		{"of unknown size", []piece{{ten + "abc", -1}, {three + "def", 0}}, []string{"abc"}},
		{"after the end", []piece{{"\xff\xff\xff\xff", 4}, {three + "def", 0}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewStream(portKerberos)
			var got []string
			take := func(b []byte) { got = append(got, string(b)) }
			for _, p := range test.pieces {
				s.Feed([]byte(p.octets), take)
				if p.missing != 0 {
					s.Gap(max(p.missing, 0), take)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
