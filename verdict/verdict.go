// Package verdict says how a client really authenticated, proves it with
// frames, and says why it was not Kerberos. It is a pure function of sessions:
// no I/O, no clock.
//
// Rules of the house: never "kerberos" without a parsed AP-REQ and a 235; each
// claim names the frame that proves it; what cannot be known is said to be
// unknown.
package verdict

import (
	"slices"

	"smtpscope/nearby"
)

// State is the one-word answer for a session.
type State string

// The states.
const (
	Kerberos     State = "kerberos"       // AP-REQ (raw GSS, or in SPNEGO) and 235
	IAKERB       State = "iakerb"         // the same through IAKERB
	NTLM         State = "ntlm"           // AUTH NTLM (or X-EXPS NTLM) and 235
	NTLMInGSSAPI State = "ntlm-in-gssapi" // the verb said GSSAPI or GSS-SPNEGO, the token was NTLMSSP, and 235
	Password     State = "password"       // PLAIN, LOGIN and 235
	Challenge    State = "challenge"      // CRAM-MD5, DIGEST-MD5, SCRAM-* and 235
	OAuth        State = "oauth"          // XOAUTH2, OAUTHBEARER and 235
	Certificate  State = "certificate"    // EXTERNAL and 235
	Other        State = "other"          // another mechanism and 235
	Failed       State = "failed"         // attempts were made, none accepted
	Anonymous    State = "anonymous"      // mail was submitted (or tried) with no AUTH; SASL ANONYMOUS
	None         State = "none"           // no AUTH, no mail
	Encrypted    State = "encrypted"      // TLS hides what followed and no key opens it
	Incomplete   State = "incomplete"     // the capture lacks what would decide it
)

// States are all states in the order in which they are shown and counted.
var States = []State{Kerberos, IAKERB, NTLM, NTLMInGSSAPI, Password, Challenge, OAuth, Certificate, Other, Failed, Anonymous, None, Encrypted, Incomplete}

// A Verdict is the answer for one session.
type Verdict struct {
	State State `json:"state"`
	// Clear tells that a password crossed the wire without TLS.
	Clear bool `json:"clear,omitempty"`
	// FailedMechanism says, in state Failed, what the last attempt really was
	// (smtpparse.Auth.Actual, or the mechanism's name when that is "none").
	FailedMechanism string `json:"failed_mechanism,omitempty"`
	// Text is one sentence that an administrator understands.
	Text string `json:"text"`
	// Evidence are the frames that prove it, in order.
	Evidence []Evidence `json:"evidence"`
	// Causes say why it was not Kerberos, the surest first, of those the likeliest;
	// empty when it was, or when the session alone cannot tell.
	Causes []Cause `json:"causes"`
	// Decide says what would decide between the causes, or confirm the first;
	// empty when the first was seen and stands.
	Decide string `json:"decide,omitempty"`
	// Hint is what was said beside a session that TLS hides; nil when nothing was.
	Hint *Hint `json:"hint,omitempty"`
}

// A Hint suggests what a session was that TLS hides. It proves nothing.
type Hint struct {
	// Suggests is "kerberos" or "not-kerberos".
	Suggests string  `json:"suggests"`
	Text     string  `json:"text"`
	Frames   []int64 `json:"frames"`
}

// Surroundings tell what a session's client said beside it.
type Surroundings interface {
	// Around is nil when nothing is known.
	Around() *nearby.Around
}

// Evidence is one frame and what it proves.
type Evidence struct {
	Frame int64  `json:"frame"`
	Text  string `json:"text"`
}

// A Cause is one reason why it was not Kerberos.
type Cause struct {
	ID CauseID `json:"id"`
	// Certainty says how well it is known.
	Certainty Certainty `json:"certainty"`
	// Text is one sentence; Frame the frame that shows it (0: none alone does),
	// Others are frames that belong to it, such as that of a question.
	Text   string  `json:"text"`
	Frame  int64   `json:"frame"`
	Others []int64 `json:"other_frames,omitempty"`
	// Next is what to do, with the command to type where there is one.
	Next string `json:"next"`
}

// Certainty says how well a cause is known.
type Certainty string

// The certainties.
const (
	Seen     Certainty = "seen"     // a message in the capture says it
	Inferred Certainty = "inferred" // it follows from what was seen, unless something unseen came between
	Possible Certainty = "possible" // what was seen agrees with it, and with other causes
)

// rank is 0 for the surest.
func (c Certainty) rank() int { return slices.Index([]Certainty{Seen, Inferred, Possible}, c) }

// before tells that a certainty is surer than another one.
func (c Certainty) before(o Certainty) bool { return c.rank() < o.rank() }

// CauseID names a cause.
type CauseID string

// The causes.
const (
	NotOffered  CauseID = "not-offered"       // EHLO lists no GSSAPI or GSS-SPNEGO here
	ClientChose CauseID = "client-chose-ntlm" // GSSAPI offered, the client did not use it
	// ClientChoseOther is the same with a password, a challenge or OAuth.
	ClientChoseOther CauseID = "client-chose-other"
	NoTicket         CauseID = "no-ticket"      // the client gave GSSAPI up without a token, and tried nothing else
	ServerRefused    CauseID = "server-refused" // Kerberos came first, the server selected NTLMSSP
	TargetIsIP       CauseID = "target-is-ip"   // the client addressed the server by an IP address
	ShortName        CauseID = "short-name"     // the client addressed the server by a name without a domain
	LocalAccount     CauseID = "local-account"  // NTLM domain = workstation
	WrongAccount     CauseID = "wrong-account"  // the SPN's key is not the server's
	ClockSkew        CauseID = "clock-skew"
	Etype            CauseID = "etype"
	Expired          CauseID = "expired"
	EPA              CauseID = "epa" // channel bindings missing where they are required

	// What a KDC said, or did not say, beside the session.
	SPNUnknown     CauseID = "spn-unknown"     // the KDC knows no such service, or two
	KDCUnreachable CauseID = "kdc-unreachable" // it did not answer
	KDCRefused     CauseID = "kdc-refused"     // it refused the client for another reason
)

// A Finding is something worth an administrator's attention besides the verdict.
type Finding struct {
	// ID is stable, such as "ntlmv1" or "mail-after-failed-auth".
	ID string `json:"id"`
	// Severity is "high", "medium", "low" or "info".
	Severity string `json:"severity"`
	Frame    int64  `json:"frame"`
	Text     string `json:"text"`
	Next     string `json:"next,omitempty"`
}
