package report

import (
	"testing"

	"smtpscope/inspect"
)

func TestAttemptsWithoutSessions(t *testing.T) {
	tests := []struct {
		name string
		in   inspect.Connections
		want string
	}{
		{"none", inspect.Connections{Opened: 9}, ""},
		{"one refused", inspect.Connections{Refused: 1}, "  Attempts  1 connection refused: these have no session in the report\n"},
		{"refused and silent", inspect.Connections{Refused: 1200, Unanswered: 2}, "  Attempts  1,200 connections refused, 2 never answered: these have no session\n            in the report\n"},
	}
	for _, tt := range tests {
		p := newPage(TextOptions{})
		p.connections(&tt.in)
		if got := string(p.b); got != tt.want {
			t.Errorf("%s: got\n%swant\n%s", tt.name, got, tt.want)
		}
	}
}
