package capture

import (
	"slices"
	"testing"
)

// A dialogue is a script and what becomes of it.
type dialogue struct {
	name   string
	limits Limits
	live   bool // lines that let time pass move the clock of interfaces
	in     string
	// out is what is handed out by the end of the script; eof what Flush adds.
	out, eof string
	// client and server are what is counted.
	client, server DirCount
}

func TestDialogues(t *testing.T) {
	for _, tt := range slices.Concat(orderDialogues, lossDialogues, openingDialogues, closingDialogues, revivalDialogues) {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{Ports: []uint16{25}}, tt.limits)
			p := newScript(t, a)
			p.tally.live = tt.live
			p.run(tt.in)
			if s := got.String(); s != tt.out {
				t.Errorf("got  %s\nwant %s", s, tt.out)
			}
			got.words = nil
			a.Flush(p.clock)
			if s := got.String(); s != tt.eof {
				t.Errorf("at the end: got %s\nwant %s", s, tt.eof)
			}
			if last := len(got.conns) - 1; last >= 0 {
				c := got.conns[last]
				if c.Count != [2]DirCount{tt.client, tt.server} {
					t.Errorf("counted %+v\nwant    %+v", c.Count, [2]DirCount{tt.client, tt.server})
				}
				if c.Client != testClient || c.Server != testServer {
					t.Errorf("client %v, server %v", c.Client, c.Server)
				}
			}
			checkEmpty(t, a)
		})
	}
}

// checkEmpty checks that nothing is left after Flush.
func checkEmpty(t *testing.T, a *Assembler) {
	t.Helper()
	s := a.Stats()
	if s.Conns != 0 || s.HalfOpen != 0 || s.Buffered != 0 || s.Recent != 0 ||
		len(a.waiting) != 0 || a.stubs.index.len != 0 || len(a.revivals) != 0 || a.oldest != nil || a.newest != nil {
		t.Errorf("left after Flush: %d waiting, %d stubs, %+v", len(a.waiting), a.stubs.index.len, s)
	}
}
