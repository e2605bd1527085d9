package smtpparse

import (
	"strings"
	"time"

	"smtpscope/authtoken"
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

// Outcome says how an AUTH attempt ended.
type Outcome string

// The outcomes of an attempt.
const (
	Accepted   Outcome = "accepted"   // 235
	Rejected   Outcome = "rejected"   // any 4xx or 5xx
	Cancelled  Outcome = "cancelled"  // the client sent "*"
	Incomplete Outcome = "incomplete" // the end was not seen
)

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

// An attempt is an AUTH attempt and what the session does not show of it.
type attempt struct {
	Auth
	exchange *authtoken.Exchange
	stage    authStage
	lost     bool // a 334 may be missing: what the client holds ready may answer it
	beyond   bool // the session does not show it: it has too many

	undecided undecided
}

type authStage uint8

const (
	authBare   authStage = iota // the verb came alone, no 334 yet
	authTokens                  // tokens go to and fro
	authCancel                  // the client sent "*"
)

// beginAttempt makes an attempt and shows it in the session.
func (p *Parser) beginAttempt(at Mark, name, mechanism string) *attempt {
	t := p.room.attempts.next()
	options := authtoken.Options{ShowSecrets: p.options.ShowSecrets, Tickets: p.options.Tickets}
	if t.exchange == nil {
		t.exchange = authtoken.NewExchange(mechanism, options)
	} else {
		t.exchange.Reset(mechanism, options)
	}
	if t.Steps == nil {
		t.Steps = []Step{}
	}
	t.Verb, t.Mechanism, t.Outcome = name, mechanism, Incomplete
	t.FirstFrame, t.LastFrame, t.Time, t.TLS = at.Frame, at.Frame, at.Time.UTC(), p.inTLS
	t.Actual = t.exchange.Actual()
	p.attempt = t
	if t.beyond = len(p.s.Auth) >= p.lim.Auth; t.beyond {
		p.omit("auth")
	} else {
		p.fact(attemptSize)
		p.s.Auth = append(p.s.Auth, &t.Auth)
	}
	return t
}

// token gives a token to the exchange, notes the step, and returns its kind.
func (t *attempt) token(p *Parser, from Dir, at Mark, token []byte) string {
	side := authtoken.Client
	if from == Server {
		side = authtoken.Server
	}
	decoded := t.exchange.Add(side, token)
	step := newStep(from, at, decoded.Path)
	step.Bytes, step.Damage = len(token), decoded.Damage
	quotes := from == Server && strings.HasPrefix(step.Kind, "sasl.") && !p.options.ShowSecrets && p.secrets.echo(token)
	if decoded.Tree.Name != "" && !quotes && !t.beyond && p.spend(treeCost(&decoded.Tree)) {
		step.Tree = &decoded.Tree
	}
	t.addStep(p, step)
	x := t.exchange
	t.Actual, t.SPNEGO, t.NTLM, t.Kerberos, t.SASLLayer, t.SASL = x.Actual(), x.SPNEGO, x.NTLM, x.Kerberos, x.Layer, x.SASL
	t.Mixed = x.Mixed
	return step.Kind
}

// miss notes that a part of the attempt was not seen.
func (t *attempt) miss() {
	t.Gap = true
	t.exchange.Lost()
}

func newStep(from Dir, at Mark, kind string) Step {
	return Step{From: from.String(), Frame: at.Frame, Time: at.Time.UTC(), Kind: kind}
}

func (t *attempt) addStep(p *Parser, s Step) {
	t.LastFrame = s.Frame
	if t.beyond {
		return
	}
	if len(t.Steps) >= maxSteps {
		p.omit("steps")
		return
	}
	p.fact(stepSize + len(s.Text) + len(s.Kind))
	t.Steps = append(t.Steps, s)
}
