package report

import (
	"bytes"
	"io"
	"testing"

	"smtpscope/inspect"
)

func BenchmarkJSON(b *testing.B) {
	benchmarkPrinter(b, func(w io.Writer) Printer { return NewJSON(w) })
}

func BenchmarkText(b *testing.B) {
	benchmarkPrinter(b, func(w io.Writer) Printer { return NewText(w, TextOptions{}) })
}

func benchmarkPrinter(b *testing.B, printer func(io.Writer) Printer) {
	for _, sample := range samples() {
		b.Run(sample.name, func(b *testing.B) {
			var one bytes.Buffer
			printAll(b, printer(&one), sample.session)
			p := printer(io.Discard)
			b.SetBytes(int64(one.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if err := printOne(p, sample.session); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// rendered is room for what Render gives, used again as by a shard.
var rendered []byte

func printOne(p Printer, s *inspect.Session) error {
	rendered = p.Render(rendered[:0], s)
	var id int64
	if s.Session != nil {
		id = s.ID
	}
	return p.Write(id, rendered)
}

func printAll(tb testing.TB, p Printer, sessions ...*inspect.Session) {
	tb.Helper()
	for _, s := range sessions {
		if err := printOne(p, s); err != nil {
			tb.Fatal(err)
		}
	}
	if err := p.Flush(); err != nil {
		tb.Fatal(err)
	}
}

func TestJSONDoesNotAllocate(t *testing.T) {
	for _, sample := range samples() {
		p := NewJSON(io.Discard)
		for range 200 { // until the buffer has its size
			printAll(t, p, sample.session)
		}
		if n := testing.AllocsPerRun(100, func() { printAll(t, p, sample.session) }); n != 0 {
			t.Errorf("%s: %v allocations", sample.name, n)
		}
	}
}
