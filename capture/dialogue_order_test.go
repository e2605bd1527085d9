package capture

// Order, repetition and contradiction.
var orderDialogues = []dialogue{
	{
		name: "in order",
		in: handshake + `
			S "220
			C
			C "EHLO
			S "250
			C "QUIT FIN
			S "221 FIN
			C`,
		out:    `open S:220 C:EHLO S:250 C:QUIT C:end S:221 S:end close=fin`,
		client: DirCount{Packets: 6, Bytes: 8},
		server: DirCount{Packets: 4, Bytes: 9},
	},
	{
		name: "out of order",
		in: handshake + `
			C @5 "fghij a0
			C @0 "abcde a0
			S "ok`,
		out: `open C:abcde C:fghij S:ok`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 10, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 2},
	},
	{
		name: "retransmission, then more than was sent",
		in: handshake + `
			C "abcde
			C @0 "abcde
			C @3 "defgh`,
		out: `open C:abcde C:fgh`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 8, Retransmitted: 1},
		server: DirCount{Packets: 1},
	},
	{
		name: "overlaps of what is held",
		in: handshake + `
			C @2 "cd a0
			C @6 "gh a0
			C @8 "i a0
			C @1 "bcdefghi a0
			C @0 "abc a0`,
		out: `open C:a C:b C:cd C:ef C:gh C:i`, eof: `close=eof`,
		client: DirCount{Packets: 7, Bytes: 9, OutOfOrder: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "contradictions: first seen wins",
		in: handshake + `
			C "abcde
			C @0 "aXcde
			C @7 "hij a0
			C @5 "fgHIj a0`,
		out: `open C:abcde C:fg C:hij`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 10, OutOfOrder: 1, Retransmitted: 1, Conflicts: 2, FirstConflict: 5},
		server: DirCount{Packets: 1},
	},
	{
		name: "a copy with other bytes is a contradiction too",
		in: handshake + `
			C "abcde fp=77
			C @0 "zzzzz fp=77`,
		out: `open C:abcde`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 5, Duplicates: 1, Conflicts: 1, FirstConflict: 5},
		server: DirCount{Packets: 1},
	},
	{
		name: "copies of every packet",
		in: handshake + `
			C "abcde fp=77 if=1
			C @0 "abcde fp=77 if=2
			+20ms
			C @0 "abcde fp=77 if=3
			C @9 "x a0 fp=78 if=1
			C @9 "x a0 fp=78 if=2
			S a5 fp=79 if=1
			S a5 fp=79 if=2
			C @5 "fghi a0`,
		out: `open C:abcde C:fghi C:x`, eof: `close=eof`,
		client: DirCount{Packets: 8, Bytes: 10, Duplicates: 3, OutOfOrder: 1},
		server: DirCount{Packets: 3, Duplicates: 1},
	},
	{
		name: "keep-alives and window probes",
		in: handshake + `
			C "abcde
			C @4
			S a5 win=0
			C @4
			C @4 "z
			C @5 "f
			S a5 win=0
			C @5 "f
			S a6
			C @6 "gh`,
		out: `open C:abcde C:f C:gh`, eof: `close=eof`,
		client: DirCount{Packets: 9, Bytes: 8, KeepAlives: 4},
		server: DirCount{Packets: 4},
	},
	{
		name: "answer captured before the question",
		in: handshake + `
			S "220 a0
			S "250 a4
			C @0 "EHLO a3`,
		out: `open S:220 C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "a whole dialogue backwards",
		in: handshake + `
			S @6 "221 a8 FIN
			C @4 "QUIT a6 FIN
			S @3 "250 a4
			C @0 "EHLO a3
			S @0 "220 a0`,
		out: `open S:220 C:EHLO S:250 C:QUIT S:221 S:end C:end`, eof: `close=fin`,
		client: DirCount{Packets: 4, Bytes: 8, OutOfOrder: 1},
		server: DirCount{Packets: 4, Bytes: 9, OutOfOrder: 2},
	},
	{
		name: "the cause of a question is further off than can be",
		in: `
			C "AUTH a20000000
			S @0 "334 a0
			+200ms`,
		out: `open C:AUTH S:334`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 4},
		server: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name:   "answers that claim each other as their cause",
		limits: Limits{ReorderPackets: 4},
		in: handshake + `
			C @0 "abc a3
			S @0 "xyz a3
			S @3
			S @3
			S @3
			S @3`,
		out: `open C:abc S:xyz`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 6, Bytes: 3},
	},
}
