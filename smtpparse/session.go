package smtpparse

import (
	"net/netip"
	"time"

	"smtpscope/authtoken"
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
	ProxiedClient string `json:"proxied_client,omitempty"`
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

// Outcome says how an AUTH attempt ended.
type Outcome string

// The outcomes of an attempt.
const (
	Accepted   Outcome = "accepted"   // 235
	Rejected   Outcome = "rejected"   // any 4xx or 5xx
	Cancelled  Outcome = "cancelled"  // the client sent "*"
	Incomplete Outcome = "incomplete" // the end was not seen
)

// An Auth is one attempt to authenticate (RFC 4954).
type Auth struct {
	// Verb is "AUTH" or "X-EXPS"; empty when only a part from the middle was seen.
	Verb string `json:"verb"`
	// Mechanism is the name as sent, in upper case; empty when it was not seen.
	Mechanism string `json:"mechanism"`
	// Actual is what the tokens really were; see authtoken.Exchange.Actual.
	Actual  string  `json:"actual"`
	Outcome Outcome `json:"outcome"`
	// ReplyCode is the final reply's code, EnhancedCode its RFC 3463 code such
	// as "2.7.0", ReplyText its text. 0 and empty when there was none.
	ReplyCode    int    `json:"reply_code"`
	EnhancedCode string `json:"enhanced_code,omitempty"`
	ReplyText    string `json:"reply_text,omitempty"`
	// InitialResponse tells that the first token came with the verb.
	InitialResponse bool `json:"initial_response"`
	// FirstFrame is that of the verb, LastFrame that of the last line seen.
	FirstFrame int64     `json:"first_frame"`
	LastFrame  int64     `json:"last_frame"`
	Time       time.Time `json:"time"`
	// TLS tells that the attempt was made inside TLS.
	TLS bool `json:"tls"`
	// Gap tells that bytes of the attempt are missing in the capture.
	Gap bool `json:"gap,omitempty"`
	// Doubtful tells that the final reply may belong to another attempt.
	Doubtful bool `json:"doubtful,omitempty"`
	// Mixed tells that the client sent decisive tokens of more than one mechanism:
	// see authtoken.Exchange.Mixed.
	Mixed bool `json:"mixed,omitempty"`

	SPNEGO    *authtoken.SPNEGO    `json:"spnego,omitempty"`
	NTLM      *authtoken.NTLM      `json:"ntlm,omitempty"`
	Kerberos  *authtoken.Kerberos  `json:"kerberos,omitempty"`
	SASLLayer *authtoken.SASLLayer `json:"sasl_layer,omitempty"`
	SASL      *authtoken.SASL      `json:"sasl,omitempty"`

	Steps []Step `json:"steps"`
}

// A Step is one line of an attempt that carried (or should have carried) a token.
type Step struct {
	// From is "client" or "server".
	From  string    `json:"from"`
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	// Kind is the token's kind and, joined by " > ", those of the tokens that it
	// carries: "spnego.NegTokenInit > krb5.AP-REQ". "text" for a 334 with words,
	// "cancel" for "*".
	Kind string `json:"kind"`
	// Bytes is the token's length in octets, base64 undone.
	Bytes int `json:"bytes"`
	// Text is a 334's human text; empty for tokens.
	Text string `json:"text,omitempty"`
	// Tree is the token field by field, secrets masked; nil when there is none.
	Tree *authtoken.Field `json:"tree,omitempty"`
	// Damage tells what could not be read.
	Damage *authtoken.ParseError `json:"damage,omitempty"`
}

// A Message is one mail transaction (RFC 5321, section 3.3).
type Message struct {
	// MailFrom is the reverse-path without its angle brackets; empty for "<>".
	MailFrom string `json:"mail_from"`
	// Params are those of MAIL, such as "SIZE=1234" or "AUTH=<>".
	Params []string    `json:"params,omitempty"`
	RcptTo []Recipient `json:"rcpt_to"`
	// Transfer is "BDAT" when chunks were sent, else "DATA".
	Transfer string `json:"transfer"`
	// Chunks counts the BDAT commands.
	Chunks int `json:"chunks,omitempty"`
	// Bytes is the message's size in octets: dots unstuffed, without the line
	// that ends it. What a gap swallowed is in it where it is the message's
	// beyond doubt and its length known; stuffed dots therein cannot be told.
	Bytes int64 `json:"bytes"`
	// Missing tells how many of Bytes are not in the capture. More may be missing
	// when Complete is false.
	Missing int64 `json:"missing_bytes,omitempty"`
	// Complete tells that every octet was seen and the end reached: Missing is 0.
	Complete bool `json:"complete"`
	// Status is "sent" (the server took it), "refused", "aborted" (RSET, a new
	// EHLO or QUIT came first), "cut" (the connection or the capture ended first),
	// or "unknown" (the reply is not in the capture).
	Status string `json:"status"`
	// ReplyCode is the final reply's; with LMTP the first recipient's. 0 if there was none.
	ReplyCode    int    `json:"reply_code"`
	EnhancedCode string `json:"enhanced_code,omitempty"`
	ReplyText    string `json:"reply_text,omitempty"`
	// FirstFrame is that of MAIL, LastFrame that of the last line or octet.
	FirstFrame int64     `json:"first_frame"`
	LastFrame  int64     `json:"last_frame"`
	Time       time.Time `json:"time"`
	TLS        bool      `json:"tls"`
	// Subject, From, To, MessageID and Date are of the message's header, encoded
	// words decoded; empty when absent or not seen.
	Subject   string `json:"subject,omitempty"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	Date      string `json:"date,omitempty"`
	// Attachments are the MIME parts with a file name or the disposition "attachment".
	Attachments []Attachment `json:"attachments,omitempty"`
}

// A Recipient is one RCPT and its fate.
type Recipient struct {
	// Address is the forward-path without its angle brackets.
	Address string   `json:"address"`
	Params  []string `json:"params,omitempty"`
	// ReplyCode answers the RCPT; DeliveryCode is the recipient's own reply after
	// a message by LMTP or with PRDR. 0 if there was none.
	ReplyCode    int    `json:"reply_code"`
	EnhancedCode string `json:"enhanced_code,omitempty"`
	DeliveryCode int    `json:"delivery_code,omitempty"`
	Frame        int64  `json:"frame"`
}

// An Attachment is a MIME part that is a file.
type Attachment struct {
	Name string `json:"name"`
	// Type is the media type in lower case.
	Type string `json:"type"`
	// Bytes is its size in octets, the transfer encoding undone for base64 (to
	// within its line ends), as sent for the others. What a gap swallowed is not
	// in it.
	Bytes int64 `json:"bytes"`
}

// A Line is one entry of the dialogue.
type Line struct {
	// From is "client" or "server".
	From  string    `json:"from"`
	Time  time.Time `json:"time"`
	Frame int64     `json:"frame"`
	Kind  LineKind  `json:"kind"`
	// TLS tells that it was said inside TLS (and read).
	TLS bool `json:"tls,omitempty"`
	// Verb is a command's, in upper case.
	Verb string `json:"verb,omitempty"`
	// Code is a reply line's, 0 otherwise.
	Code int `json:"code,omitempty"`
	// Text is the line without its end; a command with its verb, a reply line
	// without its code (More tells whether a hyphen followed it). Credentials are
	// replaced by what they are, such as "AUTH PLAIN <redacted>".
	Text string `json:"text,omitempty"`
	// More tells that the reply goes on.
	More bool `json:"more,omitempty"`
	// Token is the kind of the token that an AUTH line carries, as in Step.Kind.
	Token string `json:"token,omitempty"`
	// Octets is the length of a folded run (message data, TLS, unread) or of a gap.
	Octets int64 `json:"octets,omitempty"`
	// Last is the last frame of a folded run.
	Last int64 `json:"last_frame,omitempty"`
}

// LineKind says what a Line is.
type LineKind string

// The kinds of lines.
const (
	LineCommand LineKind = "command"
	LineReply   LineKind = "reply"
	LineAuth    LineKind = "auth"    // a client's line that answers a 334
	LineData    LineKind = "data"    // message octets, folded
	LineTLS     LineKind = "tls"     // encrypted octets, folded
	LineGap     LineKind = "gap"     // octets that the capture lacks
	LineUnread  LineKind = "unread"  // octets that make no sense here
	LineProxy   LineKind = "proxy"   // a PROXY protocol header
	LineEnd     LineKind = "end"     // the side stopped sending (FIN), or reset
	LineSecure  LineKind = "secured" // octets inside an encrypted SASL layer
)

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
