package smtpparse

import (
	"bytes"
	"strings"
	"testing"
)

func benchmarkBody(b *testing.B, header string, segment int) {
	p := NewParser(Options{})
	turns, err := script(underway).turns()
	if err != nil {
		b.Fatal(err)
	}
	for i, u := range turns {
		p.Feed(u.dir, markOf(i+1), u.data)
	}
	p.Feed(Client, markOf(50), []byte(header+"\r\n\r\n"))
	body := bytes.Repeat([]byte(strings.Repeat("A", 76)+"\r\n"), 1000)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		for rest := body; len(rest) > 0; {
			n := min(segment, len(rest))
			p.Feed(Client, Mark{Frame: 51}, rest[:n])
			rest = rest[n:]
		}
	}
}

func BenchmarkBody(b *testing.B) {
	b.Run("whole", func(b *testing.B) { benchmarkBody(b, "Subject: x", 1<<20) })
	b.Run("segments", func(b *testing.B) { benchmarkBody(b, "Subject: x", 1448) })
	b.Run("multipart", func(b *testing.B) { benchmarkBody(b, "Content-Type: multipart/mixed; boundary=b", 1<<20) })
}

// BenchmarkSession follows a short session with a parser that is used again and shares its
// phrases, as those of a shard do.
func BenchmarkSession(b *testing.B) {
	turns, err := script(underway + "C~ Subject: s\\r\\n\\r\\nx\\r\\n.\\r\\n\nS: 250 ok\nC: QUIT\nS: 221 bye").turns()
	if err != nil {
		b.Fatal(err)
	}
	marks := make([]Mark, len(turns))
	size := 0
	for i, u := range turns {
		marks[i] = markOf(i + 1)
		size += len(u.data)
	}
	p := NewParser(Options{Phrases: NewPhrases()})
	b.ReportAllocs()
	b.SetBytes(int64(size))
	for b.Loop() {
		p.Reset(false)
		for i, u := range turns {
			p.Feed(u.dir, marks[i], u.data)
		}
		p.Close(marks[len(marks)-1])
	}
}
