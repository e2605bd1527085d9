package capture

import "time"

// How connections end.
var closingDialogues = []dialogue{
	{
		name: "half close",
		in: handshake + `
			C "QUIT FIN
			S "221
			S "more
			S FIN
			C`,
		out:    `open C:QUIT C:end S:221 S:more S:end close=fin`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 4, Bytes: 7},
	},
	{
		name: "payload behind a FIN, and the FIN again",
		in: handshake + `
			C @4 "junk a0
			C @0 "QUIT FIN a0
			C @5 "junk
			C @4 FIN
			S "221 FIN a5
			C @5
			C "junk`,
		out:    `open C:QUIT C:end S:221 S:end close=fin`,
		client: DirCount{Packets: 7, Bytes: 4, OutOfOrder: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "reset, then what was on its way",
		in: handshake + `
			S "220
			C "QUIT
			C RST
			S "221 FIN
			S RST`,
		out:    `open S:220 C:QUIT close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a reset that answers an ACK",
		in: handshake + `
			S "220
			C "QUIT
			S RST @3 noack`,
		out:    `open S:220 C:QUIT close=rst/S`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "resets that are not exact do not count while more follows",
		in: handshake + `
			S "220
			C RST @100
			C RST @-5
			C @0 "EHLO
			S "250 a4`,
		out: `open S:220 C:EHLO S:250`, eof: `close=rst/C`,
		client: DirCount{Packets: 5, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "reset before the bytes that precede it",
		in: handshake + `
			C @4 RST a0
			C @0 "QUIT a0`,
		out:    `open C:QUIT close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4},
		server: DirCount{Packets: 1},
	},
	{
		name: "reset behind a hole",
		in: handshake + `
			C @4 "more a0
			C @8 RST a0
			+200ms`,
		out:    `open C:gap=4 C:more close=rst/C`,
		client: DirCount{Packets: 4, Bytes: 4, Gaps: 1, GapBytes: 4, OutOfOrder: 1},
		server: DirCount{Packets: 1},
	},
	{
		name:   "silence",
		limits: Limits{Idle: time.Minute},
		in: handshake + `
			C "ABC
			+61s
			C "DEF
			+1s`,
		out: `open C:ABC close=idle open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name:   "a clock that is set is no silence",
		limits: Limits{Idle: time.Minute},
		live:   true,
		in: handshake + `
			C "ABC
			+1h
			C "DEF
			+20s
			+20s
			C "GHI
			+1s`,
		out: `open C:ABC C:DEF C:GHI`, eof: `close=eof`,
		client: DirCount{Packets: 5, Bytes: 9},
		server: DirCount{Packets: 1},
	},
	{
		name:   "silence after the clock was set",
		limits: Limits{Idle: time.Minute},
		live:   true,
		in: handshake + `
			C "ABC
			+1h
			+20s
			+20s
			+21s`,
		out:    `open C:ABC close=idle`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name:   "days later, while the clock does not believe it",
		limits: Limits{Idle: time.Minute},
		in: `
			?72h
` + handshake + `
			C "ABC
			+72h
			C "DEF`,
		out: `open C:ABC C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 1},
	},
	{
		name:   "days later, and then silence",
		limits: Limits{Idle: time.Minute},
		in: `
			?72h
` + handshake + `
			C "ABC
			+72h
			+59s
			C "DEF
			+61s`,
		out:    `open C:ABC C:DEF close=idle`,
		client: DirCount{Packets: 4, Bytes: 6},
		server: DirCount{Packets: 1},
	},
	{
		name:   "days later, and silence from there on",
		limits: Limits{Idle: time.Minute},
		in: `
			?72h
` + handshake + `
			C "ABC
			+72h
			+61s`,
		out:    `open C:ABC close=idle`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name:   "a damaged time is no sign of life",
		limits: Limits{Idle: time.Minute},
		in: handshake + `
			?87600h
			C "ABC
			+61s`,
		out:    `open C:ABC close=idle`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
}
