package capture

import (
	"net/netip"
	"strings"
	"testing"
)

// Ends that are none, and those that are.
var revivalDialogues = []dialogue{
	{
		name: "a forged reset",
		in: handshake + `
			S "220
			C RST
			C "AUTH
			S "334 a4
			C "MAIL
			S "250`,
		out: `open S:220 close=rst/C open C:AUTH S:334 C:MAIL S:250`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 2, Bytes: 6},
	},
	{
		name: "a forged reset by the server, and data of both sides without ACKs",
		in: handshake + `
			S "220
			S RST
			C "AUTH
			S "334 a0
			C "MAIL`,
		out: `open S:220 close=rst/S open C:AUTH S:334 C:MAIL`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name: "a forged FIN",
		in: handshake + `
			S "220
			C FIN
			C @0 "AUTH
			S "334 a4
			C @4 "MAIL FIN
			S FIN
			C`,
		out:    `open S:220 C:end close=reuse open C:AUTH S:334 C:MAIL C:end S:end close=fin`,
		client: DirCount{Packets: 3, Bytes: 8},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "forged FINs of both sides, and the last ACK",
		in: handshake + `
			S "220
			C FIN
			S FIN
			C
			C @0 "AUTH a3
			S @3 "334 a4
			C @4 "MAIL a6`,
		out: `open S:220 C:end S:end close=fin open C:AUTH S:334 C:MAIL`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name: "forged FINs of both sides, not acknowledged",
		in: handshake + `
			S "220
			C FIN
			S FIN a0
			C @0 "AUTH a3
			S @3 "334 a4
			C @4 "MAIL a6`,
		out: `open S:220 C:end S:end close=fin open C:AUTH S:334 C:MAIL`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name: "what a reset crossed with, and ACKs from before it",
		in: handshake + `
			S "220
			C RST @0 a3
			S "more
			C @0 a7
			S "more
			S RST`,
		out:    `open S:220 close=rst/C`,
		client: DirCount{Packets: 3},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "bytes beyond a reset that nobody takes",
		in: handshake + `
			S "220
			C RST
			C @0 "AUTH
			S @0 "220 a0
			C @4 "AUTH`,
		out:    `open S:220 close=rst/C`,
		client: DirCount{Packets: 3},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "retransmissions after the end",
		in: handshake + `
			C "QUIT FIN
			S "221 FIN
			C
			C @0 "QUIT FIN a0
			S @0 "221 FIN a5
			C @5 a4`,
		out:    `open C:QUIT C:end S:221 S:end close=fin`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
}

// TestReopened: what is known of a connection that goes on, and what is counted.
func TestReopened(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		in                       string
		reopened, tail, tailData int64
	}{
		{name: "at once", in: "C RST\nC \"AUTH\nS \"334", reopened: 1, tail: 1, tailData: 1},
		{name: "by an ACK of who reset", in: "C RST @0 a3\n+200ms\nS \"more\nC @0 a7", reopened: 1, tail: 1, tailData: 1},
		{name: "by such an ACK too early", in: "C RST @0 a3\nS \"more\nC @0 a7", tail: 2, tailData: 1},
		{name: "by an ACK of more than was sent", in: "C RST\nC \"AUTH\nS a900", tail: 2, tailData: 1},
		{name: "of one side only", in: "C RST\nC \"AUTH\nC \"x*1000\nC \"MAIL", tail: 3, tailData: 3},
		{name: "too late", in: "C RST\nC \"AUTH\n+3m\nS a4", tail: 1, tailData: 1},
		{name: "after more than is kept", in: "C RST\n" + strings.Repeat("C \"x*1000\n", 200) + "S", reopened: 1, tail: 200, tailData: 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := new(transcript)
			a := NewAssembler(got, Rules{}, Limits{})
			p := newScript(t, a)
			p.ends[0] = netip.AddrPortFrom(testClient.Addr(), 1) // a guess would be wrong
			p.run(handshake + "S \"220\n" + tt.in)
			if a.stats.Buffered > revivalBytes {
				t.Errorf("%d octets kept", a.stats.Buffered)
			}
			a.Flush(p.clock)
			if s := a.Stats(); s.Reopened != tt.reopened || s.Tail != tt.tail || s.TailData != tt.tailData || s.Opened != 1+tt.reopened {
				t.Errorf("%+v", s)
			}
			checkEmpty(t, a)
			for _, c := range got.conns[1:] {
				if c.Handshake != HandshakeUnseen || c.Initiator != InitiatorSeen || c.Client != p.ends[0] || c.First < 6 {
					t.Errorf("%+v", c)
				}
			}
		})
	}
}
