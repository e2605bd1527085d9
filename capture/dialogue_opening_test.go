package capture

// How connections begin, and begin again.
var openingDialogues = []dialogue{
	{
		name: "payload in the SYN",
		in: `
			C SYN "EHLO
			S SYN a4
			S "250
			C`,
		out: `open C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "payload in the SYN, not taken",
		in: `
			C SYN "EHLO
			S SYN a0
			C @0 "EHLO
			S "250`,
		out: `open C:EHLO S:250`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4, Retransmitted: 1},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "both open at once",
		in: `
			C SYN
			S SYN noack
			C SYN ACK
			S SYN
			S "220 a0
			C "EHLO`,
		out: `open S:220 C:EHLO`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 4},
		server: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "nothing beyond the SYNs",
		in: `
			C SYN
			C SYN
			S SYN
			S SYN`,
	},
	{
		name: "refused, and tried again with the same SYN",
		in: `
			C SYN
			S RST @-1 a0
			+500ms
			C SYN
			S RST @-1 a0`,
	},
	{
		name: "the beginning is not captured",
		in: `
			S @7 "250 a20
			C @20 "MAIL a10
			S "250
			+200ms
			C "RCPT`,
		out: `open S:250 C:MAIL S:250 C:RCPT`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 8},
		server: DirCount{Packets: 2, Bytes: 6},
	},
	{
		name: "the beginning is not captured, and out of order",
		in: `
			S @10 "251 a24
			C @20 "MAIL a10
			S @7 "250 a20
			+200ms`,
		out: `open S:250 C:MAIL S:251`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 6},
	},
	{
		name: "SYNs after the payload",
		in: `
			S @0 "220 a0
			C @-1 a0 SYN
			S SYN
			C a3 "EHLO`,
		out: `open S:220 C:EHLO`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "begins with a keep-alive",
		in: `
			C @9
			C @10 "MAIL a5
			S a14 @5
			+200ms
			S "250`,
		out: `open C:MAIL S:250`, eof: `close=eof`,
		client: DirCount{Packets: 1, Bytes: 4},
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "only the client",
		in: `
			C SYN
			C a0
			C "EHLO a100
			C "MAIL a200
			+200ms
			C "QUIT a300 FIN
			C a400`,
		out: `open C:EHLO C:MAIL C:QUIT C:end`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 12},
	},
	{
		name: "only the server, without SYN",
		in: `
			S @40 "250 a100
			S "251 a200
			+200ms
			S "252 a300`,
		out: `open S:250 S:251 S:252`, eof: `close=eof`,
		server: DirCount{Packets: 3, Bytes: 9},
	},
	{
		name: "the same ports again",
		in: handshake + `
			C "ABC
			C isn=5000 SYN
			S isn=9000 SYN
			C
			C "DEF`,
		out: `open C:ABC close=reuse open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name: "the same ports again, only the client captured",
		in: `
			C SYN
			C
			C "ABC
			+200ms
			C isn=5000 SYN
			C
			C "DEF
			+200ms`,
		out: `open C:ABC close=reuse open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
	},
	{
		name: "the same ports again after the end",
		in: handshake + `
			C "ABC FIN
			S FIN
			C
			C isn=5000 SYN
			S isn=9000 SYN
			C
			C "DEF`,
		out: `open C:ABC C:end S:end close=fin open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name: "a forged SYN with its data, while the connection goes on",
		in: handshake + `
			S "220
			C @1879048191 SYN isn=1879048192
			C isn=1879048192 @0 "QUIT
			C isn=4294967280 @0 "EHLO
			S @3 "250 a4
			C @4 "MAIL a6`,
		out: `open S:220 C:EHLO S:250 C:MAIL`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 8},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "a forged SYN whose number the connection comes to by itself",
		in: handshake + `
			S "220
			C isn=0 SYN
			C isn=4294967280
			C @0 "x*40
			S "250 a40
			C @40 "MAIL`,
		out: `open S:220 C:x*40 S:250 C:MAIL`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 44},
		server: DirCount{Packets: 3, Bytes: 6},
	},
	{
		name: "the same ports again, without the SYN+ACK",
		in: handshake + `
			C "ABC
			C isn=5000 SYN
			C a0
			S isn=9000 @0 "220 a0
			C @0 "DEF
			+200ms`,
		out: `open C:ABC close=reuse open S:220 C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 2, Bytes: 3},
		server: DirCount{Packets: 1, Bytes: 3},
	},
	{
		name: "the same ports again, SYN+ACK before SYN",
		in: handshake + `
			C "ABC
			C isn=1879048192
			S isn=9000 SYN a0
			C SYN
			C a0 @0
			C "DEF`,
		out: `open C:ABC close=reuse open C:DEF`, eof: `close=eof`,
		client: DirCount{Packets: 3, Bytes: 3},
		server: DirCount{Packets: 1},
	},
	{
		name: "the same ports again, only the server captured",
		in: `
			S SYN
			S "220 a0
			+200ms
			S isn=9000 SYN
			S "221 a0
			+200ms`,
		out: `open S:220 close=reuse open S:221`, eof: `close=eof`,
		server: DirCount{Packets: 2, Bytes: 3},
	},
	{
		name: "a SYN again, and a forged one",
		in: handshake + `
			C SYN
			C @777777 noack
			C SYN @-1
			C @0 "ABC`,
		out: `open C:ABC`, eof: `close=eof`,
		client: DirCount{Packets: 6, Bytes: 3},
		server: DirCount{Packets: 1},
	},
}
