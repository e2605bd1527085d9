package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"smtpscope/comparison"
	"smtpscope/verdict"
)

// compared is a comparison in which every member has a value.
func compared() *comparison.Result {
	client, server := netip.MustParseAddr("10.0.0.2"), netip.MustParseAddrPort("[2001:db8::9]:587")
	states := func(state verdict.State) map[verdict.State]int64 { return map[verdict.State]int64{state: 2} }
	pair := comparison.Pair{
		Client: client, Server: server, ClientBefore: netip.MustParseAddr("10.0.0.1"), ServerBefore: netip.MustParseAddrPort("10.0.0.9:25"),
		Trend: comparison.Better, Before: states(verdict.NTLM), After: states(verdict.Kerberos),
		New: []comparison.Finding{{ID: "no-mic", Severity: "low"}}, Gone: []comparison.Finding{{ID: "ntlmv1", Severity: "high"}},
		CausesBefore: []string{"spn-unknown"}, CausesAfter: []string{"wrong-account"},
	}
	return &comparison.Result{
		Before: comparison.Total{Name: "a|b\x1b[2J.pcap", Sessions: 2, States: states(verdict.NTLM), Logins: 2},
		After:  comparison.Total{Name: "after.pcap", Sessions: 2, States: states(verdict.Kerberos), Kerberos: 2, Logins: 2},
		Trend:  comparison.Better, Pairs: []comparison.Pair{pair}, Unsolved: []comparison.Pair{pair}, Same: 1, OnlyBefore: 1, OnlyAfter: 1,
		Vanished: []comparison.Single{{Client: client, Server: server, States: states(verdict.NTLM)}},
		Appeared: []comparison.Single{{Client: client, Server: server, States: states(verdict.Failed)}},
		Servers:  []comparison.Server{{Server: server, InTLS: true, New: []string{"GSSAPI"}, Gone: []string{"=CMD"}}},
		Dropped:  1,
	}
}

// The record of a comparison is what its tags say.
func TestComparedJSON(t *testing.T) {
	want := compared()
	var b bytes.Buffer
	if err := WriteComparedJSON(&b, want); err != nil {
		t.Fatal(err)
	}
	got := new(comparison.Result)
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	err := d.Decode(&struct {
		Type string `json:"type"`
		*comparison.Result
	}{Result: got})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestComparedWords(t *testing.T) {
	c := compared()
	var text, md strings.Builder
	if err := WriteCompared(&text, c, TextOptions{Width: 200}); err != nil {
		t.Fatal(err)
	}
	if err := WriteComparedMarkdown(&md, c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Better; logins by Kerberos: 0 of 2 before, 2 of 2 after", "1 better, 1 the same; in one only: 1 before, 1 after",
		"10.0.0.2 → [2001:db8::9]:587  better", "before it was 10.0.0.1 → 10.0.0.9:25", "spn-unknown → wrong-account",
		"As before, and not Kerberos", "Gone      10.0.0.2", "New       10.0.0.2", "now offers GSSAPI; no longer offers =CMD",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "\x1b") || strings.Contains(md.String(), "\x1b") || strings.Contains(md.String(), "| a|b") {
		t.Errorf("the name of a file is obeyed: %q", md.String())
	}
	// Rows of a table have as many cells as its head.
	for line := range strings.Lines(md.String()) {
		if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "|") && cells != 4 && cells != 8 {
			t.Errorf("%d cells: %s", cells-1, line)
		}
	}
}

// What did not change is listed as far as somebody reads, and counted.
func TestComparedListsEnd(t *testing.T) {
	c := compared()
	for i := range 30 {
		c.Vanished = append(c.Vanished, comparison.Single{Client: netip.AddrFrom4([4]byte{10, 9, 9, byte(i)}), Server: c.Pairs[0].Server})
	}
	var text strings.Builder
	if err := WriteCompared(&text, c, TextOptions{Width: 200}); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(text.String(), "10.9.9."), listedPairs-1; got != want || !strings.Contains(text.String(), fmt.Sprint(31-listedPairs, " more pairs")) {
		t.Errorf("%d lines, want %d, in\n%s", got, want, text.String())
	}
}
