package report

import (
	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

func passwordSession() *inspect.Session {
	var d script
	d.server(220, "mail.example.test ESMTP")
	hello := d.client("EHLO", "EHLO printer-3")
	offer := d.server(250, "mail.example.test", "AUTH LOGIN PLAIN", "AUTH=LOGIN PLAIN", "HELP")
	begin := d.client("AUTH", "AUTH LOGIN")
	d.lines[len(d.lines)-1].Token = "sasl.login.user"
	d.token(334, "sasl.login.prompt")
	secret := d.auth("<redacted>", "sasl.login.password")
	accepted := d.server(235, "2.0.0 OK")
	mail := d.client("MAIL", "MAIL FROM:<scan@example.test>")
	d.server(250, "OK")
	rcpt := d.client("RCPT", "RCPT TO:<office@example.test>")
	d.server(250, "OK")
	d.fold("client", smtpparse.LineData, 1200, 2)
	sent := d.server(250, "Queued")

	client, server := endpoints("192.168.1.77:1030", "192.168.1.5:25")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 3, Start: start, End: at(120), Client: client, Server: server, Initiator: "seen", Protocol: "ESMTP",
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "printer-3", Frame: hello, ReplyFrame: offer, ReplyCode: 250, Complete: true,
				Capabilities:   []smtpparse.Capability{capability("AUTH", "LOGIN", "PLAIN"), capability("AUTH=", "LOGIN", "PLAIN"), capability("HELP")},
				AuthMechanisms: []string{"LOGIN", "PLAIN"}}},
			Auth: []*smtpparse.Auth{{Verb: "AUTH", Mechanism: "LOGIN", Actual: "login", Outcome: smtpparse.Accepted, ReplyCode: 235, EnhancedCode: "2.0.0", ReplyText: "OK",
				InitialResponse: true, FirstFrame: begin, LastFrame: accepted, Time: at(10), SASL: &authtoken.SASL{User: "scan@example.test", Password: authtoken.Redacted},
				Steps: []smtpparse.Step{{From: "client", Frame: begin, Kind: "sasl.login.user", Bytes: 17, Tree: tree(field("user", "scan@example.test"))},
					{From: "client", Frame: secret, Kind: "sasl.login.password", Bytes: 8, Tree: tree(field("password", authtoken.Redacted))}}}},
			Messages: []*smtpparse.Message{{MailFrom: "scan@example.test", RcptTo: []smtpparse.Recipient{{Address: "office@example.test", ReplyCode: 250, Frame: rcpt}}, Transfer: "DATA", Bytes: 1200,
				Complete: true, Status: "sent", ReplyCode: 250, ReplyText: "Queued", FirstFrame: mail, LastFrame: sent, Time: at(80), Subject: "Scan"}},
			Dialogue: d.lines, Close: "idle", Packets: 30, Bytes: smtpparse.Octets{Client: 2000, Server: 300},
		},
		Verdict: verdict.Verdict{State: verdict.Password, Clear: true, Text: "scan@example.test logged in with a password that crossed the wire in the clear.",
			Evidence: []verdict.Evidence{{Frame: secret, Text: "the password, not encrypted"}, {Frame: accepted, Text: "235 2.0.0 OK"}},
			Causes:   []verdict.Cause{{ID: verdict.NotOffered, Text: "The server offers no GSSAPI on this port.", Frame: offer, Next: "Use a port where it does, or enable it."}}},
		Findings: []verdict.Finding{{ID: "password-in-clear", Severity: "high", Frame: secret, Text: "Whoever can see this network can read the password of scan@example.test.", Next: "Change the password, then require STARTTLS before AUTH."}},
	}
}

func encryptedSession() *inspect.Session {
	var d script
	d.server(220, "smtp.example.test ESMTP ready")
	hello := d.client("EHLO", "EHLO [192.0.2.7]")
	offer := d.server(250, "smtp.example.test", "SIZE 35882577", "STARTTLS")
	begin := d.client("STARTTLS", "STARTTLS")
	reply := d.server(220, "Ready to start TLS")
	d.fold("client", smtpparse.LineTLS, 517, 1)
	d.fold("server", smtpparse.LineTLS, 4120, 4)
	d.fold("client", smtpparse.LineTLS, 60210, 51)

	client, server := endpoints("192.0.2.7:40112", "198.51.100.25:587")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 4, Start: start, End: at(900), Client: client, Server: server, Initiator: "seen", Protocol: "ESMTP",
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "[192.0.2.7]", Frame: hello, ReplyFrame: offer, ReplyCode: 250, Complete: true,
				Capabilities: []smtpparse.Capability{capability("SIZE", "35882577"), capability("STARTTLS")}}},
			TLS:      &smtpparse.TLS{Via: "starttls", Frame: begin, ReplyFrame: reply, OctetsClient: 60727, OctetsServer: 4120},
			Dialogue: d.lines, Close: "eof", Packets: 64, Bytes: smtpparse.Octets{Client: 60800, Server: 4300},
		},
		Verdict: verdict.Verdict{State: verdict.Encrypted, Text: "TLS hides what followed STARTTLS, and no key was given to open it: how the client logged in cannot be known.",
			Evidence: []verdict.Evidence{{Frame: begin, Text: "STARTTLS"}, {Frame: reply, Text: "220: the server agreed"}}},
	}
}

func anonymousSession() *inspect.Session {
	var d script
	d.server(220, "mx.example.test ESMTP")
	hello := d.client("EHLO", "EHLO monitor.example.test")
	refused := d.server(502, "5.5.2 Command not recognized")
	helo := d.client("HELO", "HELO monitor.example.test")
	offer := d.server(250, "mx.example.test")
	mail := d.client("MAIL", "MAIL FROM:<>")
	d.server(250, "ok")
	first := d.client("RCPT", "RCPT TO:<ops@example.test>")
	d.server(250, "ok")
	second := d.client("RCPT", "RCPT TO:<a.very.long.mailbox.name.that.goes.on@department.subsidiary.example.test>")
	d.server(550, "5.1.1 <a.very.long.mailbox.name.that.goes.on@department.subsidiary.example.test>: Recipient address rejected: User unknown in virtual mailbox table")
	d.client("DATA", "DATA")
	d.server(354, "go ahead")
	d.fold("client", smtpparse.LineData, 312, 1)
	sent := d.server(250, "2.0.0 queued as 4Zk")

	client, server := endpoints("10.20.30.40:33001", "10.20.30.25:25")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 5, Start: start, End: at(75), Client: client, Server: server, Initiator: "seen", Protocol: "SMTP",
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "monitor.example.test", Frame: hello, ReplyFrame: refused, ReplyCode: 502, Complete: true},
				{Verb: "HELO", Name: "monitor.example.test", Frame: helo, ReplyFrame: offer, ReplyCode: 250, Complete: true}},
			Messages: []*smtpparse.Message{{RcptTo: []smtpparse.Recipient{{Address: "ops@example.test", ReplyCode: 250, Frame: first},
				{Address: "a.very.long.mailbox.name.that.goes.on@department.subsidiary.example.test", ReplyCode: 550, EnhancedCode: "5.1.1", Frame: second}},
				Transfer: "DATA", Bytes: 312, Complete: true, Status: "sent", ReplyCode: 250, EnhancedCode: "2.0.0", ReplyText: "queued as 4Zk", FirstFrame: mail, LastFrame: sent, Time: at(20),
				Subject: "磁盘已满：服务器 db-03 上的可用空间不足，请立即清理日志文件并检查备份任务"}},
			Dialogue: d.lines, Close: "fin", Packets: 28, Bytes: smtpparse.Octets{Client: 700, Server: 400},
		},
		Verdict: verdict.Verdict{State: verdict.Anonymous, Text: "Mail was submitted without any login.",
			Evidence: []verdict.Evidence{{Frame: mail, Text: "MAIL with no AUTH before it"}, {Frame: sent, Text: "250: the server took the message"}}},
	}
}

// incompleteSession begins in the middle, lacks octets, and is as hostile as
// wire octets can be.
func incompleteSession() *inspect.Session {
	var d script
	d.frame = 99990
	d.add(smtpparse.Line{From: "server", Kind: smtpparse.LineUnread, Octets: 14})
	begin := d.client("AUTH", "AUTH NTLM")
	d.lines[len(d.lines)-1].Token = "ntlm.Negotiate"
	gap := d.add(smtpparse.Line{From: "server", Kind: smtpparse.LineGap, Octets: 1448})
	cut := d.auth("", "ntlm.Authenticate")
	d.client("RCPT", "RCPT TO:<\x1b[2J\u202egnp.exe@\xffexample\x00.test>")
	d.server(250, "\x1b]0;owned\x07 ok \u009b31m")
	d.fold("client", smtpparse.LineData, 2900, 3)

	client, server := endpoints("203.0.113.66:4444", "10.0.0.25:25")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 6, Start: start, End: at(30), Client: client, Server: server, Initiator: "guessed",
			Auth: []*smtpparse.Auth{{Verb: "AUTH", Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Incomplete, InitialResponse: true, FirstFrame: begin, LastFrame: cut, Time: at(3), Gap: true,
				NTLM: &authtoken.NTLM{Version: "NTLMv1", User: "ad\u202emin", Domain: "EVIL\x1b[31m", Workstation: "\xff\xfe", Flags: []string{}},
				Steps: []smtpparse.Step{{From: "client", Frame: begin, Kind: "ntlm.Negotiate", Bytes: 40, Tree: tree(field("NEGOTIATE_MESSAGE", "", field("DomainName", "EVIL\x1b[31m")))},
					{From: "client", Frame: cut, Kind: "ntlm.Authenticate", Bytes: 88, Tree: tree(field("AUTHENTICATE_MESSAGE", "", field("DomainName", "EVIL\x1b[31m"), field("UserName", "ad\u202emin"))),
						Damage: &authtoken.ParseError{Field: "AUTHENTICATE_MESSAGE.NtChallengeResponse", Offset: 20, Reason: "length 300 goes past the end (88 octets)"}}}}},
			Messages: []*smtpparse.Message{{MailFrom: "", RcptTo: []smtpparse.Recipient{{Address: "\x1b[2J\u202egnp.exe@\xffexample\x00.test", Frame: cut + 1}}, Transfer: "BDAT", Chunks: 2, Bytes: 2900, Missing: 1448,
				Status: "cut", FirstFrame: cut + 1, LastFrame: cut + 5, Time: at(18), Subject: "\x1b[8mhidden\u200b", Attachments: []smtpparse.Attachment{{Name: "invoice\u202efdp.exe", Type: "application/pdf", Bytes: 12}}}},
			Dialogue: d.lines, Close: "eof", Packets: 9, Bytes: smtpparse.Octets{Client: 3300, Server: 90},
			Anomalies: []smtpparse.Anomaly{{Kind: smtpparse.BareLF, Frame: cut + 1}, {Kind: smtpparse.BareLF, Frame: cut + 2}, {Kind: smtpparse.BareLF, Frame: cut + 3},
				{Kind: smtpparse.NULByte, Frame: cut + 1}, {Kind: smtpparse.DotEndSmuggling, Frame: cut + 4, Text: "the data ends with LF . LF"}},
			Quality: smtpparse.Quality{GapBytes: 1448, Gaps: 1, Midstream: true, TruncatedPackets: 2, ConflictingOverlaps: 1, Retransmissions: 3},
			Omitted: map[string]int64{"dialogue": 120, "recipients": 3},
		},
		Verdict: verdict.Verdict{State: verdict.Incomplete, Text: "The capture lacks the answer to AUTH NTLM: whether the login succeeded cannot be known.",
			Evidence: []verdict.Evidence{{Frame: begin, Text: "AUTH NTLM"}, {Frame: gap, Text: "1448 octets from the server are missing here"}}},
		Findings: []verdict.Finding{{ID: "ntlmv1", Severity: "high", Frame: cut, Text: "NTLMv1 responses can be cracked."}},
	}
}
