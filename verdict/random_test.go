package verdict

import (
	"math/rand/v2"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

const secret = "correct-horse-battery"

var hostile = []string{"", "", "alice", "CONTOSO", "SP01", ".", "SMTPSVC/10.0.0.5", "SMTPSVC/EX01", "smtp/mail.contoso.test", "\x1b]0;x\x07", "\u202eabc", "\xff\xfe", "a b\r\nc"}

// A dice makes sessions that no parser would: every field at random, so that what
// holds for them holds for all.
type dice struct {
	*rand.Rand
	frame int64
}

func newDice(seed uint64) *dice { return &dice{Rand: rand.New(rand.NewPCG(seed, 1))} }

func pick[T any](d *dice, from ...T) T { return from[d.IntN(len(from))] }

func (d *dice) coin() bool   { return d.IntN(2) == 0 }
func (d *dice) rarely() bool { return d.IntN(6) == 0 }
func (d *dice) word() string { return pick(d, hostile...) }
func (d *dice) next() int64  { d.frame += int64(1 + d.IntN(2)); return d.frame }
func (d *dice) code() int {
	return pick(d, 0, 220, 221, 235, 250, 334, 354, 421, 454, 501, 503, 504, 530, 535, 550)
}

func (d *dice) session() *smtpparse.Session {
	s := &smtpparse.Session{ID: 1, Start: noon, Close: pick(d, "", "fin", "rst", "reuse", "idle", "limit", "eof")}
	s.Server.Port = pick(d, uint16(25), 587)
	s.Quality.Midstream, s.Quality.OneSided = d.rarely(), d.rarely()
	s.Quality.TruncatedPackets, s.Quality.ConflictingOverlaps = int64(d.IntN(2)), int64(d.IntN(2))
	if d.coin() {
		s.Greeting = &smtpparse.Greeting{Code: 220, Text: pick(d, d.word(), "ex01.contoso.test Microsoft ESMTP MAIL Service", "mail Postfix"), Frame: d.next()}
	}
	if d.rarely() {
		s.Omitted = map[string]int64{pick(d, "auth", "dialogue", "capabilities"): 1}
	}
	for range d.IntN(8) {
		switch d.IntN(6) {
		case 0:
			s.Hello = append(s.Hello, d.hello())
		case 1, 2:
			s.Auth = append(s.Auth, d.auth(s))
		case 3:
			d.message(s)
		case 4:
			d.line(s, smtpparse.Line{From: pick(d, "client", "server"), Kind: smtpparse.LineGap})
			s.Quality.Gaps++
		case 5:
			d.line(s, smtpparse.Line{From: pick(d, "client", "server"), Kind: pick(d, smtpparse.LineCommand, smtpparse.LineReply), Verb: pick(d, "EHLO", "MAIL", "QUIT", d.word()), Code: d.code()})
		}
	}
	if d.IntN(3) == 0 {
		s.TLS = &smtpparse.TLS{Via: pick(d, "starttls", "x-anonymoustls", "implicit"), Frame: d.next(), ReplyFrame: d.next(), Decrypted: d.coin(), OctetsClient: int64(d.IntN(500)), OctetsServer: int64(d.IntN(500))}
	}
	for range d.IntN(3) {
		s.Anomalies = append(s.Anomalies, smtpparse.Anomaly{Kind: pick(d, smtpparse.STARTTLSStripped, smtpparse.DotEndSmuggling, smtpparse.BareLF), Frame: d.next(), Text: d.word()})
	}
	return s
}

func (d *dice) line(s *smtpparse.Session, l smtpparse.Line) {
	l.Frame = d.next()
	s.Dialogue = append(s.Dialogue, l)
}

func (d *dice) hello() smtpparse.Hello {
	mechanisms := []string{"NTLM", pick(d, "GSSAPI", "PLAIN", d.word())}
	return smtpparse.Hello{
		Verb: pick(d, "EHLO", "HELO", ""), Name: d.word(), TLS: d.coin(), Frame: d.next(), ReplyFrame: d.next(),
		ReplyCode: pick(d, 0, 250), Complete: d.coin(), AuthMechanisms: mechanisms,
		Capabilities: []smtpparse.Capability{{Keyword: pick(d, "AUTH", "AUTH=", "X-EXPS"), Params: mechanisms}},
	}
}

func (d *dice) auth(s *smtpparse.Session) *smtpparse.Auth {
	a := &smtpparse.Auth{
		Verb: pick(d, "AUTH", "X-EXPS", "", d.word()), Mechanism: pick(d, "GSSAPI", "NTLM", "GSS-SPNEGO", "", "PLAIN", d.word()),
		Actual:  pick(d, "kerberos", "iakerb", "ntlm", "plain", "login", "cram-md5", "scram-sha-1", "xoauth2", "external", "anonymous", "unknown", "none", "", d.word()),
		Outcome: pick(d, smtpparse.Accepted, smtpparse.Rejected, smtpparse.Cancelled, smtpparse.Incomplete), ReplyCode: d.code(),
		EnhancedCode: d.word(), ReplyText: d.word(), TLS: d.coin(), Gap: d.rarely(), FirstFrame: d.next(),
	}
	if d.coin() {
		a.Outcome, a.ReplyCode = smtpparse.Accepted, 235
	}
	for range d.IntN(4) {
		a.Steps = append(a.Steps, smtpparse.Step{
			From: pick(d, "client", "server"), Frame: d.next(), Time: noon, Bytes: d.IntN(3),
			Kind: pick(d, "krb5.AP-REQ", "spnego.NegTokenInit > krb5.AP-REQ", "krb5.KRB-ERROR", "spnego.NegTokenResp", "ntlm.Negotiate", "ntlm.Authenticate", "cancel"),
		})
	}
	a.LastFrame = d.next()
	d.line(s, smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Code: a.ReplyCode})
	if d.coin() {
		a.Kerberos = &authtoken.Kerberos{SPN: d.word(), APReq: d.coin(), APRep: d.rarely(), ErrorCode: pick(d, 0, 0, 14, 31, 32, 33, 37, 41, 45, 60), TicketEtype: pick(d, "rc4-hmac", d.word())}
		if d.coin() {
			a.Kerberos.ServerTime = noon.Add(time.Duration(d.Int64()))
		}
	}
	if d.coin() {
		a.NTLM = &authtoken.NTLM{Version: pick(d, "NTLMv1", "NTLMv2", "anonymous", "", d.word()), User: d.word(), Domain: d.word(), Workstation: d.word(), ServerName: d.word(), ServerDNS: d.word(), TargetSPN: d.word(), ChannelBinding: pick(d, "", "absent", "present")}
	}
	if d.coin() {
		a.SPNEGO = &authtoken.SPNEGO{MechTypes: pick(d, nil, []string{"MS-KRB5", "NTLMSSP"}, []string{"NTLMSSP"}), Selected: pick(d, "", "NTLMSSP", "KRB5", d.word()), NegState: pick(d, "", "reject")}
	}
	if d.coin() {
		a.SASL = &authtoken.SASL{User: d.word(), AuthzID: d.word(), Password: secret, JWT: &authtoken.JWT{Claims: map[string]string{"upn": secret}}}
	}
	return a
}

func (d *dice) message(s *smtpparse.Session) {
	m := &smtpparse.Message{MailFrom: d.word(), FirstFrame: d.next(), Status: pick(d, "sent", "refused", "aborted", "cut", "unknown"), ReplyCode: d.code(), TLS: d.coin()}
	if d.coin() {
		s.Dialogue = append(s.Dialogue, smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: "MAIL", Frame: m.FirstFrame})
	}
	for range d.IntN(3) {
		m.RcptTo = append(m.RcptTo, smtpparse.Recipient{Address: d.word(), ReplyCode: d.code(), Frame: d.next()})
	}
	m.LastFrame = d.next()
	s.Messages = append(s.Messages, m)
}
