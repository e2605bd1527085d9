package report

import (
	"cmp"

	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// sessionColumns are the fields of a session that make one row, behind its number.
var sessionColumns = []string{
	"community_id", "start", "end", "client_ip", "client_port", "server_ip", "server_port", "proxied_client", "client_name", "server_name",
	"tls", "tls_version", "cipher_suite", "sni", "tls_decrypted", "mechanism", "actual", "outcome", "login_in_tls", "user", "workstation", "ntlm_version", "spn", "ticket_etype",
	"verdict", "clear", "verdict_text", "causes", "messages", "messages_taken", "recipients", "message_bytes",
	"findings", "severity", "packets", "client_bytes", "server_bytes", "close",
}

// appendSessionRow appends the values of those columns.
func appendSessionRow(row []inventory.Value, s *inspect.Session) []inventory.Value {
	name, via, version, suite, sni, decrypted := "", "", "", "", "", false
	if n := len(s.Hello); n > 0 {
		name = s.Hello[n-1].Name
	}
	if s.TLS != nil {
		via, version, suite, sni, decrypted = s.TLS.Via, s.TLS.Version, s.TLS.CipherSuite, s.TLS.SNI, s.TLS.Decrypted
	}
	text, number := inventory.Text, inventory.Number
	row = append(row,
		text(s.CommunityID), inventory.Moment(s.Start.UnixNano()), inventory.Moment(s.End.UnixNano()),
		text(s.Client.IP.String()), number(int64(s.Client.Port)), text(s.Server.IP.String()), number(int64(s.Server.Port)),
		text(s.ProxiedClient), text(name), text(inventory.ServerName(s.Session)), text(via), text(version), text(suite), text(sni), inventory.Truth(decrypted))
	row = appendLoginCells(row, decisive(s.Auth))
	var causes, findings []string
	for _, c := range s.Verdict.Causes {
		causes = append(causes, string(c.ID))
	}
	severity := ""
	for _, f := range s.Findings {
		findings = append(findings, f.ID)
		if severity == "" || verdict.SeverityRank(f.Severity) < verdict.SeverityRank(severity) {
			severity = f.Severity
		}
	}
	var taken, recipients, octets int64
	for _, m := range s.Messages {
		if m.Status == "sent" {
			taken++
		}
		recipients += int64(len(m.RcptTo))
		octets += m.Bytes
	}
	return append(row,
		text(string(s.Verdict.State)), inventory.Truth(s.Verdict.Clear), text(cmp.Or(s.Verdict.Text, string(s.Verdict.State))), inventory.List(causes),
		number(int64(len(s.Messages))), number(taken), number(recipients), number(octets),
		inventory.List(findings), text(severity), number(s.Packets), number(s.Bytes.Client), number(s.Bytes.Server), text(s.Close))
}

// decisive is the attempt on which a session's verdict rests: the last one that
// was accepted, else the last one; nil if there is none.
func decisive(attempts []*smtpparse.Auth) (a *smtpparse.Auth) {
	for _, one := range attempts {
		if a == nil || one.Outcome == smtpparse.Accepted || a.Outcome != smtpparse.Accepted {
			a = one
		}
	}
	return a
}

func appendLoginCells(row []inventory.Value, a *smtpparse.Auth) []inventory.Value {
	if a == nil {
		a = &smtpparse.Auth{}
	}
	workstation, version, spn, etype := "", "", "", ""
	if a.NTLM != nil {
		workstation, version, spn = a.NTLM.Workstation, a.NTLM.Version, a.NTLM.TargetSPN
	}
	if a.Kerberos != nil {
		spn, etype = cmp.Or(a.Kerberos.SPN, spn), a.Kerberos.TicketEtype
	}
	for _, s := range [...]string{a.Mechanism, a.Actual, string(a.Outcome)} {
		row = append(row, inventory.Text(s))
	}
	row = append(row, inventory.Truth(a.TLS))
	for _, s := range [...]string{verdict.AccountOf(a), workstation, version, spn, etype} {
		row = append(row, inventory.Text(s))
	}
	return row
}
