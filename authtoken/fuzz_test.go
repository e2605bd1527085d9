package authtoken

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzDecode: any octets at all give a token whose fields lie inside it and can be
// printed, and reading them twice gives the same.
func FuzzDecode(f *testing.F) {
	for _, sample := range corpus() {
		f.Add(sample.token)
	}
	for _, d := range captured(f) {
		for _, s := range d.steps {
			f.Add(s.token)
		}
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		before := bytes.Clone(octets)
		token := Decode(octets, Options{})
		checkToken(t, token, octets)
		if !bytes.Equal(before, octets) {
			t.Error("decoding changed the token")
		}
		var first, second strings.Builder
		writeTree(&first, token.Tree, "")
		writeTree(&second, Decode(octets, Options{}).Tree, "")
		if first.String() != second.String() {
			t.Errorf("read twice:\n%s\n%s", first.String(), second.String())
		}
	})
}

// FuzzExchange: any dialogue under any name. Its tokens are the lines of script; the
// first character of each tells the side. A password that follows must not be seen.
// An exchange that is used again says the same.
func FuzzExchange(f *testing.F) {
	for _, d := range captured(f) {
		var script []byte
		for _, s := range d.steps {
			script = append(append(append(script, "cs"[s.from]), s.token...), '\n')
		}
		f.Add(d.mechanism, script)
	}
	for _, sample := range corpus() {
		f.Add(sample.mechanism, append([]byte{"cs"[sample.from]}, sample.token...))
	}
	const password = "\u00abFuzzPassw0rd\u00bb"
	f.Fuzz(func(t *testing.T, mechanism string, script []byte) {
		x, again := NewExchange(mechanism, Options{}), NewExchange("GSSAPI", Options{})
		again.Add(Client, spnegoKerberos())
		again.Reset(mechanism, Options{})
		var shown strings.Builder
		add := func(side Side, token []byte) {
			decoded := x.Add(side, token)
			checkToken(t, decoded, token)
			writeTree(&shown, decoded.Tree, "")
			checkSame(t, again, again.Add(side, token), x, decoded)
		}
		for line := range bytes.SplitSeq(script, []byte("\n")) {
			if len(line) == 0 {
				continue
			}
			side := Client
			if line[0] == 's' {
				side = Server
			}
			add(side, line[1:])
		}
		switch strings.ToUpper(mechanism) {
		case "PLAIN":
			add(Client, []byte("\x00alice\x00"+password))
		case "LOGIN":
			add(Client, []byte("alice"))
			add(Client, []byte(password))
		case "CRAM-MD5":
			add(Client, []byte("alice "+password))
		case "XOAUTH2":
			add(Client, []byte("user=alice\x01auth=Bearer "+password+"\x01\x01"))
		case "DIGEST-MD5":
			add(Client, []byte(`username="alice",response=`+password))
		case "", "NTLM", "GSSAPI":
			if x.mechanism != "LOGIN" { // inferred from a prompt: the next answer is the user
				add(Client, []byte(password))
			}
		}
		shown.WriteString(summaries(t, x))
		x.Lost()
		again.Lost()
		if strings.EqualFold(mechanism, "PLAIN") || strings.EqualFold(mechanism, "LOGIN") {
			add(Client, []byte(password))
			add(Client, []byte(password+"\x00"+password+"\x00x"))
			shown.WriteString(summaries(t, x))
		}
		checkEvidence(t, x, mechanism, script)
		if x.Actual() == "" || !isOneLine(x.Actual()) {
			t.Errorf("Actual() = %q", x.Actual())
		}
		if strings.Contains(shown.String(), "FuzzPassw0rd") && !strings.Contains(string(script), "FuzzPassw0rd") {
			t.Errorf("the password is shown:\n%s", shown.String())
		}
	})
}

// checkEvidence: a mixed exchange proves nothing, nor does a dialogue whose tokens
// are all the server's.
func checkEvidence(t *testing.T, x *Exchange, mechanism string, script []byte) {
	t.Helper()
	if x.Mixed && x.Actual() != "unknown" {
		t.Errorf("mixed, and yet %q", x.Actual())
	}
	server := NewExchange(mechanism, Options{})
	byName := server.Actual()
	for line := range bytes.SplitSeq(script, []byte("\n")) {
		server.Add(Server, line[min(1, len(line)):])
	}
	if server.Kerberos != nil && server.Kerberos.APReq || server.Mixed || server.proven != "" {
		t.Errorf("by the server alone: %+v, mixed %v, %q", server.Kerberos, server.Mixed, server.proven)
	}
	if mechanism != "" && server.SPNEGO == nil && server.Actual() != byName {
		t.Errorf("%q by the server alone, %q by the name", server.Actual(), byName)
	}
}

// FuzzUnwrap: what comes out of the protection was in the token.
func FuzzUnwrap(f *testing.F) {
	for _, sample := range corpus() {
		f.Add(sample.token)
	}
	f.Add(wrap(0, []byte("EHLO client.contoso.test\r\n"), 12, 20))
	f.Add(ntlmSigned("EHLO client.contoso.test\r\n"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		got := NewExchange("", Options{}).Unwrap(octets)
		checkToken(t, got.Token, octets)
		if got.Sealed && got.Plain != nil {
			t.Error("sealed, and yet it was read")
		}
		if len(got.Plain) > len(octets) {
			t.Errorf("%d octets out of %d", len(got.Plain), len(octets))
		}
		if len(got.Plain) > 0 && !bytes.Contains(append(bytes.Clone(octets[16:]), octets[16:]...), got.Plain) {
			t.Errorf("plain %q is not in the token", got.Plain)
		}
	})
}
