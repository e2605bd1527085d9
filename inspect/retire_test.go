package inspect

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
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

// What an ended session took is room for the next ones.
func TestRoomComesBack(t *testing.T) {
	var moments []moment
	for i := range uint16(50) {
		at, client := time.Duration(i)*time.Second, 5000+i
		moments = slices.Concat(moments, opened(at, client), []moment{
			{at: at, client: client, flags: ack, fromServer: true, text: "220 mx ESMTP\r\n"},
			{at: at, client: client, flags: ack, text: strings.Repeat("NOOP\r\n", 200)},
		}, closed(at, client), []moment{{at: at + time.Second/2}})
	}
	in := New(script(moments...), Options{Rules: capture.Rules{Ports: []uint16{25}}, Shards: 1, KeptBytes: 200 << 10, Limits: capture.DefaultLimits()})
	summary, err := in.Run(&watchingSink{got: make(map[int64][]string)})
	if err != nil {
		t.Fatal(err)
	}
	if summary.Sessions != 50 || summary.Limits["max-kept"] != 0 || in.shards[0].kept != 0 {
		t.Errorf("%d sessions, %d of them with facts only; %d octets are still kept", summary.Sessions, summary.Limits["max-kept"], in.shards[0].kept)
	}
}
