package capture

import "time"

// Bytes that are not in the capture.
var lossDialogues = []dialogue{
	{
		name:   "a lost segment is missing after packets",
		limits: Limits{ReorderPackets: 4},
		in: handshake + `
			C @0 "abc a0
			C @103 "def a0
			S a106
			C @106 "1
			C @107 "2
			C @108 "3
			C @109 "4
			C @110 "5`,
		out: `open C:abc C:gap=100 C:def C:1 C:2 C:3 C:4 C:5`, eof: `close=eof`,
		client: DirCount{Packets: 9, Bytes: 11, Gaps: 1, GapBytes: 100, OutOfOrder: 5},
		server: DirCount{Packets: 2},
	},
	{
		name: "a lost segment is missing after time",
		in: handshake + `
			C @0 "abc a0
			C @103 "def a0
			S "ok a106
			+200ms
			C "ghi`,
		out: `open C:abc C:gap=100 C:def S:ok C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 9, Gaps: 1, GapBytes: 100, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "what comes after it was declared missing is late",
		in: handshake + `
			C @0 "abc a0
			S "ok a6
			+200ms
			C @3 "def a0`,
		out: `open C:abc C:gap=3 S:ok`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 3, Gaps: 1, GapBytes: 3},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name:   "a hole nobody acknowledged",
		limits: Limits{Hold: time.Second},
		in: handshake + `
			C @3 "def a0
			+500ms
			C @6 "ghi a0
			+600ms`,
		out: `open C:gap=3 C:def C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6, Gaps: 1, GapBytes: 3, OutOfOrder: 2},
		server: DirCount{Packets: 1},
	},
	{
		name:   "more than may be buffered",
		limits: Limits{BufferedBytesPerConn: 8000},
		in: handshake + `
			C @100 "a*1448 a0
			C @1548 "b*1448 a0
			C @2996 "c*1448 a0
			C @4444 "d*1448 a0`,
		out: `open C:gap=100 C:a*1448 C:b*1448 C:c*1448 C:d*1448`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 4 * 1448, Gaps: 1, GapBytes: 100, OutOfOrder: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "the last bytes are lost",
		in: handshake + `
			C "QUIT
			S a4 "bye FIN
			C a4 @10 FIN`,
		out: `open C:QUIT S:bye S:end`, eof: `C:gap=6 C:end close=fin`,
		client: DirCount{Packets: 4, Bytes: 4, Gaps: 1, GapBytes: 6},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a lost FIN is no gap",
		in: handshake + `
			C "QUIT
			S a5 "bye FIN
			+200ms`,
		out: `open C:QUIT S:bye S:end`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a lost byte is, when more follows",
		in: handshake + `
			C "abcd
			S a5 "bye
			+200ms
			C @5 "fgh a3
			+1ms`,
		out: `open C:abcd S:bye C:gap=1 C:fgh`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 7, Gaps: 1, GapBytes: 1, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a FIN in the midst of what was acknowledged and is still to come",
		in: handshake + `
			S "220
			S a9
			C @4 a3 FIN
			C @0 "EHLOtest1 a3
			S "250 a9`,
		out: `open S:220 C:EHLOtest1 S:250`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 9},
		server: DirCount{Packets: 4, Bytes: 6},
	},
	{
		name: "an ACK of what cannot have been sent",
		in: handshake + `
			C "abc
			S "x a1073741824
			+1s
			C "def a1
			S "y a6`,
		out: `open C:abc S:x C:def S:y`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 3, Bytes: 2},
	},
	{
		name:   "an ACK that its sender goes back on",
		limits: Limits{ReorderPackets: 20},
		in: handshake + `
			C "abc
			S a100000
			S a3
			S a3
			S a3
			S a3
			S a3
			S a3
			S a3
			S "x a3
			+1s
			C "def a1
			S "y a6`,
		out: `open C:abc S:x C:def S:y`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 11, Bytes: 2},
	},
	{
		name: "cut by the snap length",
		in: handshake + `
			C "abc cut=97
			C "def cut=1
			S "ok
			C @110 "xyz cut=7 a2
			C @104 "ghi cut=3 a2
			C cut=50 a2
			C "end a2`,
		out: `open C:abc C:gap=97 C:def C:gap=1 S:ok C:ghi C:gap=3 C:xyz C:gap=7 C:gap=50 C:end`, eof: `close=eof`,
		client: DirCount{Packets: 8, Bytes: 15, Gaps: 4, GapBytes: 158, OutOfOrder: 1, Truncated: 5},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "a retransmission brings what was cut",
		in: handshake + `
			C @3 "def cut=3 a0
			C @3 "defghi a0
			C @0 "abc a0`,
		out: `open C:abc C:def C:ghi`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 9, OutOfOrder: 2, Truncated: 1},
		server: DirCount{Packets: 1},
	},
	{
		name:   "a forged segment far ahead",
		limits: Limits{Hold: time.Second},
		in: handshake + `
			C @500000000 "forged a0
			+2s
			C @0 "ABC a0`,
		out: `open C:ABC`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 3, OutOfOrder: 1},
		server: DirCount{Packets: 1},
	},
}
