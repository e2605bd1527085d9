// Package paste reads SASL tokens that somebody pasted: one token in base64 or in
// hex, a hex dump, a line such as "AUTH NTLM TlRM…" or "334 TlRM…", a header of
// HTTP, or a conversation as "follow stream" shows it. It gives the attempts as
// they stand in a session, and says what they mean.
//
// A paste lacks what a capture has: addresses, times, TLS. Frames are the lines of
// the text, and nothing is said that would rest on what is missing.
package paste

import (
	"errors"

	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// Form says what a pasted text was read as.
type Form string

// The forms.
const (
	Base64   Form = "base64"
	Hex      Form = "hex"
	HexDump  Form = "hex dump"
	Lines    Form = "lines"    // tokens, one a line
	Dialogue Form = "dialogue" // commands and replies
)

// Options steer Read.
type Options struct {
	// ShowSecrets keeps credentials readable.
	ShowSecrets bool
	// Mechanism is the SASL mechanism of tokens that are pasted without their AUTH
	// line, in any case; empty: the octets decide.
	Mechanism string
	// From is the side that sent such a token, "client" or "server"; empty: the
	// octets decide.
	From string
}

// A Paste is a pasted text, understood.
type Paste struct {
	Form Form `json:"form"`
	// Auth are the attempts, in order. The frames in them are line numbers; times
	// are zero.
	Auth []*smtpparse.Auth `json:"auth"`
	// Meaning is a sentence for each attempt.
	Meaning []string `json:"meaning"`
	// Findings are those that tokens alone are enough for.
	Findings []verdict.Finding `json:"findings"`
}

// ErrNoToken is the answer to a text in which there is no token.
var ErrNoToken = errors.New("no token in base64 or hex, and no AUTH or 334 line in it")

// MaxBytes bounds the text that is read, in octets.
const MaxBytes = 4 << 20

// Read understands a pasted text. The error is [ErrNoToken].
func Read(text string, o Options) (*Paste, error) {
	lines := split(text)
	p := &Paste{}
	said, runs := conversation(lines), []dumped(nil)
	if said == nil {
		runs = hexDump(lines)
		said = conversation(dumpedText(runs))
	}
	switch {
	case said != nil:
		p.Form, p.Auth = Dialogue, follow(said, o)
	case runs != nil:
		p.Form, p.Auth = HexDump, []*smtpparse.Auth{exchange(dumpedTokens(runs), o)}
	default:
		tokens, form := tokensOf(lines)
		if len(tokens) == 0 {
			return nil, ErrNoToken
		}
		p.Form, p.Auth = form, []*smtpparse.Auth{exchange(tokens, o)}
	}
	if len(p.Auth) == 0 {
		return nil, ErrNoToken
	}
	for _, a := range p.Auth {
		p.Meaning = append(p.Meaning, meaning(a))
	}
	p.Findings = verdict.TokenFindings(p.Auth)
	return p, nil
}
