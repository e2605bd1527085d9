package smtpparse

// An undecided is a line in place of a response that is a verb and base64 as
// well, such as RSET: the server's reply tells which. v is noVerb when there is
// none.
type undecided struct {
	v     verb
	name  string
	at    Mark
	place int // in the dialogue
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
	p.awaitAuth(verbAUTH, at, t, sentResponse)
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
