package verdict

import (
	"testing"

	"smtpscope/pcaps"
	"smtpscope/smtpparse"
)

// BenchmarkCourt has one Court judge one recorded session after the other.
func BenchmarkCourt(b *testing.B) {
	sessions, ct := pcaps.Sessions[smtpparse.Session](b), NewCourt()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ct.Judge(sessions[i], nil)
		if i++; i == len(sessions) {
			i = 0
		}
	}
}
