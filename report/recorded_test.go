package report

import (
	"io"
	"testing"

	"smtpscope/inspect"
	"smtpscope/pcaps"
)

// BenchmarkJSONRecorded and BenchmarkTextRecorded take one recorded session
// after the other.
func BenchmarkJSONRecorded(b *testing.B) { benchmarkRecorded(b, NewJSON(io.Discard)) }

func BenchmarkTextRecorded(b *testing.B) { benchmarkRecorded(b, NewText(io.Discard, TextOptions{})) }

func benchmarkRecorded(b *testing.B, p Printer) {
	sessions := pcaps.Sessions[inspect.Session](b)
	var octets int
	for _, s := range sessions {
		octets += len(p.Render(nil, s))
	}
	b.SetBytes(int64(octets / len(sessions)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := printOne(p, sessions[i]); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(sessions) {
			i = 0
		}
	}
}
