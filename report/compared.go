package report

import (
	"cmp"
	"io"
	"net/netip"
	"strings"

	"smtpscope/comparison"
	"smtpscope/verdict"
)

// comparedWords is the answer in one sentence, and what it rests on in another.
func comparedWords(c *comparison.Result) (answer, rest string) {
	by := "logins by Kerberos: " + partOf(c.Before) + " before, " + partOf(c.After) + " after"
	if !c.Comparable() {
		return "Nothing to compare; " + by, "No client and server are in both captures."
	}
	counts := map[comparison.Trend]int64{}
	for _, p := range c.Pairs {
		counts[p.Trend]++
	}
	switch {
	case c.Trend == comparison.Worse && counts[comparison.Better] > 0:
		answer = "Worse for some, better for others; "
	case c.Trend == comparison.Worse:
		answer = "Worse; "
	case c.Trend == comparison.Better:
		answer = "Better; "
	case c.Trend == comparison.Changed:
		answer = "Changed, neither for better nor for worse; "
	default:
		answer = "Nothing changed; "
	}
	return answer + by, "Pairs of client and server in both captures: " + join(", ",
		say(counts[comparison.Worse] > 0, grouped(counts[comparison.Worse])+" worse"), say(counts[comparison.Better] > 0, grouped(counts[comparison.Better])+" better"),
		say(counts[comparison.Changed] > 0, grouped(counts[comparison.Changed])+" otherwise changed"), say(c.Same > 0, grouped(c.Same)+" the same")) +
		say(c.OnlyBefore+c.OnlyAfter > 0, "; in one only: "+grouped(c.OnlyBefore)+" before, "+grouped(c.OnlyAfter)+" after") + "." +
		say(c.Dropped > 0, " "+"No room for "+count(c.Dropped, "session")+": left out.")
}

// partOf says how many logins were by Kerberos; where none was read, that.
func partOf(t comparison.Total) string {
	if t.Logins == 0 {
		return "no login was read"
	}
	return grouped(t.Kerberos) + " of " + grouped(t.Logins)
}

// stateList is a count of verdicts for a sentence.
func stateList(states map[verdict.State]int64) string {
	var parts []string
	for _, state := range verdict.States {
		if n := states[state]; n > 0 {
			parts = append(parts, grouped(n)+" "+string(state))
		}
	}
	return strings.Join(parts, ", ")
}

func findingList(list []comparison.Finding) string {
	var parts []string
	for _, f := range list {
		parts = append(parts, f.ID+" ("+f.Severity+")")
	}
	return strings.Join(parts, ", ")
}

func trendStyle(t comparison.Trend) style {
	switch t {
	case comparison.Worse:
		return red
	case comparison.Better:
		return green
	}
	return yellow
}

// listedPairs is how many pairs of a kind are printed that did not change, or are in
// one capture only: the record has them all.
const listedPairs = 20

// WriteCompared prints a comparison for people.
func WriteCompared(w io.Writer, c *comparison.Result, o TextOptions) error {
	p := newPage(o)
	p.para("Before", c.Before.Name+": "+join(": ", count(c.Before.Sessions, "session"), stateList(c.Before.States)))
	p.para("After", c.After.Name+": "+join(": ", count(c.After.Sessions, "session"), stateList(c.After.States)))
	answer, rest := comparedWords(c)
	p.row("Answer")
	p.wrapStyled(bold, bodyColumn, answer)
	p.para("", rest)
	for i := range c.Pairs {
		p.comparedPair(&c.Pairs[i])
	}
	for i := range c.Unsolved {
		if i == 0 {
			p.blank()
			p.to(labelColumn)
			p.styled(bold, "As before, and not Kerberos")
			p.end()
		}
		if i == listedPairs {
			p.para("", count(int64(len(c.Unsolved)-i), "more pair")+": --format json has them all")
			break
		}
		pair := &c.Unsolved[i]
		p.para("", p.ends(pair.Client, pair.Server)+": "+stateList(pair.After)+with("; why: ", strings.Join(pair.CausesAfter, ", ")))
	}
	p.singles("Gone", c.Vanished)
	p.singles("New", c.Appeared)
	for i, s := range c.Servers {
		if i == 0 {
			p.blank()
		}
		p.para(first(i, "Servers"), offerWords(s))
	}
	_, err := w.Write(p.b)
	return err
}

// comparedPair prints what became of a pair.
func (p *page) comparedPair(pair *comparison.Pair) {
	p.blank()
	p.to(labelColumn)
	p.styled(bold, p.ends(pair.Client, pair.Server))
	p.to(p.col + 2)
	p.styled(trendStyle(pair.Trend), string(pair.Trend))
	p.end()
	p.fact("before it was", p.formerEnds(pair))
	p.fact("verdicts", stateList(pair.Before)+" "+p.marks.to+" "+stateList(pair.After))
	p.fact("causes", causeChange(pair, p.marks.to))
	p.fact("new findings", findingList(pair.New))
	p.fact("gone findings", findingList(pair.Gone))
}

func (p *page) ends(client netip.Addr, server netip.AddrPort) string {
	return client.String() + " " + p.marks.joint + " " + server.String()
}

// formerEnds are those of a pair before, if they were others.
func (p *page) formerEnds(pair *comparison.Pair) string {
	if !pair.ClientBefore.IsValid() && !pair.ServerBefore.IsValid() {
		return ""
	}
	client, server := pair.Client, pair.Server
	if pair.ClientBefore.IsValid() {
		client = pair.ClientBefore
	}
	if pair.ServerBefore.IsValid() {
		server = pair.ServerBefore
	}
	return p.ends(client, server)
}

// singles lists the pairs of one capture.
func (p *page) singles(label string, list []comparison.Single) {
	for i := range list {
		if i == 0 {
			p.blank()
		}
		if i == listedPairs {
			p.para("", count(int64(len(list)-i), "more pair")+": --format json has them all")
			return
		}
		p.para(first(i, label), p.ends(list[i].Client, list[i].Server)+": "+stateList(list[i].States))
	}
}

// causeChange says why it was not Kerberos, and why it is not.
func causeChange(p *comparison.Pair, arrow string) string {
	then, now := strings.Join(p.CausesBefore, ", "), strings.Join(p.CausesAfter, ", ")
	if then == now {
		return then
	}
	return cmp.Or(then, "nothing") + " " + arrow + " " + cmp.Or(now, "nothing")
}

// offerWords says what became of a server's offer.
func offerWords(s comparison.Server) string {
	return s.Server.String() + say(s.InTLS, " inside TLS") + say(!s.InTLS, " before TLS") + ": " +
		join("; ", with("now offers ", strings.Join(s.New, ", ")), with("no longer offers ", strings.Join(s.Gone, ", ")))
}

// WriteComparedMarkdown prints a comparison for tickets.
func WriteComparedMarkdown(w io.Writer, c *comparison.Result) error {
	answer, rest := comparedWords(c)
	b := []byte("# SMTP before and after\n\n**" + markdown(answer) + "**\n\n" + markdown(rest) + "\n\n| capture | sessions | verdicts |\n|---|---:|---|\n")
	for _, t := range []comparison.Total{c.Before, c.After} {
		b = append(b, "| "+markdown(t.Name)+" | "+grouped(t.Sessions)+" | "+markdown(stateList(t.States))+" |\n"...)
	}
	ends := newPage(TextOptions{})
	for i := range c.Pairs {
		p := &c.Pairs[i]
		b = append(b, say(i == 0, "\n| client and server | trend | before | after | causes | new findings | gone findings |\n|---|---|---|---|---|---|---|\n")...)
		b = append(b, "| "+strings.Join([]string{
			markdown(ends.ends(p.Client, p.Server)) + with(", before it was ", markdown(ends.formerEnds(p))), string(p.Trend), markdown(stateList(p.Before)), markdown(stateList(p.After)),
			markdown(causeChange(p, "→")), markdown(findingList(p.New)), markdown(findingList(p.Gone)),
		}, " | ")+" |\n"...)
	}
	for i := range c.Unsolved {
		p := &c.Unsolved[i]
		b = append(b, say(i == 0, "\nAs before, and not Kerberos:\n\n")+"- "+markdown(ends.ends(p.Client, p.Server)+": "+stateList(p.After)+with("; why: ", strings.Join(p.CausesAfter, ", ")))+"\n"...)
	}
	for _, only := range []struct {
		title string
		list  []comparison.Single
	}{{"In the first capture only", c.Vanished}, {"In the second capture only", c.Appeared}} {
		for i := range only.list {
			s := &only.list[i]
			b = append(b, say(i == 0, "\n"+only.title+":\n\n")+"- "+markdown(ends.ends(s.Client, s.Server)+": "+stateList(s.States))+"\n"...)
		}
	}
	for i, s := range c.Servers {
		b = append(b, say(i == 0, "\nServers:\n\n")+"- "+markdown(offerWords(s))+"\n"...)
	}
	_, err := w.Write(b)
	return err
}
