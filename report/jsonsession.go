package report

import (
	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// appendSession appends the members of a session's record that come after its
// number, and the end of the object.
func appendSession(b []byte, s *inspect.Session) []byte {
	var c timekeeper
	b = stringMember(b, `,"community_id":`, s.CommunityID)
	b = c.append(append(b, `,"start":`...), s.Start)
	b = c.append(append(b, `,"end":`...), s.End)
	b = appendEndpoint(append(b, `,"client":`...), &s.Client)
	b = appendEndpoint(append(b, `,"server":`...), &s.Server)
	b = stringMember(b, `,"initiator":`, s.Initiator)
	b = optionalInt(b, `,"vlan":`, s.VLAN)
	b = optionalString(b, `,"proxied_client":`, s.ProxiedClient)
	b = optionalInt(b, `,"proxied_frame":`, s.ProxiedFrame)
	b = optionalString(b, `,"protocol":`, s.Protocol)
	b = optionalObject(b, `,"greeting":`, s.Greeting, appendGreeting)
	b = listMember(b, `,"hello":`, s.Hello, appendHello)
	b = optionalObject(b, `,"tls":`, s.TLS, func(b []byte, t *smtpparse.TLS) []byte { return appendTLS(b, t, &c) })
	b = pointersMember(b, `,"auth":`, s.Auth, func(b []byte, a *smtpparse.Auth) []byte { return appendAuth(b, a, &c) })
	b = pointersMember(b, `,"messages":`, s.Messages, func(b []byte, m *smtpparse.Message) []byte { return appendMessage(b, m, &c) })
	b = listMember(b, `,"dialogue":`, s.Dialogue, func(b []byte, l *smtpparse.Line) []byte { return appendLine(b, l, &c) })
	b = listMember(b, `,"anomalies":`, s.Anomalies, appendAnomaly)
	b = appendQuality(append(b, `,"quality":`...), &s.Quality)
	b = optionalBool(b, `,"open":`, s.Open)
	b = optionalString(b, `,"close":`, s.Close)
	b = intMember(b, `,"packets":`, s.Packets)
	b = appendOctets(append(b, `,"bytes":`...), &s.Bytes)
	b = optionalMap(b, `,"omitted":`, s.Omitted, appendInt)
	b = appendVerdict(append(b, `,"verdict":`...), &s.Verdict)
	b = listMember(b, `,"findings":`, s.Findings, appendFinding)
	b = optionalObject(b, `,"nearby":`, s.Nearby, appendAround)
	return append(b, '}')
}

func appendEndpoint(b []byte, e *smtpparse.Endpoint) []byte {
	start := len(b)
	b = append(b, `,"ip":`...)
	if e.IP.Zone() != "" { // a zone can be any text
		b = appendString(b, e.IP.String())
	} else {
		b = append(b, '"')
		b, _ = e.IP.AppendText(b) // it has no errors
		b = append(b, '"')
	}
	b = intMember(b, `,"port":`, e.Port)
	return endObject(b, start)
}

func appendGreeting(b []byte, g *smtpparse.Greeting) []byte {
	start := len(b)
	b = intMember(b, `,"code":`, g.Code)
	b = stringMember(b, `,"text":`, g.Text)
	b = optionalInt(b, `,"lines":`, g.Lines)
	b = intMember(b, `,"frame":`, g.Frame)
	return endObject(b, start)
}

func appendHello(b []byte, h *smtpparse.Hello) []byte {
	start := len(b)
	b = stringMember(b, `,"verb":`, h.Verb)
	b = stringMember(b, `,"name":`, h.Name)
	b = boolMember(b, `,"tls":`, h.TLS)
	b = intMember(b, `,"frame":`, h.Frame)
	b = optionalInt(b, `,"reply_frame":`, h.ReplyFrame)
	b = intMember(b, `,"reply_code":`, h.ReplyCode)
	b = boolMember(b, `,"complete":`, h.Complete)
	b = listMember(b, `,"capabilities":`, h.Capabilities, appendCapability)
	b = stringsMember(b, `,"auth_mechanisms":`, h.AuthMechanisms)
	return endObject(b, start)
}

func appendCapability(b []byte, c *smtpparse.Capability) []byte {
	start := len(b)
	b = stringMember(b, `,"keyword":`, c.Keyword)
	b = stringsMember(b, `,"params":`, c.Params)
	return endObject(b, start)
}

func appendLine(b []byte, l *smtpparse.Line, c *timekeeper) []byte {
	start := len(b)
	b = fromMember(b, l.From)
	b = c.append(append(b, `,"time":`...), l.Time)
	b = intMember(b, `,"frame":`, l.Frame)
	switch l.Kind { // the usual ones
	case smtpparse.LineReply:
		b = append(b, `,"kind":"reply"`...)
	case smtpparse.LineCommand:
		b = append(b, `,"kind":"command"`...)
	default:
		b = stringMember(b, `,"kind":`, string(l.Kind))
	}
	b = optionalBool(b, `,"tls":`, l.TLS)
	b = optionalString(b, `,"verb":`, l.Verb)
	b = optionalInt(b, `,"code":`, l.Code)
	b = optionalString(b, `,"text":`, l.Text)
	b = optionalBool(b, `,"more":`, l.More)
	b = optionalString(b, `,"token":`, l.Token)
	b = optionalInt(b, `,"octets":`, l.Octets)
	b = optionalInt(b, `,"last_frame":`, l.Last)
	return endObject(b, start)
}

// fromMember is stringMember of who said something.
func fromMember(b []byte, from string) []byte {
	switch from {
	case "client":
		return append(b, `,"from":"client"`...)
	case "server":
		return append(b, `,"from":"server"`...)
	}
	return stringMember(b, `,"from":`, from)
}

func appendAnomaly(b []byte, a *smtpparse.Anomaly) []byte {
	start := len(b)
	b = stringMember(b, `,"kind":`, string(a.Kind))
	b = intMember(b, `,"frame":`, a.Frame)
	b = optionalString(b, `,"text":`, a.Text)
	return endObject(b, start)
}

func appendQuality(b []byte, q *smtpparse.Quality) []byte {
	start := len(b)
	b = intMember(b, `,"gap_bytes":`, q.GapBytes)
	b = intMember(b, `,"gaps":`, q.Gaps)
	b = boolMember(b, `,"midstream":`, q.Midstream)
	b = boolMember(b, `,"one_sided":`, q.OneSided)
	b = intMember(b, `,"truncated_packets":`, q.TruncatedPackets)
	b = intMember(b, `,"conflicting_overlaps":`, q.ConflictingOverlaps)
	b = optionalInt(b, `,"conflict_frame":`, q.ConflictFrame)
	b = intMember(b, `,"retransmissions":`, q.Retransmissions)
	b = intMember(b, `,"out_of_order":`, q.OutOfOrder)
	b = intMember(b, `,"duplicates":`, q.Duplicates)
	return endObject(b, start)
}

func appendOctets(b []byte, o *smtpparse.Octets) []byte {
	start := len(b)
	b = intMember(b, `,"client":`, o.Client)
	b = intMember(b, `,"server":`, o.Server)
	return endObject(b, start)
}

func appendVerdict(b []byte, v *verdict.Verdict) []byte {
	start := len(b)
	b = stringMember(b, `,"state":`, string(v.State))
	b = optionalBool(b, `,"clear":`, v.Clear)
	b = optionalString(b, `,"failed_mechanism":`, v.FailedMechanism)
	b = stringMember(b, `,"text":`, v.Text)
	b = listMember(b, `,"evidence":`, v.Evidence, appendEvidence)
	b = listMember(b, `,"causes":`, v.Causes, appendCause)
	b = optionalString(b, `,"decide":`, v.Decide)
	b = optionalObject(b, `,"hint":`, v.Hint, appendHint)
	return endObject(b, start)
}

func appendEvidence(b []byte, e *verdict.Evidence) []byte {
	start := len(b)
	b = intMember(b, `,"frame":`, e.Frame)
	b = stringMember(b, `,"text":`, e.Text)
	return endObject(b, start)
}

func appendCause(b []byte, c *verdict.Cause) []byte {
	start := len(b)
	b = stringMember(b, `,"id":`, string(c.ID))
	b = stringMember(b, `,"certainty":`, string(c.Certainty))
	b = stringMember(b, `,"text":`, c.Text)
	b = intMember(b, `,"frame":`, c.Frame)
	b = optionalList(b, `,"other_frames":`, c.Others, appendFrame)
	b = stringMember(b, `,"next":`, c.Next)
	return endObject(b, start)
}

func appendFinding(b []byte, f *verdict.Finding) []byte {
	start := len(b)
	b = stringMember(b, `,"id":`, f.ID)
	b = stringMember(b, `,"severity":`, f.Severity)
	b = intMember(b, `,"frame":`, f.Frame)
	b = stringMember(b, `,"text":`, f.Text)
	b = optionalString(b, `,"next":`, f.Next)
	return endObject(b, start)
}
