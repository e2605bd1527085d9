package smtpparse

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A script is a conversation written down, one turn a line:
//
//	C: text      the client sends the text and CRLF
//	S: text      the server
//	C~ text      the same without CRLF; Go escapes such as \n and \x00 are undone
//	S~ text
//	C! 120       120 octets of the client are missing (0: unknown how many)
//	S! 0
//	CT: text     inside TLS, as FeedDecrypted; ST:, CT~, ST~, CT!, ST! likewise
//	C.           the client ends its direction
//	S.
//
// Every line is a packet of its own: frames count from 1. Blank lines and lines
// that begin with # are passed over.
type script string

// b64 is what a client or server makes of a token.
func b64(token string) string { return base64.StdEncoding.EncodeToString([]byte(token)) }

type turn struct {
	dir   Dir
	tls   bool
	data  []byte
	gap   int64
	isGap bool
	end   bool
}

// turns reads a script.
func (s script) turns() (turns []turn, err error) {
	for _, line := range strings.Split(string(s), "\n") {
		line = strings.TrimLeft(line, "\t")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		u, err := readTurn(line)
		if err != nil {
			return turns, fmt.Errorf("script line %q: %w", line, err)
		}
		turns = append(turns, u)
	}
	return turns, nil
}

func readTurn(line string) (u turn, err error) {
	rest := line
	switch line[0] {
	case 'C':
	case 'S':
		u.dir = Server
	default:
		return u, errors.New("neither side")
	}
	if rest, u.tls = strings.CutPrefix(rest[1:], "T"); rest == "" {
		return u, errors.New("no kind")
	}
	kind, text := rest[0], strings.TrimPrefix(rest[1:], " ")
	switch kind {
	case ':':
		u.data = []byte(text + "\r\n")
	case '~':
		var raw string
		raw, err = strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
		u.data = []byte(raw)
	case '!':
		u.gap, err = strconv.ParseInt(text, 10, 64)
		u.isGap = true
	case '.':
		u.end = true
	default:
		err = errors.New("unknown kind")
	}
	return u, err
}

// A splitter says how many of the n octets left go into the next call.
type splitter func(n int) int

func whole(n int) int    { return n }
func bytewise(n int) int { return 1 }
func random(seed uint64) splitter {
	r := rand.New(rand.NewPCG(seed, 1))
	return func(n int) int { return 1 + r.IntN(min(n, 1+r.IntN(40))) }
}

func markOf(frame int) Mark {
	return Mark{Frame: int64(frame), Time: time.Date(2026, 11, 2, 9, 0, 0, frame*1000, time.UTC)}
}

func play(turns []turn, o Options, split splitter) *Session {
	p := NewParser(o)
	playOn(p, turns, split)
	return p.Session()
}

func playOn(p *Parser, turns []turn, split splitter) {
	for i, u := range turns {
		at := markOf(i + 1)
		feed, gap := p.Feed, p.Gap
		if u.tls {
			feed, gap = p.FeedDecrypted, p.GapDecrypted
		}
		switch {
		case u.isGap:
			gap(u.dir, at, u.gap)
		case u.end:
			p.End(u.dir, at)
		}
		for rest := u.data; len(rest) > 0; {
			n := split(len(rest))
			// A copy of its own, overwritten afterwards: data must not be kept.
			piece := append([]byte(nil), rest[:n]...)
			feed(u.dir, at, piece)
			for k := range piece {
				piece[k] = '#'
			}
			rest = rest[n:]
		}
	}
	p.Close(markOf(len(turns) + 1))
}

// run plays a script whole, octet by octet, split at random, and on a recycled
// parser; all must give the same session.
func (s script) run(t testing.TB, o Options) *Session {
	t.Helper()
	turns, err := s.turns()
	if err != nil {
		t.Fatal(err)
	}
	return sameForAllSplits(t, turns, o)
}

func sameForAllSplits(t testing.TB, turns []turn, o Options) *Session {
	t.Helper()
	want := play(turns, o, whole)
	check := func(name string, got *Session) {
		if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
			t.Errorf("%s: the session differs (-whole +%s)\n%s", name, name, diff)
		}
	}
	check("bytewise", play(turns, o, bytewise))
	for seed := range uint64(4) {
		check(fmt.Sprintf("split-%d", seed), play(turns, o, random(seed)))
	}
	o.Phrases = NewPhrases()
	p := NewParser(o)
	playOn(p, turns[:len(turns)/2], random(9))
	p.Reset(o.Midstream)
	playOn(p, turns, random(10))
	check("recycled", p.Session())
	return want
}

// dialogue prints a dialogue for comparison: one line each.
func dialogue(s *Session) string {
	var b strings.Builder
	for _, l := range s.Dialogue {
		from := "C"
		if l.From == "server" {
			from = "S"
		}
		fmt.Fprintf(&b, "%s%d %s", from, l.Frame, l.Kind)
		if l.Code != 0 {
			sep := " "
			if l.More {
				sep = "-"
			}
			fmt.Fprintf(&b, " %d%s%s", l.Code, sep, l.Text)
		} else if l.Text != "" {
			fmt.Fprintf(&b, " %s", l.Text)
		}
		if l.Token != "" {
			fmt.Fprintf(&b, " {%s}", l.Token)
		}
		if l.Octets != 0 && l.Kind != LineUnread {
			fmt.Fprintf(&b, " [%d]", l.Octets)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func anomalies(s *Session) (out []string) {
	for _, a := range s.Anomalies {
		line := fmt.Sprintf("%s@%d", a.Kind, a.Frame)
		if a.Text != "" {
			line += " " + a.Text
		}
		out = append(out, line)
	}
	return out
}

func messages(s *Session) (out []string) {
	for _, m := range s.Messages {
		var rcpt []string
		for _, r := range m.RcptTo {
			x := fmt.Sprintf("%s=%d", r.Address, r.ReplyCode)
			if r.DeliveryCode != 0 {
				x += fmt.Sprintf("/%d", r.DeliveryCode)
			}
			rcpt = append(rcpt, x)
		}
		line := fmt.Sprintf("%s>%s %s %d %s %d", m.MailFrom, strings.Join(rcpt, ","), m.Transfer, m.Bytes, m.Status, m.ReplyCode)
		if m.Missing != 0 {
			line += fmt.Sprintf(" missing %d", m.Missing)
		}
		if m.Complete {
			line += " complete"
		}
		out = append(out, line)
	}
	return out
}

func attempts(s *Session) (out []string) {
	for _, a := range s.Auth {
		line := fmt.Sprintf("%s %s %s %s %d", a.Verb, a.Mechanism, a.Actual, a.Outcome, a.ReplyCode)
		if a.Gap {
			line += " gap"
		}
		if a.Doubtful {
			line += " doubtful"
		}
		for _, st := range a.Steps {
			line += fmt.Sprintf(" %s:%s", st.From[:1], st.Kind)
		}
		out = append(out, line)
	}
	return out
}

func hellos(s *Session) (out []string) {
	for _, h := range s.Hello {
		line := fmt.Sprintf("%s %s %d", h.Verb, h.Name, h.ReplyCode)
		if h.TLS {
			line += " tls"
		}
		if !h.Complete {
			line += " incomplete"
		}
		for _, c := range h.Capabilities {
			line += " " + c.Keyword
			if len(c.Params) > 0 {
				line += "(" + strings.Join(c.Params, " ") + ")"
			}
		}
		out = append(out, line)
	}
	return out
}

func tlsPart(s *Session) string {
	if s.TLS == nil {
		if slices.ContainsFunc(s.Dialogue, func(l Line) bool { return l.Kind == LineTLS }) {
			return "none, and octets of it"
		}
		return "none"
	}
	line := fmt.Sprintf("%s %d-%d, %d to and %d fro", s.TLS.Via, s.TLS.Frame, s.TLS.ReplyFrame, s.TLS.OctetsClient, s.TLS.OctetsServer)
	if s.TLS.Decrypted {
		line += ", decrypted"
	}
	return line
}
