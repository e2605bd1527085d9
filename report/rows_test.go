package report

import (
	"strings"
	"testing"

	"smtpscope/inspect"
)

func TestCommandsStayInOneRow(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"a break before it", "See whether the name is there: setspn -Q smtp/mx", "See whether the name is there:\nsetspn -Q smtp/mx\n"},
		{"there is room", "See: setspn -Q smtp/mx; then go on and on", "See: setspn -Q smtp/mx; then go on and\non\n"},
		{"it ends at punctuation", "Do what has to be done: w32tm /query, /then on", "Do what has to be done: w32tm /query,\n/then on\n"},
		{"and at prose", "On the client machine run klist purge and try", "On the client machine run klist purge\nand try\n"},
		{"in brackets", "At the connector, look there (Get-ReceiveConnector | Format-List X) first", "At the connector, look there\n(Get-ReceiveConnector | Format-List X)\nfirst\n"},
		{"longer than a row", "Look: Get-ReceiveConnector | Format-List Name,AuthMechanism.", "Look: Get-ReceiveConnector | Format-List\nName,AuthMechanism.\n"},
		{"two of them", "First of all w32tm /query /status and w32tm /resync now", "First of all w32tm /query /status and\nw32tm /resync now\n"},
		{"the last word", "klist", "klist\n"},
		{"a name that holds one", "what the new setspnet -Q SMTPSVC/mx does to it", "what the new setspnet -Q SMTPSVC/mx does\nto it\n"},
		{"glue on the wire is none", "a\x1fb", `a\x1fb` + "\n"},
		{"spaces inside stay", "klist  -kte   x", "klist  -kte   x\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := newPage(TextOptions{Width: 40})
			p.wrapAdvice(0, tt.in)
			if got := string(p.b); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// At any width a file's name and its colon stay together.
func TestInputsKeepNameAndColon(t *testing.T) {
	for _, name := range []string{"a.pcap", "monday morning, port 25.pcap", strings.Repeat("/directory", 9) + "/a.pcap"} {
		for width := 40; width < 120; width++ {
			p := newPage(TextOptions{Width: width})
			p.input(&inspect.Input{Name: name, Format: "pcap", Links: []string{"EN10MB"}, Packets: 7})
			checkPage(t, p.b, width)
			for row := range strings.Lines(string(p.b)) {
				if strings.HasPrefix(strings.TrimSpace(row), ":") {
					t.Errorf("width %d: a row begins with a colon:\n%s", width, p.b)
				}
			}
			if whole := len(name) < width-bodyColumn; whole && !strings.Contains(string(p.b), name+":") {
				t.Errorf("width %d: the name is torn:\n%s", width, p.b)
			}
		}
	}
}

// Our own facts are on the narrowest page too.
func TestNarrowPagesKeepFacts(t *testing.T) {
	for _, sample := range samples() {
		if sample.name == "incomplete" {
			continue // its wire is made to be clipped
		}
		narrow := text(t, TextOptions{Width: minWidth}, sample.session)
		checkPage(t, narrow, minWidth)
		facts, rest, _ := strings.Cut(string(narrow), "  Dialogue") // it may be clipped
		_, tokens, _ := strings.Cut(rest, "  Tokens")
		for _, text := range []string{facts, tokens} {
			if strings.Contains(text, unicodeMarks.ellipsis) {
				t.Errorf("%s: something is cut\n%s", sample.name, text)
			}
		}
	}
}
