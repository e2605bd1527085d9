package report

import (
	"strings"
	"testing"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// rungs is the dialogue of a session without its heading and the space before it.
func rungs(t *testing.T, s *smtpparse.Session) []string {
	t.Helper()
	s.Start = start
	p := newPage(TextOptions{})
	p.dialogue(s)
	checkPage(t, p.b, defaultWidth)
	_, body, _ := strings.Cut(strings.TrimPrefix(string(p.b), "\n"), "\n")
	var rows []string
	for row := range strings.Lines(body) {
		rows = append(rows, strings.TrimSpace(row))
	}
	return rows
}

func TestDialogueRows(t *testing.T) {
	data := func(frame, last, octets int64) smtpparse.Line {
		return smtpparse.Line{From: "client", Kind: smtpparse.LineData, Frame: frame, Last: last, Time: at(int(frame)), Octets: octets}
	}
	hole := func(frame, octets int64) smtpparse.Line {
		return smtpparse.Line{From: "client", Kind: smtpparse.LineGap, Frame: frame, Time: at(int(frame)), Octets: octets}
	}
	reply := func(frame int64, code int, text string) smtpparse.Line {
		return smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Frame: frame, Time: at(int(frame)), Code: code, Text: text}
	}
	hidden := data(4, 4, 100)
	hidden.Kind = smtpparse.LineSecure
	nothing := data(5, 5, 0)
	nothing.Kind, nothing.Text = smtpparse.LineUnread, "<redacted> (0 octets)"
	layer := func(chosen string, outcome smtpparse.Outcome) []*smtpparse.Auth {
		return []*smtpparse.Auth{nil, {Outcome: outcome, LastFrame: 3, SASLLayer: &authtoken.SASLLayer{Chosen: chosen}}}
	}
	tests := []struct {
		name  string
		lines []smtpparse.Line
		auth  []*smtpparse.Auth
		close string
		want  []string
	}{
		{name: "a run", lines: []smtpparse.Line{data(4, 9, 2900)},
			want: []string{"+0.004      4  * message, 2,900 octets on the wire, to frame 9"}},
		{name: "one hole in a run", lines: []smtpparse.Line{data(4, 9, 2900), hole(10, 1448), data(10, 0, 12)},
			want: []string{"+0.004      4  * message, 2,900 octets on the wire, to frame 9",
				"+0.010     10  * MISSING in the capture: 1,448 octets", "* message, 12 octets on the wire"}},
		{name: "a hole that is noticed late", lines: []smtpparse.Line{data(4, 9, 2900), hole(60, 1448), data(10, 20, 12)},
			want: []string{"+0.004      4  * message, 2,900 octets on the wire, to frame 9",
				"* MISSING in the capture: 1,448 octets (noticed at frame 60)", "+0.010     10  * message, 12 octets on the wire, to frame 20"}},
		{name: "a hole of unknown size", lines: []smtpparse.Line{hole(4, 0)},
			want: []string{"+0.004      4  * MISSING in the capture: an unknown number of octets"}},
		{name: "each packet cut", lines: []smtpparse.Line{data(4, 0, 134), hole(4, 1314), data(5, 0, 134), hole(99, 1314), data(6, 0, 134), reply(9, 250, "ok")},
			want: []string{"+0.004      4  * message, 3 pieces, 402 octets, 2,628 missing, to frame 6", "+0.009      9      ← 250 ok"}},
		{name: "cut at the end too, by how much is unknown", lines: []smtpparse.Line{data(4, 0, 134), hole(4, 1314), data(5, 0, 134), hole(5, 0)},
			want: []string{"+0.004      4  * message, 2 pieces, 268 octets, 1,314 and more missing, to", "frame 5"}},
		{name: "holes on both sides are not one run", lines: []smtpparse.Line{data(4, 0, 134), {From: "server", Kind: smtpparse.LineGap, Frame: 4, Time: at(4), Octets: 9}, data(4, 0, 134)},
			want: []string{"+0.004      4  * message, 134 octets on the wire", "* MISSING in the capture: 9 octets", "* message, 134 octets on the wire"}},
		{name: "nothing at all", lines: []smtpparse.Line{nothing, reply(9, 250, "ok")}, want: []string{"+0.009      9      ← 250 ok"}},
		{name: "a layer begins", lines: []smtpparse.Line{reply(3, 235, "ok"), hidden}, auth: layer("integrity", smtpparse.Accepted),
			want: []string{"+0.003      3      ← 235 ok", "* from here: SASL integrity layer", "+0.004      4  * inside the SASL security layer, 100 octets"}},
		{name: "no layer", lines: []smtpparse.Line{reply(3, 235, "ok")}, auth: layer("none", smtpparse.Accepted), want: []string{"+0.003      3      ← 235 ok"}},
		{name: "a login refused", lines: []smtpparse.Line{reply(3, 535, "no")}, auth: layer("integrity", smtpparse.Rejected), want: []string{"+0.003      3      ← 535 no"}},
		{name: "a reset", lines: []smtpparse.Line{reply(3, 250, "ok")}, close: "rst", want: []string{"+0.003      3      ← 250 ok", "* reset"}},
		{name: "a reset that has its line", lines: []smtpparse.Line{{From: "client", Kind: smtpparse.LineEnd, Text: "RST", Frame: 3, Time: at(3)}}, close: "rst",
			want: []string{"+0.003      3  * client ended the connection: RST"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := rungs(t, &smtpparse.Session{Dialogue: tt.lines, Auth: tt.auth, Close: tt.close})
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}
