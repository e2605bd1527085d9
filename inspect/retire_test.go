package inspect

import (
	"bytes"
	"testing"
	"time"

	"smtpscope/smtpparse"
)

// A parser that waits for its next session holds nothing of its last one.
func TestRetiredParsersAreEmpty(t *testing.T) {
	s := newShard(0, Options{Shards: 1, KeptBytes: DefaultKeptBytes}, &resultPool{})
	at := smtpparse.Mark{Time: time.Unix(1, 0), Frame: 1}
	for _, midstream := range []bool{false, true, false} {
		p := s.parser(midstream)
		p.Feed(smtpparse.Server, at, []byte("220 mx ESMTP\r\n"))
		p.Feed(smtpparse.Client, at, bytes.Repeat([]byte("NOOP\r\n"), 5000))
		p.Close(at)
		s.retire(p)
		if len(s.parsers) != 1 || s.parsers[0].Kept() != 0 || len(p.Session().Dialogue) != 0 || cap(p.Session().Dialogue) > 1000 {
			t.Errorf("%d parsers wait, with %d octets and room for %d lines", len(s.parsers), p.Kept(), cap(p.Session().Dialogue))
		}
	}
}
