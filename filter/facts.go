package filter

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// Facts are what of a session is compared, counted and listed: small enough to
// be kept of a million of them. Strings are as they came from the wire.
type Facts struct {
	// ID is the session's number, 0 while it is not known.
	ID int64
	// Start is in nanoseconds since the Unix epoch.
	Start    int64
	Duration time.Duration
	Client   netip.AddrPort
	Server   netip.AddrPort
	// Proxied is the client that a relay speaks for; empty if there is none.
	Proxied string
	// Hello is what the client calls itself, ServerName what the server does.
	Hello, ServerName string
	State             verdict.State
	// Failed is what the last attempt was, in state failed.
	Failed string
	// TLS is how it began ("starttls", "x-anonymoustls", "implicit"); empty if it did not.
	TLS string
	// TLSVersion, Suite and SNI are those of the handshake; empty where unknown.
	TLSVersion, Suite, SNI string
	// ClientRandom names the session in a key log; empty if TLS was not opened.
	ClientRandom string
	// Offered and OfferedTLS are the mechanisms offered before and inside TLS,
	// with spaces between them.
	Offered, OfferedTLS string
	// Mechanism and Actual are of the attempt that was accepted, else of the
	// last: its name on the wire, and what it really was. Empty without attempts.
	Mechanism, Actual string
	// Tried and Actuals are those of all attempts, each once.
	Tried, Actuals string
	// User is who logged in, else who tried last; Users all of them; SPN the
	// service that the client meant.
	User, Users, SPN string
	// Codes are the reply codes seen, each behind a space.
	Codes string
	// Causes are the identifiers of the reasons why it was not Kerberos, the
	// likeliest first, with spaces between them.
	Causes   string
	Findings []Finding
	// NTLM are the attempts by NTLM, in order; nil without any.
	NTLM []NTLMLogin
	// Messages counts mails, Taken those that the server took, Refused logins that
	// were not accepted.
	Messages, Taken, Refused int32
	// Octets counts the payload of both directions, GapBytes what is missing.
	Octets, GapBytes int64
	Flags
}

// Flags are facts that are true or not.
type Flags struct {
	// Open: the session goes on.
	Open bool
	// Clear: a password crossed the wire without TLS.
	Clear bool
	// Decrypted: what is inside TLS was read.
	Decrypted bool
	// StartTLS: the server offers it. Heard, HeardTLS: an offer was seen before,
	// inside TLS.
	StartTLS, Heard, HeardTLS bool
	// Gaps, Midstream, OneSided, Truncated: what the capture lacks.
	Gaps, Midstream, OneSided, Truncated bool
}

// A Finding is one of a session's findings, without its words.
type Finding struct{ ID, Severity string }

// Lacking tells that the capture lacks a part of the session.
func (f *Facts) Lacking() bool { return f.Gaps || f.Midstream || f.OneSided || f.Truncated }

// Strings calls a function for each string but those of lists, so that whoever
// keeps facts of many sessions can let equal ones share their memory.
func (f *Facts) Strings(each func(*string)) {
	for _, s := range [...]*string{
		&f.Proxied, &f.Hello, &f.ServerName, &f.Failed, &f.TLS, &f.TLSVersion, &f.Suite, &f.SNI, &f.ClientRandom, &f.Offered, &f.OfferedTLS, &f.Mechanism,
		&f.Actual, &f.Tried, &f.Actuals, &f.User, &f.Users, &f.SPN, &f.Codes, &f.Causes,
	} {
		each(s)
	}
}

// FactsOf sums up a session. The facts share no memory with the record but for
// its strings.
func FactsOf(s *inspect.Session) Facts {
	f := Facts{
		ID:       s.ID,
		Start:    s.Start.UnixNano(),
		Duration: s.End.Sub(s.Start),
		Client:   netip.AddrPortFrom(s.Client.IP, s.Client.Port),
		Server:   netip.AddrPortFrom(s.Server.IP, s.Server.Port),
		Proxied:  s.ProxiedClient,
		State:    s.Verdict.State,
		Failed:   s.Verdict.FailedMechanism,
		Codes:    replyCodes(s.Session),
		Messages: int32(min(len(s.Messages), 1<<30)),
		Octets:   s.Bytes.Client + s.Bytes.Server,
		GapBytes: s.Quality.GapBytes,
		Flags: Flags{
			Open:      s.Open,
			Clear:     s.Verdict.Clear,
			Gaps:      s.Quality.Gaps > 0 || s.Quality.GapBytes > 0,
			Midstream: s.Quality.Midstream, OneSided: s.Quality.OneSided,
			Truncated: s.Quality.TruncatedPackets > 0,
		},
	}
	if s.TLS != nil {
		f.TLS, f.Decrypted = s.TLS.Via, s.TLS.Decrypted
		if f.Decrypted {
			f.ClientRandom = s.TLS.ClientRandom
		}
		f.TLSVersion, f.Suite, f.SNI = s.TLS.Version, s.TLS.CipherSuite, s.TLS.SNI
	}
	if s.Greeting != nil {
		f.ServerName, _, _ = strings.Cut(s.Greeting.Text, " ")
	}
	for _, m := range s.Messages {
		if m != nil && m.Status == "sent" {
			f.Taken++
		}
	}
	f.offers(s.Hello)
	f.attempts(s.Auth)
	f.NTLM = loginsByNTLM(s.Auth)
	for _, c := range s.Verdict.Causes {
		f.Causes = addWord(f.Causes, string(c.ID))
	}
	for _, found := range s.Findings {
		f.Findings = append(f.Findings, Finding{found.ID, found.Severity})
	}
	return f
}

func (f *Facts) offers(hello []smtpparse.Hello) {
	for i := range hello {
		h := &hello[i]
		if h.Name != "" {
			f.Hello = h.Name
		}
		if h.ReplyCode == 0 || h.ReplyCode >= 400 {
			continue
		}
		offered := strings.Join(h.AuthMechanisms, " ")
		if h.TLS {
			f.OfferedTLS, f.HeardTLS = offered, true
			continue
		}
		f.Offered, f.Heard = offered, true
		f.StartTLS = slices.ContainsFunc(h.Capabilities, func(c smtpparse.Capability) bool { return c.Keyword == "STARTTLS" })
	}
}

func (f *Facts) attempts(list []*smtpparse.Auth) {
	accepted := false
	for _, a := range list {
		if a == nil {
			continue
		}
		if a.Outcome == smtpparse.Rejected {
			f.Refused++
		}
		f.Tried = addWord(f.Tried, a.Mechanism)
		f.Actuals = addWord(f.Actuals, a.Actual)
		user, spn := Account(a)
		f.Users = addWord(f.Users, user)
		if spn != "" {
			f.SPN = spn
		}
		if accepted {
			continue
		}
		accepted = a.Outcome == smtpparse.Accepted
		f.Mechanism, f.Actual = a.Mechanism, a.Actual
		if user != "" || accepted {
			f.User = user
		}
	}
}

// Account is who an attempt was for, and which service it meant.
func Account(a *smtpparse.Auth) (user, spn string) {
	if k := a.Kerberos; k != nil {
		spn = k.SPN
	}
	switch {
	case a.NTLM != nil && a.NTLM.User != "":
		user = a.NTLM.User
		if a.NTLM.Domain != "" {
			user = a.NTLM.Domain + `\` + user
		}
	case a.SASL != nil && a.SASL.User != "":
		user = a.SASL.User
	case a.Kerberos != nil && a.Kerberos.Client != "":
		user = a.Kerberos.Client
	case a.SASLLayer != nil:
		user = a.SASLLayer.AuthzID
	}
	if a.NTLM != nil && spn == "" {
		spn = a.NTLM.TargetSPN
	}
	return user, spn
}

// addWord appends a word to others, unless it is empty or among them.
func addWord(words, w string) string {
	switch {
	case w == "":
		return words
	case words == "":
		return w
	}
	for have := range strings.SplitSeq(words, " ") {
		if have == w {
			return words
		}
	}
	return words + " " + w
}

func replyCodes(s *smtpparse.Session) string {
	var seen [1000]bool
	for i := range s.Dialogue {
		if c := s.Dialogue[i].Code; c > 0 && c < len(seen) {
			seen[c] = true
		}
	}
	for _, a := range s.Auth {
		if a != nil && a.ReplyCode > 0 && a.ReplyCode < len(seen) {
			seen[a.ReplyCode] = true
		}
	}
	var b []byte
	for c, yes := range seen {
		if yes {
			b = strconv.AppendInt(append(b, ' '), int64(c), 10)
		}
	}
	return string(b)
}
