package report

import (
	"io"

	"smtpscope/comparison"
)

// WriteComparedJSON prints a comparison as one JSON object and a line feed:
// {"type":"comparison"} with the members of [comparison.Result].
func WriteComparedJSON(w io.Writer, c *comparison.Result) error {
	b := append([]byte(nil), `,"type":"comparison","before":`...)
	b = appendTotal(b, &c.Before)
	b = appendTotal(append(b, `,"after":`...), &c.After)
	b = stringMember(b, `,"trend":`, string(c.Trend))
	b = listMember(b, `,"pairs":`, c.Pairs, appendPair)
	b = listMember(b, `,"unsolved":`, c.Unsolved, appendPair)
	b = intMember(b, `,"same":`, c.Same)
	b = intMember(b, `,"only_before":`, c.OnlyBefore)
	b = intMember(b, `,"only_after":`, c.OnlyAfter)
	b = listMember(b, `,"vanished":`, c.Vanished, appendSingle)
	b = listMember(b, `,"appeared":`, c.Appeared, appendSingle)
	b = listMember(b, `,"servers":`, c.Servers, appendOfferChange)
	b = optionalInt(b, `,"dropped":`, c.Dropped)
	_, err := w.Write(append(endObject(b, 0), '\n'))
	return err
}

func appendTotal(b []byte, t *comparison.Total) []byte {
	start := len(b)
	b = stringMember(b, `,"name":`, t.Name)
	b = intMember(b, `,"sessions":`, t.Sessions)
	b = mapMember(b, `,"states":`, t.States, appendInt)
	b = intMember(b, `,"kerberos":`, t.Kerberos)
	b = intMember(b, `,"logins":`, t.Logins)
	return endObject(b, start)
}

func appendPair(b []byte, p *comparison.Pair) []byte {
	start := len(b)
	b = stringMember(b, `,"client":`, p.Client.String())
	b = stringMember(b, `,"server":`, p.Server.String())
	if p.ClientBefore.IsValid() {
		b = stringMember(b, `,"client_before":`, p.ClientBefore.String())
	}
	if p.ServerBefore.IsValid() {
		b = stringMember(b, `,"server_before":`, p.ServerBefore.String())
	}
	b = stringMember(b, `,"trend":`, string(p.Trend))
	b = mapMember(b, `,"before":`, p.Before, appendInt)
	b = mapMember(b, `,"after":`, p.After, appendInt)
	b = listMember(b, `,"new_findings":`, p.New, appendFindingKind)
	b = listMember(b, `,"gone_findings":`, p.Gone, appendFindingKind)
	b = stringsMember(b, `,"causes_before":`, p.CausesBefore)
	b = stringsMember(b, `,"causes_after":`, p.CausesAfter)
	return endObject(b, start)
}

func appendSingle(b []byte, s *comparison.Single) []byte {
	start := len(b)
	b = stringMember(b, `,"client":`, s.Client.String())
	b = stringMember(b, `,"server":`, s.Server.String())
	b = mapMember(b, `,"states":`, s.States, appendInt)
	return endObject(b, start)
}

func appendFindingKind(b []byte, f *comparison.Finding) []byte {
	start := len(b)
	b = stringMember(b, `,"id":`, f.ID)
	b = stringMember(b, `,"severity":`, f.Severity)
	return endObject(b, start)
}

func appendOfferChange(b []byte, s *comparison.Server) []byte {
	start := len(b)
	b = stringMember(b, `,"server":`, s.Server.String())
	b = boolMember(b, `,"inside_tls":`, s.InTLS)
	b = stringsMember(b, `,"new":`, s.New)
	b = stringsMember(b, `,"gone":`, s.Gone)
	return endObject(b, start)
}
