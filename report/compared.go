package report

import (
	"io"
	"strings"

	"smtpscope/comparison"
	"smtpscope/verdict"
)

// comparedWords is the answer in one sentence, and what it rests on in another.
func comparedWords(c *comparison.Result) (answer, rest string) {
	answer = "Logins by Kerberos: " + partOf(c.Before) + " before, " + partOf(c.After) + " after"
	if !c.Comparable() {
		return answer, "No client and server are in both captures: there is nothing to compare."
	}
	counts := map[comparison.Trend]int64{}
	for _, p := range c.Pairs {
		counts[p.Trend]++
	}
	return answer, "Pairs of client and server in both captures: " + join(", ",
		say(counts[comparison.Worse] > 0, grouped(counts[comparison.Worse])+" worse"), say(counts[comparison.Better] > 0, grouped(counts[comparison.Better])+" better"),
		say(counts[comparison.Changed] > 0, grouped(counts[comparison.Changed])+" otherwise changed"), say(c.Same > 0, grouped(c.Same)+" the same")) +
		say(c.OnlyBefore+c.OnlyAfter > 0, "; in one only: "+grouped(c.OnlyBefore)+" before, "+grouped(c.OnlyAfter)+" after") + "." +
		say(c.Dropped > 0, " "+count(c.Dropped, "session")+" had no room and are left out.")
}

func partOf(t comparison.Total) string { return grouped(t.Kerberos) + " of " + grouped(t.Logins) }

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

// WriteCompared prints a comparison for people.
func WriteCompared(w io.Writer, c *comparison.Result, o TextOptions) error {
	p := newPage(o)
	p.para("Before", c.Before.Name+": "+join(": ", count(c.Before.Sessions, "session"), stateList(c.Before.States)))
	p.para("After", c.After.Name+": "+join(": ", count(c.After.Sessions, "session"), stateList(c.After.States)))
	answer, rest := comparedWords(c)
	p.row("Answer")
	p.wrapStyled(bold, bodyColumn, answer)
	p.para("", rest)
	for _, pair := range c.Pairs {
		p.blank()
		p.to(labelColumn)
		p.styled(bold, pair.Client.String()+" "+p.marks.joint+" "+pair.Server.String())
		p.to(p.col + 2)
		p.styled(trendStyle(pair.Trend), string(pair.Trend))
		p.end()
		p.fact("verdicts", stateList(pair.Before)+" "+p.marks.to+" "+stateList(pair.After))
		p.fact("new findings", findingList(pair.New))
		p.fact("gone findings", findingList(pair.Gone))
	}
	for i, s := range c.Servers {
		if i == 0 {
			p.blank()
		}
		p.para(first(i, "Servers"), offerWords(s))
	}
	_, err := w.Write(p.b)
	return err
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
	for i, p := range c.Pairs {
		b = append(b, say(i == 0, "\n| client | server | trend | before | after | new findings | gone findings |\n|---|---|---|---|---|---|---|\n")...)
		b = append(b, "| "+strings.Join([]string{
			p.Client.String(), markdown(p.Server.String()), string(p.Trend), markdown(stateList(p.Before)), markdown(stateList(p.After)),
			markdown(findingList(p.New)), markdown(findingList(p.Gone)),
		}, " | ")+" |\n"...)
	}
	for i, s := range c.Servers {
		b = append(b, say(i == 0, "\nServers:\n\n")+"- "+markdown(offerWords(s))+"\n"...)
	}
	_, err := w.Write(b)
	return err
}
