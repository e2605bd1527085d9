package smtpparse

// An Anomaly is an oddity of the conversation and where it was seen.
type Anomaly struct {
	Kind  AnomalyKind `json:"kind"`
	Frame int64       `json:"frame"`
	// Text says more, printable, where the kind alone does not; empty otherwise.
	Text string `json:"text,omitempty"`
}

// AnomalyKind names an oddity. The set is closed.
type AnomalyKind string

// The oddities.
const (
	BareLF                AnomalyKind = "bare-lf"                  // a line ended by LF alone
	BareCR                AnomalyKind = "bare-cr"                  // CR inside a line
	NULByte               AnomalyKind = "nul-byte"                 // NUL inside a line
	LongLine              AnomalyKind = "long-line"                // longer than Limits.Line
	BadReplyCode          AnomalyKind = "bad-reply-code"           // no three digits where a reply should begin
	ReplyCodeChange       AnomalyKind = "reply-code-change"        // another code within one reply
	UnexpectedReply       AnomalyKind = "unexpected-reply"         // no command was waiting for it
	UnansweredCommand     AnomalyKind = "unanswered-command"       // the end came first
	NoGreeting            AnomalyKind = "no-greeting"              // the client spoke first
	BadBase64             AnomalyKind = "bad-base64"               // an AUTH line that does not decode
	AuthAfterSuccess      AnomalyKind = "auth-after-success"       // RFC 4954 section 4: only one
	CommandAfterSTARTTLS  AnomalyKind = "command-after-starttls"   // in the same flight: injection
	ReplyAfterSTARTTLS    AnomalyKind = "reply-after-starttls"     // plain text behind the 220: injection
	STARTTLSStripped      AnomalyKind = "starttls-stripped"        // 250-XXXXXXXA: a firewall blanked it
	PlainAfterSTARTTLS    AnomalyKind = "plaintext-after-starttls" // 220, then no TLS
	DotEndSmuggling       AnomalyKind = "smuggling"                // an end of data that is not CRLF.CRLF
	PipelinedTooEarly     AnomalyKind = "early-pipelining"         // without PIPELINING, or before the greeting
	DataWithoutGoAhead    AnomalyKind = "data-without-354"         // the body came before the 354
	UnclosedReply         AnomalyKind = "unclosed-reply"           // a multi-line reply that never ends
	BinaryInCommand       AnomalyKind = "binary-in-command"        // not text where commands are expected
	SecondServerGreeting  AnomalyKind = "second-greeting"          // a 220 out of place
	BadSASLLayer          AnomalyKind = "bad-sasl-layer"           // a length or token that makes no sense
	BadPROXY              AnomalyKind = "bad-proxy-header"         // begins like one and is none
	LeadingSpace          AnomalyKind = "leading-space"            // white space before a command
	TLSLookalike          AnomalyKind = "tls-lookalike"            // looked like TLS, and the server answered it in plain text
	ChunkOfCommands       AnomalyKind = "chunk-of-commands"        // the server answers what stands in a BDAT chunk
	UnexpectedSecondHello AnomalyKind = "hello-in-transaction"     // EHLO resets a transaction under way
)
