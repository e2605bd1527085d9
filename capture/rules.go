package capture

import "smtpscope/bpfexpr"

// Rules say which packets a Selector keeps.
type Rules struct {
	// Ports are the TCP ports of servers: a packet is wanted when one of its
	// two ports is among them.
	Ports []uint16
	// AnyPort wants every TCP packet; the handler ignores connections that
	// are not its business. Ports then only help to guess which side serves.
	AnyPort bool
	// Beside wants Kerberos and DNS as well, which go their own way: see Batch.Beside.
	Beside bool
	// Expr chooses among all packets, as a capture filter does, before anything
	// is looked at: fragments and the outer packets of tunnels, too. nil
	// chooses all.
	Expr *bpfexpr.Expr
}
