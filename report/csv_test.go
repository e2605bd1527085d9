package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/verdict"
)

func TestCSVText(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{name: "plain", text: "alice", want: "alice"},
		{name: "comma", text: "a,b", want: `"a,b"`},
		{name: "quote", text: `a"b`, want: `"a""b"`},
		{name: "formula", text: "=HYPERLINK(\"http://x\")", want: `"'=HYPERLINK(""http://x"")"`},
		{name: "plus", text: "+1", want: `"'+1"`},
		{name: "minus", text: "-1+cmd|'/C calc'!A0", want: `"'-1+cmd|'/C calc'!A0"`},
		{name: "at", text: "@SUM(A1)", want: `"'@SUM(A1)"`},
		{name: "pipe", text: "|cmd", want: `"'|cmd"`},
		{name: "percent", text: "%1", want: `"'%1"`},
		{name: "behind a space", text: " =1", want: `"' =1"`},
		{name: "behind an apostrophe", text: "'=1", want: `"''=1"`},
		{name: "full width", text: "＝1", want: `"'＝1"`},
		{name: "behind a semicolon", text: "a; =1", want: `"a;' =1"`},
		{name: "a list", text: "a; b", want: `"a; b"`},
		{name: "tab", text: "\t=1", want: `\t=1`},
		{name: "line end", text: "a\r\n=1", want: `a\r\n=1`},
		{name: "escape sequence", text: "\x1b[31m", want: `\x1b[31m`},
		{name: "empty"},
	} {
		if got := string(appendCSVText(nil, tc.text)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// The rows are read by a CSV parser, each as long as the header, whatever was said.
func TestCSVIsRead(t *testing.T) {
	s := ntlmSession()
	s.Hello[0].Name = "=cmd|' /C calc'!A0,\"x\"\r\n"
	var out bytes.Buffer
	p := NewCSV(&out)
	write(t, p, s)
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != len(sessionColumns)+1 {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, out.String())
	}
	for _, cell := range rows[1] {
		if isFormula(cell) && !strings.HasPrefix(cell, "'") {
			t.Errorf("%q is a formula", cell)
		}
	}
	if !strings.Contains(out.String(), "\r\n") || strings.Contains(strings.ReplaceAll(out.String(), "\r\n", ""), "\n") {
		t.Error("lines do not end in CRLF")
	}
}

// Every row of every inventory has as many values as there are columns.
func TestTablesAreRectangles(t *testing.T) {
	v := inventory.New(0)
	var d inventory.Decoder
	f, rest := d.Facts(1, append(inventory.AppendFacts(nil, ntlmSession()), "rest"...))
	if string(rest) != "rest" {
		t.Errorf("behind the facts stands %q", rest)
	}
	v.Add(f)
	for _, r := range inventory.Reports {
		table := v.Table(r, []verdict.SummaryFinding{{ID: "open-relay", Severity: "medium"}})
		if table == nil {
			continue
		}
		p := &tablePrinter{}
		p.csvTable(table)
		rows, err := csv.NewReader(bytes.NewReader(p.b)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Errorf("%s: %d rows, %v", r, len(rows), err)
		}
	}
}

// write prints one session between the capture and the summary.
func write(t *testing.T, p Printer, sessions ...*inspect.Session) {
	t.Helper()
	err := p.Begin(&inspect.Capture{Tool: "smtpscope", Version: "1", Inputs: []string{"<a>&b.pcap"}})
	for i, s := range sessions {
		if err == nil {
			err = p.Write(int64(i+1), p.Render(nil, s))
		}
	}
	if err == nil {
		err = p.End(&inspect.Summary{Sessions: int64(len(sessions))})
	}
	if err != nil {
		t.Fatal(err)
	}
}
