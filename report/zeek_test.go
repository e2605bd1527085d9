package report

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"smtpscope/smtpparse"
)

// zeekCut reads a log as zeek-cut does: the #fields line names the columns, #separator
// parts them, and \xHH is an octet.
func zeekCut(t *testing.T, log string) (rows []map[string]string) {
	t.Helper()
	separator := ""
	var fields []string
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#separator "):
			separator = unhexed(t, strings.TrimPrefix(line, "#separator "))
		case strings.HasPrefix(line, "#fields"):
			fields = strings.Split(line, separator)[1:]
		case strings.HasPrefix(line, "#"):
		default:
			row := map[string]string{}
			cells := strings.Split(line, separator)
			if len(cells) != len(fields) {
				t.Fatalf("%d cells, %d fields: %q", len(cells), len(fields), line)
			}
			for i, cell := range cells {
				row[fields[i]] = cell
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func unhexed(t *testing.T, s string) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], `\x`) {
			n, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteByte(byte(n))
			i += 3
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestZeek(t *testing.T) {
	s := ntlmSession()
	s.Hello[0].Name = "a\tb\nc\\d"
	s.Messages = []*smtpparse.Message{
		{FirstFrame: 9, Time: s.Start, MailFrom: "-", RcptTo: []smtpparse.Recipient{{Address: "x,y@z"}, {Address: "ü@z"}}, Subject: "(empty)", ReplyCode: 250, ReplyText: "2.0.0 Ok"},
		{FirstFrame: 19, Time: s.Start.Add(time.Second)},
	}
	s.Hello = s.Hello[:1]
	var out bytes.Buffer
	p := NewZeek(&out, func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) })
	write(t, p, s)
	rows := zeekCut(t, out.String())
	if len(rows) != 2 {
		t.Fatalf("%d rows:\n%s", len(rows), out.String())
	}
	for field, want := range map[string]string{
		"helo": "a\tb\nc\\d", "mailfrom": "-", "subject": "(empty)", "last_reply": "250 2.0.0 Ok", "trans_depth": "1",
		"id.orig_h": s.Client.IP.String(), "id.resp_p": strconv.Itoa(int(s.Server.Port)), "community_id": s.CommunityID,
	} {
		if got := unhexed(t, rows[0][field]); got != want {
			t.Errorf("%s = %q, want %q", field, got, want)
		}
	}
	if got := strings.Split(rows[0]["rcptto"], ","); len(got) != 2 || unhexed(t, got[0]) != "x,y@z" || unhexed(t, got[1]) != "ü@z" {
		t.Errorf("rcptto = %q", got)
	}
	if rows[0]["mailfrom"] == "-" || rows[0]["subject"] == "(empty)" || rows[0]["cc"] != "-" || rows[1]["mailfrom"] != "(empty)" || rows[1]["trans_depth"] != "2" {
		t.Errorf("marks for unset and empty: %v", rows)
	}
	if !strings.Contains(out.String(), "#close\t2026-11-02-09-00-00\n") || rows[0]["uid"] != rows[1]["uid"] || !strings.HasPrefix(rows[0]["uid"], "C") {
		t.Errorf("log:\n%s", out.String())
	}
}

// A message that ended without a reply of its own has the last one up to its end,
// and not what the server said to the next message.
func TestZeekLastReply(t *testing.T) {
	s := &smtpparse.Session{Dialogue: []smtpparse.Line{
		{Kind: smtpparse.LineReply, Code: 550, Text: "5.1.1 nobody", Frame: 10},
		{Kind: smtpparse.LineReply, Code: 250, Text: "2.0.0 Ok", Frame: 20},
	}}
	for _, tc := range []struct {
		message smtpparse.Message
		want    string
	}{
		{smtpparse.Message{LastFrame: 10}, "550 5.1.1 nobody"},
		{smtpparse.Message{LastFrame: 20, ReplyCode: 354, ReplyText: "go on"}, "354 go on"},
		{smtpparse.Message{}, "250 2.0.0 Ok"},
	} {
		if got := lastReply(s, &tc.message); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.message, got, tc.want)
		}
	}
}
