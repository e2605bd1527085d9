package report

import (
	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

func kerberosSession() *inspect.Session {
	var d script
	greeting := d.server(220, "ex01.contoso.test Microsoft ESMTP MAIL Service ready at Mon, 2 Nov 2026 10:00:01 +0100")
	hello := d.client("EHLO", "EHLO sp01.contoso.test")
	offer := d.server(250, "ex01.contoso.test Hello [10.1.2.3]", "SIZE 37748736", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "AUTH GSSAPI NTLM", "8BITMIME", "BINARYMIME", "CHUNKING")
	begin := d.client("AUTH", "AUTH GSSAPI <token>")
	d.lines[len(d.lines)-1].Token = "spnego.NegTokenInit > krb5.AP-REQ"
	d.token(334, "spnego.NegTokenResp > krb5.AP-REP")
	d.auth("", "empty")
	d.token(334, "krb5.Wrap")
	d.auth("<token>", "krb5.Wrap")
	accepted := d.server(235, "2.7.0 Authentication successful")
	mail := d.client("MAIL", "MAIL FROM:<sharepoint@contoso.test> SIZE=5120")
	d.server(250, "2.1.0 Sender OK")
	rcpt := d.client("RCPT", "RCPT TO:<anna@contoso.test>")
	d.server(250, "2.1.5 Recipient OK")
	d.client("DATA", "DATA")
	d.server(354, "Start mail input; end with <CRLF>.<CRLF>")
	d.fold("client", smtpparse.LineData, 48213, 34)
	sent := d.server(250, "2.6.0 <4711@sp01.contoso.test> [InternalId=1234567890123, Hostname=ex01.contoso.test] 49512 bytes in 0.112, 431,000 KB/sec Queued mail for delivery")
	d.client("QUIT", "QUIT")
	end := d.server(221, "2.0.0 Service closing transmission channel")
	d.add(smtpparse.Line{From: "server", Kind: smtpparse.LineEnd, Text: "FIN"})

	kvno := 3
	client, server := endpoints("10.1.2.3:51544", "10.1.2.9:587")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 1, CommunityID: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", Start: start, End: at(400),
			Client: client, Server: server, Initiator: "seen", Protocol: "ESMTP",
			Greeting: &smtpparse.Greeting{Code: 220, Text: d.lines[0].Text, Lines: 1, Frame: greeting},
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "sp01.contoso.test", Frame: hello, ReplyFrame: offer, ReplyCode: 250, Complete: true,
				Capabilities: []smtpparse.Capability{capability("SIZE", "37748736"), capability("PIPELINING"), capability("DSN"), capability("ENHANCEDSTATUSCODES"),
					capability("AUTH", "GSSAPI", "NTLM"), capability("8BITMIME"), capability("BINARYMIME"), capability("CHUNKING")},
				AuthMechanisms: []string{"GSSAPI", "NTLM"}}},
			Auth: []*smtpparse.Auth{{
				Verb: "AUTH", Mechanism: "GSSAPI", Actual: "kerberos", Outcome: smtpparse.Accepted, ReplyCode: 235, EnhancedCode: "2.7.0",
				ReplyText: "Authentication successful", InitialResponse: true, FirstFrame: begin, LastFrame: accepted, Time: at(12),
				SPNEGO: &authtoken.SPNEGO{MechTypes: []string{"MS-KRB5", "KRB5", "NTLMSSP"}, Selected: "MS-KRB5", NegState: "accept-completed", MechListMIC: true},
				Kerberos: &authtoken.Kerberos{SPN: "SMTPSVC/ex01.contoso.test", Realm: "CONTOSO.TEST", TicketEtype: "aes256-cts-hmac-sha1-96",
					AuthenticatorEtype: "aes256-cts-hmac-sha1-96", KVNO: &kvno, Mutual: true, APReq: true, APRep: true},
				SASLLayer: &authtoken.SASLLayer{Offered: []string{"none", "integrity", "confidentiality"}, Chosen: "none"},
				Steps: []smtpparse.Step{
					{From: "client", Frame: begin, Time: at(12), Kind: "spnego.NegTokenInit > krb5.AP-REQ", Bytes: 1804, Tree: tree(field("NegTokenInit", "",
						field("mechTypes", "MS-KRB5, KRB5, NTLMSSP"),
						field("mechToken", "",
							field("AP-REQ", "",
								field("pvno", "5"),
								field("ap-options", "mutual-required"),
								field("ticket", "", field("tkt-vno", "5"), field("realm", "CONTOSO.TEST"), field("sname", "SMTPSVC/ex01.contoso.test (NT-SRV-INST)"),
									field("enc-part", "", field("etype", "aes256-cts-hmac-sha1-96 (18)"), field("kvno", "3"), field("cipher", "1404 octets"))),
								field("authenticator", "", field("etype", "aes256-cts-hmac-sha1-96 (18)"), field("cipher", "254 octets"))))))},
					{From: "server", Frame: begin + 1, Time: at(15), Kind: "spnego.NegTokenResp > krb5.AP-REP", Bytes: 168, Tree: tree(field("NegTokenResp", "",
						field("negState", "accept-completed (0)"), field("supportedMech", "MS-KRB5"),
						field("responseToken", "", field("AP-REP", "", field("pvno", "5"), field("enc-part", "", field("etype", "aes256-cts-hmac-sha1-96 (18)"), field("cipher", "90 octets")))),
						field("mechListMIC", "28 octets")))},
					{From: "client", Frame: begin + 2, Time: at(18), Kind: "empty"},
					{From: "server", Frame: begin + 3, Time: at(21), Kind: "krb5.Wrap", Bytes: 32, Tree: tree(field("Wrap", "", field("flags", "sent-by-acceptor"), field("sequence", "1812433253"),
						field("layers", "none, integrity, confidentiality"), field("maximum size", "65535")))},
					{From: "client", Frame: begin + 4, Time: at(24), Kind: "krb5.Wrap", Bytes: 32, Tree: tree(field("Wrap", "", field("flags", ""), field("sequence", "771002315"), field("layer", "none")))},
				},
			}},
			Messages: []*smtpparse.Message{{MailFrom: "sharepoint@contoso.test", Params: []string{"SIZE=5120"},
				RcptTo:   []smtpparse.Recipient{{Address: "anna@contoso.test", ReplyCode: 250, EnhancedCode: "2.1.5", Frame: rcpt}},
				Transfer: "DATA", Bytes: 48213, Complete: true, Status: "sent", ReplyCode: 250, EnhancedCode: "2.6.0", ReplyText: "Queued mail for delivery",
				FirstFrame: mail, LastFrame: sent, Time: at(40), Subject: "Zusammenfassung der Änderungen – Übersicht", From: "SharePoint <sharepoint@contoso.test>",
				To: "Anna <anna@contoso.test>", MessageID: "<4711@sp01.contoso.test>", Date: "Mon, 2 Nov 2026 10:00:01 +0100",
				Attachments: []smtpparse.Attachment{{Name: "Änderungen.pdf", Type: "application/pdf", Bytes: 34012}, {Name: "logo.png", Type: "image/png", Bytes: 911}}}},
			Dialogue: d.lines, Close: "fin", Packets: end, Bytes: smtpparse.Octets{Client: 51220, Server: 1400},
		},
		Verdict: verdict.Verdict{State: verdict.Kerberos, Text: "AUTH GSSAPI carried Kerberos: the client proved itself with a ticket for SMTPSVC/ex01.contoso.test and the server accepted it.",
			Evidence: []verdict.Evidence{{Frame: begin, Text: "AP-REQ with a ticket for SMTPSVC/ex01.contoso.test@CONTOSO.TEST"}, {Frame: begin + 1, Text: "AP-REP: the server proved itself too"}, {Frame: accepted, Text: "235 2.7.0 Authentication successful"}}},
	}
}

func ntlmSession() *inspect.Session {
	var d script
	d.frame = 120
	greeting := d.server(220, "ex01.contoso.test Microsoft ESMTP MAIL Service ready")
	hello := d.client("EHLO", "EHLO SP01")
	offer := d.server(250, "ex01.contoso.test Hello [10.1.2.3]", "SIZE 37748736", "STARTTLS", "AUTH GSSAPI NTLM", "8BITMIME")
	begin := d.client("AUTH", "AUTH gssapi")
	d.server(334, "GSSAPI supported")
	first := d.auth("<token>", "spnego.NegTokenInit > ntlm.Negotiate")
	challenge := d.token(334, "spnego.NegTokenResp > ntlm.Challenge")
	third := d.auth("<token>", "spnego.NegTokenResp > ntlm.Authenticate")
	accepted := d.server(235, "2.7.0 Authentication successful")
	d.client("QUIT", "QUIT")
	d.server(221, "2.0.0 Service closing transmission channel")

	client, server := endpoints("10.1.2.3:51601", "10.1.2.9:587")
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 2, CommunityID: "1:wCb3OG7yAFWelaUydu0D+125CLM=", Start: start, End: at(62), Client: client, Server: server, Initiator: "seen", Protocol: "ESMTP",
			Greeting: &smtpparse.Greeting{Code: 220, Text: d.lines[0].Text, Lines: 1, Frame: greeting},
			Hello: []smtpparse.Hello{{Verb: "EHLO", Name: "SP01", Frame: hello, ReplyFrame: offer, ReplyCode: 250, Complete: true,
				Capabilities:   []smtpparse.Capability{capability("SIZE", "37748736"), capability("STARTTLS"), capability("AUTH", "GSSAPI", "NTLM"), capability("8BITMIME")},
				AuthMechanisms: []string{"GSSAPI", "NTLM"}}},
			Auth: []*smtpparse.Auth{{
				Verb: "AUTH", Mechanism: "GSSAPI", Actual: "ntlm", Outcome: smtpparse.Accepted, ReplyCode: 235, EnhancedCode: "2.7.0", ReplyText: "Authentication successful",
				FirstFrame: begin, LastFrame: accepted, Time: at(9),
				SPNEGO: &authtoken.SPNEGO{MechTypes: []string{"NTLMSSP"}, Selected: "NTLMSSP", NegState: "accept-incomplete"},
				NTLM: &authtoken.NTLM{Version: "NTLMv2", User: "svc-sp", Domain: "CONTOSO", Workstation: "SP01", ServerName: "EX01", ServerDomain: "CONTOSO",
					ServerDNS: "ex01.contoso.test", ServerDNSDomain: "contoso.test", ServerForest: "contoso.test", TargetName: "CONTOSO", TargetSPN: "SMTPSVC/10.1.2.9",
					MIC: true, ChannelBinding: "absent", ClientVersion: "10.0.20348", ServerVersion: "10.0.20348", ServerTime: at(20),
					Flags: []string{"NEGOTIATE_UNICODE", "NEGOTIATE_SIGN", "NEGOTIATE_NTLM", "NEGOTIATE_EXTENDED_SESSIONSECURITY", "NEGOTIATE_VERSION", "NEGOTIATE_128"}},
				Steps: []smtpparse.Step{
					{From: "server", Frame: begin + 1, Time: at(12), Kind: "text", Text: "GSSAPI supported"},
					{From: "client", Frame: first, Time: at(15), Kind: "spnego.NegTokenInit > ntlm.Negotiate", Bytes: 74, Tree: tree(field("NegTokenInit", "",
						field("mechTypes", "NTLMSSP"), field("mechToken", "", field("NEGOTIATE_MESSAGE", "", field("NegotiateFlags", "0xe2088297: UNICODE, OEM, REQUEST_TARGET, SIGN, SEAL, LM_KEY, NTLM, ALWAYS_SIGN, EXTENDED_SESSIONSECURITY, VERSION, 128, KEY_EXCH, 56"), field("Version", "10.0.20348")))))},
					{From: "server", Frame: challenge, Time: at(18), Kind: "spnego.NegTokenResp > ntlm.Challenge", Bytes: 270, Tree: tree(field("NegTokenResp", "", field("negState", "accept-incomplete (1)"),
						field("supportedMech", "NTLMSSP"), field("responseToken", "", field("CHALLENGE_MESSAGE", "", field("TargetName", "CONTOSO"), field("ServerChallenge", "0123456789abcdef"),
							field("TargetInfo", "", field("MsvAvNbComputerName", "EX01"), field("MsvAvDnsComputerName", "ex01.contoso.test"))))))},
					{From: "client", Frame: third, Time: at(21), Kind: "spnego.NegTokenResp > ntlm.Authenticate", Bytes: 620, Tree: tree(field("NegTokenResp", "", field("responseToken", "", field("AUTHENTICATE_MESSAGE", "",
						field("DomainName", "CONTOSO"), field("UserName", "svc-sp"), field("Workstation", "SP01"), field("NtChallengeResponse", authtoken.Redacted), field("MIC", "16 octets")))))},
				},
			}},
			Dialogue: d.lines, Close: "fin", Packets: 24, Bytes: smtpparse.Octets{Client: 1120, Server: 1400},
		},
		Verdict: verdict.Verdict{State: verdict.NTLMInGSSAPI, Text: `AUTH GSSAPI carried NTLM, not Kerberos: CONTOSO\svc-sp logged in with NTLMv2 from SP01.`,
			Evidence: []verdict.Evidence{{Frame: first, Text: "the client's token offers NTLMSSP only"}, {Frame: third, Text: `NTLM AUTHENTICATE_MESSAGE of CONTOSO\svc-sp`}, {Frame: accepted, Text: "235 2.7.0 Authentication successful"}},
			Causes: []verdict.Cause{
				{ID: verdict.TargetIsIP, Text: "The client addressed the server by its IP address (SMTPSVC/10.1.2.9), and Kerberos needs a name.", Frame: third,
					Next: "Configure the outgoing mail server as ex01.contoso.test, then check that its SPN exists: setspn -Q SMTPSVC/ex01.contoso.test"},
				{ID: verdict.ClientChose, Text: "The client offered nothing but NTLM.", Frame: first, Next: "Check that the client's account may use Kerberos."}}},
		Findings: []verdict.Finding{
			{ID: "no-channel-binding", Severity: "low", Frame: third, Text: "The login is not bound to a TLS channel and can be relayed.", Next: "Require TLS and Extended Protection on the connector."},
			{ID: "plain-mail", Severity: "info", Text: "STARTTLS was offered and not used."}},
	}
}

// failedSession is a Kerberos login that the server refused for its clock, a
// second attempt with NTLM after it, both inside TLS that was read.
func failedSession() *inspect.Session {
	var d script
	d.server(220, "mx.example.test ESMTP Postfix")
	hello := d.client("EHLO", "EHLO app.example.test")
	offer := d.server(250, "mx.example.test", "PIPELINING", "SIZE 10240000", "STARTTLS", "SMTPUTF8")
	starttls := d.client("STARTTLS", "STARTTLS")
	d.server(220, "2.0.0 Ready to start TLS")
	d.tls = true
	hello2 := d.client("EHLO", "EHLO app.example.test")
	offer2 := d.server(250, "mx.example.test", "PIPELINING", "SIZE 10240000", "AUTH GSS-SPNEGO GSSAPI NTLM", "SMTPUTF8")
	begin := d.client("AUTH", "AUTH GSS-SPNEGO <token>")
	d.lines[len(d.lines)-1].Token = "spnego.NegTokenInit > krb5.AP-REQ"
	krberror := d.token(334, "spnego.NegTokenResp > krb5.KRB-ERROR")
	d.auth("*", "cancel")
	refused := d.server(501, "5.7.0 Authentication aborted")
	second := d.client("AUTH", "AUTH NTLM <token>")
	d.lines[len(d.lines)-1].Token = "ntlm.Negotiate"
	last := d.server(535, "5.7.8 Error: authentication failed: Invalid authentication mechanism")
	d.add(smtpparse.Line{From: "client", Kind: smtpparse.LineEnd, Text: "RST"})

	code := "KRB_AP_ERR_SKEW(37)"
	client, server := endpoints("[2001:db8:1234:5678:9abc:def0:1234:5678]:50123", "[2001:db8:1234:5678:9abc:def0:1234:9999]:587")
	clear := []smtpparse.Capability{capability("PIPELINING"), capability("SIZE", "10240000"), capability("STARTTLS"), capability("SMTPUTF8")}
	inside := []smtpparse.Capability{capability("PIPELINING"), capability("SIZE", "10240000"), capability("AUTH", "GSS-SPNEGO", "GSSAPI", "NTLM"), capability("SMTPUTF8")}
	return &inspect.Session{
		Session: &smtpparse.Session{
			ID: 1207, CommunityID: "1:abc=", Start: start, End: at(5210), Client: client, Server: server, Initiator: "guessed", Protocol: "ESMTP", VLAN: 120,
			ProxiedClient: "192.0.2.99:51515",
			Hello: []smtpparse.Hello{
				{Verb: "EHLO", Name: "app.example.test", Frame: hello, ReplyFrame: offer, ReplyCode: 250, Complete: true, Capabilities: clear},
				{Verb: "EHLO", Name: "app.example.test", TLS: true, Frame: hello2, ReplyFrame: offer2, ReplyCode: 250, Complete: true, Capabilities: inside, AuthMechanisms: []string{"GSS-SPNEGO", "GSSAPI", "NTLM"}}},
			TLS: &smtpparse.TLS{Via: "starttls", Frame: starttls, ReplyFrame: starttls + 1, Decrypted: true, OctetsClient: 4210, OctetsServer: 5120},
			Auth: []*smtpparse.Auth{
				{Verb: "AUTH", Mechanism: "GSS-SPNEGO", Actual: "kerberos", Outcome: smtpparse.Cancelled, ReplyCode: 501, EnhancedCode: "5.7.0", ReplyText: "Authentication aborted",
					InitialResponse: true, FirstFrame: begin, LastFrame: refused, Time: at(20), TLS: true,
					SPNEGO: &authtoken.SPNEGO{MechTypes: []string{"KRB5"}, NegState: "reject"},
					Kerberos: &authtoken.Kerberos{SPN: "smtp/mx.example.test", Realm: "EXAMPLE.TEST", TicketEtype: "aes128-cts-hmac-sha1-96", AuthenticatorEtype: "aes128-cts-hmac-sha1-96",
						APReq: true, Error: &code, ErrorCode: 37, ErrorText: "Clock skew too great", ServerTime: at(-400000), ErrorSPN: "smtp/mx.example.test"},
					Steps: []smtpparse.Step{
						{From: "client", Frame: begin, Time: at(20), Kind: "spnego.NegTokenInit > krb5.AP-REQ", Bytes: 700, Tree: tree(field("NegTokenInit", "", field("mechTypes", "KRB5")))},
						{From: "server", Frame: krberror, Time: at(23), Kind: "spnego.NegTokenResp > krb5.KRB-ERROR", Bytes: 120, Tree: tree(field("NegTokenResp", "", field("negState", "reject (2)"),
							field("responseToken", "", field("KRB-ERROR", "", field("error-code", code), field("e-text", "Clock skew too great")))))},
						{From: "client", Frame: krberror + 1, Time: at(26), Kind: "cancel"}}},
				{Verb: "AUTH", Mechanism: "NTLM", Actual: "ntlm", Outcome: smtpparse.Rejected, ReplyCode: 535, EnhancedCode: "5.7.8", ReplyText: "Error: authentication failed: Invalid authentication mechanism",
					InitialResponse: true, FirstFrame: second, LastFrame: last, Time: at(32), TLS: true, NTLM: &authtoken.NTLM{Domain: "EXAMPLE", Workstation: "APP", Flags: []string{"NEGOTIATE_UNICODE"}},
					Steps: []smtpparse.Step{{From: "client", Frame: second, Time: at(32), Kind: "ntlm.Negotiate", Bytes: 40, Tree: tree(field("NEGOTIATE_MESSAGE", "", field("DomainName", "EXAMPLE")))}}}},
			Dialogue: d.lines, Close: "rst", Packets: 41, Bytes: smtpparse.Octets{Client: 5000, Server: 6000},
		},
		Verdict: verdict.Verdict{State: verdict.Failed, FailedMechanism: "ntlm", Text: "Two attempts to log in, Kerberos and then NTLM, and the server accepted neither.",
			Evidence: []verdict.Evidence{{Frame: krberror, Text: "KRB-ERROR KRB_AP_ERR_SKEW(37): Clock skew too great"}, {Frame: last, Text: "535 5.7.8 Error: authentication failed: Invalid authentication mechanism"}},
			Causes: []verdict.Cause{{ID: verdict.ClockSkew, Text: "The clocks of client and server are 6 min 40 s apart; Kerberos allows 5 min.", Frame: krberror,
				Next: "Set both clocks by the domain's time: w32tm /resync (Windows), chronyc makestep (Linux)"}}},
	}
}
