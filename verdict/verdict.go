// Package verdict says how a client really authenticated, proves it with
// frames, and says why it was not Kerberos. It is a pure function of sessions:
// no I/O, no clock.
//
// Rules of the house: never "kerberos" without a parsed AP-REQ and a 235; each
// claim names the frame that proves it; what cannot be known is said to be
// unknown.
package verdict

import "smtpscope/smtpparse"

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
	// Causes say why it was not Kerberos, the likeliest first; empty when it was,
	// or when the session alone cannot tell.
	Causes []Cause `json:"causes"`
}

// Evidence is one frame and what it proves.
type Evidence struct {
	Frame int64  `json:"frame"`
	Text  string `json:"text"`
}

// A Cause is one reason why it was not Kerberos.
type Cause struct {
	ID CauseID `json:"id"`
	// Text is one sentence; Frame the frame that shows it (0: none alone does).
	Text  string `json:"text"`
	Frame int64  `json:"frame"`
	// Next is what to do, with the command to type where there is one.
	Next string `json:"next"`
}

// CauseID names a cause.
type CauseID string

// The causes that one session alone can show.
const (
	NotOffered  CauseID = "not-offered"       // EHLO lists no GSSAPI or GSS-SPNEGO here
	ClientChose CauseID = "client-chose-ntlm" // GSSAPI offered, the client did not use it
	// ClientChoseOther is the same with a password, a challenge or OAuth.
	ClientChoseOther CauseID = "client-chose-other"
	ServerRefused    CauseID = "server-refused" // Kerberos came first, the server selected NTLMSSP
	TargetIsIP       CauseID = "target-is-ip"   // the client addressed the server by an IP address
	ShortName        CauseID = "short-name"     // the client addressed the server by a name without a domain
	LocalAccount     CauseID = "local-account"  // NTLM domain = workstation
	WrongAccount     CauseID = "wrong-account"  // the SPN's key is not the server's
	ClockSkew        CauseID = "clock-skew"
	Etype            CauseID = "etype"
	Expired          CauseID = "expired"
	EPA              CauseID = "epa" // channel bindings missing where they are required
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

// Judge is Court.Judge for a single session: what it gives is the caller's.
func Judge(s *smtpparse.Session) (Verdict, []Finding) { return new(Court).Judge(s) }
