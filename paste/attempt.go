package paste

import (
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// exchange takes tokens without a conversation for one attempt.
func exchange(tokens []token, o Options) *smtpparse.Auth {
	x := authtoken.NewExchange(o.Mechanism, authtoken.Options{ShowSecrets: o.ShowSecrets})
	a := &smtpparse.Auth{Mechanism: strings.ToUpper(o.Mechanism), Outcome: smtpparse.Incomplete, FirstFrame: tokens[0].line}
	for _, t := range tokens {
		from, name := authtoken.Client, "client"
		if o.From == "server" || o.From == "" && fromServer(t.octets) {
			from, name = authtoken.Server, "server"
		}
		decoded := x.Add(from, t.octets)
		a.Steps = append(a.Steps, smtpparse.Step{From: name, Frame: t.line, Kind: decoded.Path, Bytes: len(t.octets), Tree: &decoded.Tree, Damage: decoded.Damage})
		a.LastFrame = t.line
	}
	a.Actual, a.Mixed = x.Actual(), x.Mixed
	a.SPNEGO, a.NTLM, a.Kerberos, a.SASLLayer, a.SASL = x.SPNEGO, x.NTLM, x.Kerberos, x.Layer, x.SASL
	return a
}

// fromServer tells which side sends such a token. A NegTokenResp is the server's
// unless it carries what only clients send.
func fromServer(octets []byte) bool {
	path := authtoken.Decode(octets, authtoken.Options{}).Path
	for _, clients := range []authtoken.Kind{authtoken.KindAPReq, authtoken.KindAuthenticate, authtoken.KindNegotiate} {
		if strings.Contains(path, string(clients)) {
			return false
		}
	}
	for _, servers := range []authtoken.Kind{authtoken.KindChallenge, authtoken.KindAPRep, authtoken.KindKRBError, authtoken.KindNegTokenInit2, authtoken.KindNegTokenResp} {
		if strings.Contains(path, string(servers)) {
			return true
		}
	}
	return false
}

// follow reads a conversation as one of a capture is read. What a paste leaves out
// (the greeting, a 334 between two of the client's lines) is put in for the parser,
// with the number of a line that there is not: 0.
func follow(lines []said, o Options) []*smtpparse.Auth {
	p := smtpparse.NewParser(smtpparse.Options{ShowSecrets: o.ShowSecrets})
	feed := func(dir smtpparse.Dir, number int64, text string) {
		p.Feed(dir, smtpparse.Mark{Frame: number}, []byte(text+"\r\n"))
	}
	if !lines[0].fromServer || !strings.HasPrefix(lines[0].text, "220") {
		feed(smtpparse.Server, 0, "220 ")
	}
	if !mentionsAuth(lines) {
		switch {
		case o.Mechanism != "":
			feed(smtpparse.Client, 0, "AUTH "+o.Mechanism)
		case !lines[0].fromServer && !commandLine().MatchString(lines[0].text):
			feed(smtpparse.Server, 0, "334 ") // a response without what it answers
		}
	}
	asked := false // an AUTH or a response has no answer yet
	for _, l := range lines {
		if l.fromServer {
			feed(smtpparse.Server, l.number, l.text)
			asked = false
			continue
		}
		command := commandLine().MatchString(l.text)
		if asked && !command {
			feed(smtpparse.Server, 0, "334 ")
		}
		asked = !command || isAuth(l.text)
		feed(smtpparse.Client, l.number, l.text)
	}
	p.Close(smtpparse.Mark{Frame: lines[len(lines)-1].number})
	attempts := p.Session().Auth
	for _, a := range attempts {
		kept := a.Steps[:0]
		for _, s := range a.Steps {
			if s.Frame != 0 {
				kept = append(kept, s)
			}
		}
		a.Steps = kept
		// Nothing says that octets are missing: they were not pasted.
		a.Gap = false
	}
	return attempts
}

func isAuth(text string) bool {
	verb, _, _ := strings.Cut(strings.ToUpper(text), " ")
	return verb == "AUTH" || verb == "X-EXPS"
}

func mentionsAuth(lines []said) bool {
	for _, l := range lines {
		if !l.fromServer && isAuth(l.text) {
			return true
		}
	}
	return false
}
