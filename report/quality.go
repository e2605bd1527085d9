package report

import (
	"smtpscope/smtpparse"
	"smtpscope/words"
)

// quality says what the capture lacks; nothing when it lacks nothing. Packets
// sent twice or out of order lose nothing and are left to the JSON.
func (p *page) quality(s *smtpparse.Session) {
	if text := words.Lacks(&s.Quality); text != "" {
		p.para("Capture", text)
	}
	if text := words.NotKept(s); text != "" {
		p.para("Not kept", text)
	}
}

// anomalyWords says what the oddities are.
var anomalyWords = map[smtpparse.AnomalyKind]string{
	smtpparse.BareLF:                "a line ended by LF alone",
	smtpparse.BareCR:                "CR inside a line",
	smtpparse.NULByte:               "NUL inside a line",
	smtpparse.LongLine:              "a line longer than the limit",
	smtpparse.BadReplyCode:          "no three digits where a reply should begin",
	smtpparse.ReplyCodeChange:       "two codes within one reply",
	smtpparse.UnexpectedReply:       "a reply that no command was waiting for",
	smtpparse.UnansweredCommand:     "a command that was never answered",
	smtpparse.NoGreeting:            "the client spoke before the server's greeting",
	smtpparse.BadBase64:             "an AUTH line that is not base64",
	smtpparse.AuthAfterSuccess:      "AUTH after a login that was accepted",
	smtpparse.CommandAfterSTARTTLS:  "commands in the same flight as STARTTLS (injection)",
	smtpparse.ReplyAfterSTARTTLS:    "plain text behind the 220 of STARTTLS (injection)",
	smtpparse.STARTTLSStripped:      "STARTTLS was blanked out in the EHLO reply, as firewalls do",
	smtpparse.PlainAfterSTARTTLS:    "plain text where TLS should begin",
	smtpparse.DotEndSmuggling:       "an end of data that is not CRLF.CRLF",
	smtpparse.PipelinedTooEarly:     "commands sent before they were allowed",
	smtpparse.DataWithoutGoAhead:    "the message came before the server's 354",
	smtpparse.UnclosedReply:         "a reply that never ends",
	smtpparse.BinaryInCommand:       "octets that are not text where commands are expected",
	smtpparse.SecondServerGreeting:  "a second greeting",
	smtpparse.BadSASLLayer:          "the SASL security layer makes no sense",
	smtpparse.BadPROXY:              "a PROXY header that is none",
	smtpparse.LeadingSpace:          "white space before a command",
	smtpparse.TLSLookalike:          "octets that look like TLS, answered as commands",
	smtpparse.ChunkOfCommands:       "a refused BDAT whose octets the server took for commands",
	smtpparse.UnexpectedSecondHello: "EHLO in the middle of a mail transaction",
}

// anomalies prints each kind once, with the first frame and how often it came.
func (p *page) anomalies(list []smtpparse.Anomaly) {
	width := 0
	times := make(map[smtpparse.Anomaly]int64) // frame 0
	for _, a := range list {
		width = max(width, digits(a.Frame))
		a.Frame = 0
		times[a]++
	}
	label := "Anomalies"
	for _, a := range list {
		kind := a
		kind.Frame = 0
		n, unseen := times[kind]
		if !unseen {
			continue
		}
		delete(times, kind)
		p.row(label)
		p.frame(a.Frame, width)
		p.wrap(p.col, join(": ", string(a.Kind), join("; ", anomalyWords[a.Kind], p.clip(a.Text, p.wireRoom(bodyColumn))))+
			say(n > 1, " ("+count(n, "time")+")"))
		label = ""
	}
}
