package smtpparse

import (
	"bytes"
	"strings"

	"smtpscope/authtoken"
)

// An attempt is an AUTH attempt and what the session does not show of it.
type attempt struct {
	Auth
	exchange *authtoken.Exchange
	stage    authStage
	lost     bool // a 334 may be missing: what the client holds ready may answer it

	undecided undecided
}

// An undecided is a line in place of a response that is a verb and base64 as
// well, such as RSET: the server's reply tells which. v is noVerb when there is
// none.
type undecided struct {
	v     verb
	name  string
	at    Mark
	place int // in the dialogue
}

type authStage uint8

const (
	authBare   authStage = iota // the verb came alone, no 334 yet
	authTokens                  // tokens go to and fro
	authCancel                  // the client sent "*"
)

// auth takes AUTH or X-EXPS (RFC 4954, section 4).
func (p *Parser) auth(at Mark, v verb, name string, args []byte, over int64) {
	if p.authDone {
		p.anomaly(AuthAfterSuccess, at, "")
	}
	word, initial := cutWord(args)
	initial = trimSpace(initial)
	if !p.options.ShowSecrets && !saslName(word) && len(word) > 0 {
		p.authMasked(at, v, name, args)
		return
	}
	t := p.beginAttempt(at, name, p.strings.upper(word))
	shown, token := name, ""
	if t.Mechanism != "" {
		shown += " " + t.Mechanism
	}
	if hash := exchangeAuthHash(t.Mechanism, initial); hash > 0 {
		shown += " " + p.strings.text(initial[:hash])
		initial = trimSpace(initial[hash:])
	}
	if len(initial) > 0 || over > 0 {
		t.InitialResponse = true
		t.stage = authTokens
		token = p.clientToken(t, at, initial, over)
		shown += " " + p.shownToken(initial)
	}
	p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: shown, Token: token})
	p.awaitAuth(v, at, t)
	p.move(sentAuth)
	p.waitNot()
}

// exchangeAuthHash is the length of the hash's name that Exchange puts between
// EXCHANGEAUTH and the token ("X-EXPS EXCHANGEAUTH SHA256 YII…"); 0: there is none.
func exchangeAuthHash(mechanism string, initial []byte) int {
	if mechanism != "EXCHANGEAUTH" {
		return 0
	}
	word, _ := cutWord(initial)
	if _, ok := cutPrefixFold(word, "SHA"); !ok || len(word) > len("SHA-512") {
		return 0
	}
	return len(word)
}

// authMasked takes an AUTH whose mechanism is no name: a credential may have
// got into its place.
func (p *Parser) authMasked(at Mark, v verb, name string, args []byte) {
	for n := 0; len(args) > 0 && n < rememberedSecrets/2; n++ {
		var word []byte
		word, args = cutWord(args)
		p.secrets.remember(word)
		if _, value, ok := bytes.Cut(word, []byte("=")); ok {
			p.secrets.remember(value)
			word = value
		}
		token, _ := p.decodeBase64(word)
		for _, part := range bytes.SplitN(token, []byte{0}, 3) {
			p.secrets.remember(part)
		}
	}
	p.authUnnamed(at, v, name, name+" "+authtoken.Redacted)
}

// authCut takes an AUTH whose mechanism's name a hole has cut: which one it was
// is for the tokens to say.
func (p *Parser) authCut(at Mark, v verb, name string, begun []byte) {
	p.authUnnamed(at, v, name, name+" "+p.strings.upper(begun)+"…")
}

func (p *Parser) authUnnamed(at Mark, v verb, name, shown string) {
	t := p.beginAttempt(at, name, "")
	t.exchange.Lost()
	p.say(Client, at, &Line{Kind: LineCommand, Verb: name, Text: shown})
	p.awaitAuth(v, at, t)
	p.move(sentAuth)
	p.waitNot()
}

// awaitAuth puts an attempt into the queue.
func (p *Parser) awaitAuth(v verb, at Mark, t *attempt) {
	e := newPending(v, at)
	e.auth = t
	p.queue.push(e)
}

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
	if len(p.s.Auth) >= p.lim.Auth {
		p.omit("auth")
	} else {
		p.fact(attemptSize)
		p.s.Auth = append(p.s.Auth, &t.Auth)
	}
	return t
}

// undecidedResponse takes a line that may be a response or a command. Without a
// server to tell, it is a command.
func (p *Parser) undecidedResponse(at Mark, v verb, name string, line []byte) bool {
	t := p.attempt
	if t == nil || p.oneSided || !p.in[Server].spoke || len(line) != len(name) || len(line)%4 != 0 || !base64Only(line) {
		return false
	}
	place := p.say(Client, at, &Line{Kind: LineAuth, Text: p.shownToken(line)})
	t.undecided = undecided{v: v, name: name, at: at, place: place}
	p.awaitAuth(verbAUTH, at, t)
	p.move(sentResponse)
	return true
}

// decide reads the undecided line of t as what the reply to it shows.
func (p *Parser) decide(t *attempt, a *answer) (command bool) {
	u := t.undecided
	t.undecided = undecided{}
	var l *Line
	if u.place != noLine && u.place < len(p.s.Dialogue) && p.s.Dialogue[u.place].Kind == LineAuth {
		l = &p.s.Dialogue[u.place]
	}
	if a.code >= 400 || a.code == 334 || a.code == 235 {
		t.stage = authTokens
		kind := p.clientToken(t, u.at, []byte(u.name), 0)
		if l != nil {
			l.Token = kind
		}
		return false
	}
	if l != nil {
		l.Kind, l.Verb, l.Text = LineCommand, u.name, u.name
	}
	p.attempt = nil
	p.move(gotOutcome)
	p.obey(u.at, u.v, u.name, nil, false)
	return true
}

// abandonsAuth tells that a line in place of a response is a command beyond
// doubt: the client gave up without saying so.
func (p *Parser) abandonsAuth(v verb, line []byte) bool {
	_, args := cutWord(line)
	return v != verbOther && v != verbNOOP && commandLike(v, args)
}

// authResponse takes the client's answer to a 334.
func (p *Parser) authResponse(at Mark, line []byte, over int64) {
	t := p.attempt
	if t == nil {
		t = p.beginAttempt(at, "", "")
		t.stage = authTokens
		t.exchange.Lost()
	}
	l := Line{Kind: LineAuth}
	if response := trimSpace(line); string(response) == "*" {
		l.Text = "*"
		t.stage = authCancel
		t.addStep(p, Step{From: "client", Frame: at.Frame, Time: at.Time.UTC(), Kind: "cancel"})
	} else {
		t.stage = authTokens
		l.Token = p.clientToken(t, at, response, over)
		l.Text = p.shownToken(response)
	}
	p.say(Client, at, &l)
	p.awaitAuth(verbAUTH, at, t)
	p.move(sentResponse)
	p.waitNot()
}

// clientToken decodes what the client sent and returns its kind.
func (p *Parser) clientToken(t *attempt, at Mark, text []byte, over int64) string {
	if string(text) == "=" { // RFC 4954 section 4: an empty initial response
		text = nil
	}
	p.secrets.remember(text)
	token, clean := p.decodeBase64(text)
	if !clean || over > 0 {
		p.anomaly(BadBase64, at, "client")
	}
	p.secrets.rememberToken(t, token)
	return t.token(p, authtoken.Client, at, token)
}

// token gives a token to the exchange and notes the step.
func (t *attempt) token(p *Parser, from authtoken.Side, at Mark, token []byte) string {
	decoded := t.exchange.Add(from, token)
	step := Step{From: "client", Frame: at.Frame, Time: at.Time.UTC(), Kind: decoded.Path, Bytes: len(token), Damage: decoded.Damage}
	if from == authtoken.Server {
		step.From = "server"
	}
	quotes := from == authtoken.Server && strings.HasPrefix(step.Kind, "sasl.") && !p.options.ShowSecrets && p.secrets.echo(token)
	if decoded.Tree.Name != "" && !quotes && p.spend(treeCost(&decoded.Tree)) {
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

func (t *attempt) addStep(p *Parser, s Step) {
	t.LastFrame = s.Frame
	if len(t.Steps) >= maxSteps {
		p.omit("steps")
		return
	}
	p.fact(stepSize + len(s.Text) + len(s.Kind))
	t.Steps = append(t.Steps, s)
}

// authAnswered takes the server's reply to AUTH or to a response.
func (p *Parser) authAnswered(e *pending, a *answer) {
	t := e.auth
	if t.undecided.v != noVerb && p.decide(t, a) {
		p.give(a)
		return
	}
	if p.answersHeld(t) {
		// The 334 is missing; what the client sent after it is at hand.
		t.lost = false
		p.move(gotChallenge)
		p.drain()
		if f := p.queue.front(); f != nil && f.auth == t {
			p.giveFront(a)
			return
		}
	}
	if a.code == 334 {
		p.challenge(t, a)
		p.attempt = t
		p.move(gotChallenge)
		return
	}
	p.authOutcome(t, a)
}

// answersHeld tells that the held octets begin with a response to a 334 that
// is missing in the capture.
func (p *Parser) answersHeld(t *attempt) bool {
	if !t.lost || p.state != expectAuthReply || p.held.len() == 0 {
		return false
	}
	line, whole := p.held.firstLine()
	word, _ := cutWord(line)
	v, _ := lookupVerb(word)
	return whole && !p.abandonsAuth(v, line)
}

// challenge notes a 334.
func (p *Parser) challenge(t *attempt, a *answer) {
	if in := &p.in[Client]; in.atLineStart() {
		in.cut = cutNone // the line that a hole cut is answered, its rest does not follow
	}
	text := trimSpace(p.challengeText)
	token, isToken := p.challengeToken(t, a.at, text)
	t.stage = max(t.stage, authTokens)
	kind := "text"
	if isToken {
		kind = t.token(p, authtoken.Server, a.at, token)
	} else {
		t.exchange.Prompt(string(text))
		shown := p.strings.text(text)
		if !p.options.ShowSecrets && p.secrets.echo(text) {
			shown = redacted(int64(len(text)))
		}
		t.addStep(p, Step{From: "server", Frame: a.at.Frame, Time: a.at.Time.UTC(), Kind: kind, Text: shown})
	}
	if a.place != noLine {
		l := &p.s.Dialogue[a.place]
		l.Token = kind
		switch {
		case !isToken && !p.options.ShowSecrets && p.secrets.echo(text):
			l.Text = redacted(int64(len(text)))
		case isToken && len(text) > 0 && !p.options.ShowSecrets:
			l.Text = tokenText
		default:
			l.Text = p.strings.text(text)
		}
	}
}

// challengeToken decodes a 334's text, unless it is for humans: after a bare
// AUTH NTLM or AUTH GSSAPI Exchange says "ntlm supported", "GSSAPI supported"
// ([MS-SMTPNTLM] 2.2.1.2), which must not be taken for base64.
func (p *Parser) challengeToken(t *attempt, at Mark, text []byte) (token []byte, ok bool) {
	token, clean := p.decodeBase64(text)
	if t.stage == authBare && len(text) > 0 && overGSS(t.Mechanism) {
		return token, clean && gssToken(token)
	}
	if !clean {
		if words(text) {
			return nil, false
		}
		p.anomaly(BadBase64, at, "server")
	}
	return token, true
}

// overGSS tells that a mechanism's tokens are those of GSS, SSPI or NTLM.
func overGSS(mechanism string) bool {
	switch mechanism {
	case "", "NTLM", "GSSAPI", "GSS-SPNEGO", "EXCHANGEAUTH", "NEGOTIATE", "KERBEROS_V5":
		return true
	}
	return strings.HasPrefix(mechanism, "GS2-")
}

// gssToken tells that a server's first token is one beyond doubt: NTLMSSP, or
// DER of GSS framing or NegTokenInit/Resp whose length is right.
func gssToken(b []byte) bool {
	if strings.HasPrefix(string(b[:min(len(b), 8)]), "NTLMSSP\x00") {
		return true
	}
	if len(b) < 2 || b[0] != 0x60 && b[0] != 0xa0 && b[0] != 0xa1 {
		return false
	}
	length, head := int(b[1]), 2
	if n := int(b[1]) - 0x80; n > 0 && n <= 3 && len(b) >= 2+n {
		length = 0
		for _, c := range b[2 : 2+n] {
			length = length<<8 | int(c)
		}
		head += n
	}
	return head+length == len(b)
}

// authOutcome notes how an attempt ended.
func (p *Parser) authOutcome(t *attempt, a *answer) {
	t.ReplyCode, t.EnhancedCode, t.ReplyText, t.LastFrame = a.code, a.enhanced, a.text, a.at.Frame
	switch {
	case a.code == 235:
		t.Outcome = Accepted
		t.Doubtful = t.Doubtful || p.rivals(t)
		p.authDone = true
		p.armLayer(t)
	case a.code < 400:
	case t.stage == authCancel:
		t.Outcome = Cancelled
	default:
		t.Outcome = Rejected
		p.secrets.wary, p.secrets.failed = true, true
	}
	if p.attempt == t || p.attempt == nil {
		p.attempt = nil
		p.move(gotOutcome)
	}
}

// challengeUnasked takes a 334 for which no AUTH was seen.
func (p *Parser) challengeUnasked(a *answer) {
	t := p.attempt
	if t == nil {
		if !p.missing() {
			p.unexpected(a)
		}
		if p.state != expectCommand && p.in[Client].spoke {
			return
		}
		t = p.beginAttempt(a.at, "", "")
		t.stage = authTokens
		t.miss()
		t.Gap = p.missing()
	}
	p.challenge(t, a)
	p.move(gotChallenge)
}

// rivals tells that another attempt may be the one that the server accepted: it
// was never answered, or was on its way before the reply.
func (p *Parser) rivals(t *attempt) bool {
	for _, other := range p.s.Auth {
		if other != &t.Auth && other.TLS == t.TLS && other.Outcome == Incomplete && other.ReplyCode == 0 && !other.Gap {
			return true
		}
	}
	return p.heldAuth()
}

// outcomeUnasked takes the outcome of an AUTH that was not seen. It is kept as an
// attempt: somebody logged in, or tried to.
func (p *Parser) outcomeUnasked(a *answer) {
	t := p.attempt
	if t == nil {
		if !p.missing() {
			p.unexpected(a)
		}
		t = p.beginAttempt(a.at, "", "")
		t.miss()
		t.Gap = p.missing()
	}
	under := p.state
	p.authOutcome(t, a)
	if clientMode[under] != modeLines && clientMode[under] != modeUndecided {
		p.state = under // a message goes on
	}
}
