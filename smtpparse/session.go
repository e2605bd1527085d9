package smtpparse

import (
	"net/netip"
	"time"

	"smtpscope/tlsparse"
)

// A Session is one conversation: the model that every printer prints. Times
// are UTC; frames are numbers as Wireshark shows them; of a line or token that
// came in several packets they are those of its last one. Strings that came
// from the wire are as they were sent, up to a limit: whoever prints them
// makes them printable.
type Session struct {
	// ID counts the sessions of one run from 1, in order of their first frame.
	ID int64 `json:"id"`
	// CommunityID is the flow's Community ID v1.
	CommunityID string `json:"community_id"`
	// Start and End are the times of the first and the last packet.
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Client and Server are the ends of the TCP connection; Initiator is "seen"
	// when its opening is in the capture, "guessed" when not.
	Client    Endpoint `json:"client"`
	Server    Endpoint `json:"server"`
	Initiator string   `json:"initiator"`
	// VLAN is the outermost VLAN identifier, 0 if there is none.
	VLAN uint16 `json:"vlan,omitempty"`
	// ProxiedClient is the client that the PROXY protocol, XCLIENT or XPROXY names
	// ("192.0.2.99:51515"); empty if there is none.
	// ProxiedFrame is that of the header or command which names it, 0 if there is
	// none: what came before was the proxy's own.
	ProxiedClient string `json:"proxied_client,omitempty"`
	ProxiedFrame  int64  `json:"proxied_frame,omitempty"`
	// Protocol is "SMTP", "ESMTP" or "LMTP" by the client's greeting verb; empty before.
	Protocol string `json:"protocol,omitempty"`
	// Greeting is the server's first reply; nil if it was not seen.
	Greeting *Greeting `json:"greeting,omitempty"`
	// Hello are the EHLO, HELO and LHLO commands in order.
	Hello []Hello `json:"hello"`
	// TLS is what is known of TLS; nil if it never began.
	TLS *TLS `json:"tls,omitempty"`
	// Auth are the attempts to authenticate in order, refused ones included.
	Auth []*Auth `json:"auth"`
	// Messages are the mail transactions that got as far as a recipient (or
	// were seen only in part), in order.
	Messages []*Message `json:"messages"`
	// Dialogue is every command and reply in order, bodies folded to one line.
	Dialogue []Line `json:"dialogue"`
	// Anomalies are the oddities seen, at most Limits.Anomalies.
	Anomalies []Anomaly `json:"anomalies"`
	// Quality tells how much of the conversation the capture holds.
	Quality Quality `json:"quality"`
	// Open tells that the conversation goes on: more will come, and what is under
	// way may look unfinished. Close is empty then.
	Open bool `json:"open,omitempty"`
	// Close is how the connection ended: "fin", "rst", "reuse", "idle", "limit", "eof".
	Close string `json:"close,omitempty"`
	// Packets counts packets of both directions, Bytes the TCP payload of each.
	Packets int64  `json:"packets"`
	Bytes   Octets `json:"bytes"`
	// Omitted counts what was not kept because a limit was reached, by what:
	// "dialogue", "auth", "steps", "hello", "messages", "recipients",
	// "attachments", "anomalies", "capabilities"; "memory" counts all that
	// Limits.Memory or Parser.Frugal kept out.
	Omitted map[string]int64 `json:"omitted,omitempty"`
}

// An Endpoint is one end of a TCP connection.
type Endpoint struct {
	IP   netip.Addr `json:"ip"`
	Port uint16     `json:"port"`
}

// Octets counts the payload of the two directions.
type Octets struct {
	Client int64 `json:"client"`
	Server int64 `json:"server"`
}

// A Greeting is the reply that opens the conversation (RFC 5321, section 4.2).
type Greeting struct {
	Code int `json:"code"`
	// Text is the reply's first line without its code; Lines counts all of them.
	Text  string `json:"text"`
	Lines int    `json:"lines,omitempty"`
	Frame int64  `json:"frame"`
}

// A Hello is an EHLO, HELO or LHLO and what the server answered.
type Hello struct {
	// Verb is in upper case: "EHLO", "HELO" or "LHLO"; empty when only the reply was seen.
	Verb string `json:"verb"`
	// Name is what the client calls itself.
	Name string `json:"name"`
	// TLS tells that this was said inside TLS.
	TLS bool `json:"tls"`
	// Frame is that of the command, ReplyFrame that of the last reply line;
	// 0 if not seen.
	Frame      int64 `json:"frame"`
	ReplyFrame int64 `json:"reply_frame,omitempty"`
	// ReplyCode is 0 while there is no reply.
	ReplyCode int `json:"reply_code"`
	// Complete is false while the reply lacks lines (a gap, or the capture's end).
	Complete bool `json:"complete"`
	// Capabilities are the reply's lines after the first, in order.
	Capabilities []Capability `json:"capabilities"`
	// AuthMechanisms are those of AUTH, AUTH= and X-EXPS lines, in order, each
	// once, as written.
	AuthMechanisms []string `json:"auth_mechanisms"`
}

// A Capability is one line of an EHLO reply (RFC 5321, section 4.1.1.1).
type Capability struct {
	// Keyword is in upper case. "AUTH=LOGIN" gives keyword "AUTH=" and parameter "LOGIN".
	Keyword string `json:"keyword"`
	// Params are as written.
	Params []string `json:"params"`
}

// TLS is what is known of the TLS part of a session.
type TLS struct {
	// Via says how it began: "starttls", "x-anonymoustls", "implicit".
	Via string `json:"via"`
	// Frame is that of the command (of the first record when implicit),
	// ReplyFrame that of the server's 220.
	Frame      int64 `json:"frame"`
	ReplyFrame int64 `json:"reply_frame,omitempty"`
	// Decrypted tells that what is inside was read.
	Decrypted bool `json:"decrypted"`
	// OctetsClient and OctetsServer count what went through it, records included.
	OctetsClient int64 `json:"octets_client"`
	OctetsServer int64 `json:"octets_server"`
	// Facts are what the records themselves tell. Who feeds the parser fills them
	// in: see Options.Opaque.
	tlsparse.Facts
}

// Quality tells how much of the conversation the capture holds.
type Quality struct {
	// GapBytes is the number of octets known to be missing, Gaps how many holes.
	GapBytes int64 `json:"gap_bytes"`
	Gaps     int64 `json:"gaps"`
	// Midstream: the capture begins after the connection was opened.
	Midstream bool `json:"midstream"`
	// OneSided: only one direction is in the capture.
	OneSided bool `json:"one_sided"`
	// TruncatedPackets were cut by the snap length.
	TruncatedPackets int64 `json:"truncated_packets"`
	// ConflictingOverlaps counts packets whose octets contradict those seen first.
	ConflictingOverlaps int64 `json:"conflicting_overlaps"`
	// ConflictFrame is the first of them, 0 if there is none.
	ConflictFrame int64 `json:"conflict_frame,omitempty"`
	// Retransmissions, OutOfOrder and Duplicates count packets; duplicates are
	// copies of one packet seen on several interfaces.
	Retransmissions int64 `json:"retransmissions"`
	OutOfOrder      int64 `json:"out_of_order"`
	Duplicates      int64 `json:"duplicates"`
}
