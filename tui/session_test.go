package tui

import (
	"strings"
	"testing"
)

func TestSession(t *testing.T) {
	m := newTester(t, 120, 40)
	m.press("/", "state:ntlm-in-gssapi", "enter", "enter")
	m.wants("{spnego.NegTokenInit > ntlm.Negotiate}")
	m.press("/", "NegTokenInit", "enter", "enter") // from the token's line to its tree
	m.wants("[2 Auth (1)]", "▌", "octets")
	m.press("x")
	m.wants("spnego.NegTokenInit > ntlm.Negotiate", "60 4")
	m.press("esc", "esc")
	m.wants("[1 Sessions]")
	m.press("esc", "enter", "x")
	m.wants("from the server", "0000  ")
	m.press("esc", "]")
	m.wants("#6")
	m.press("[", "[")
	m.wants("#4")
	m.press("tab", "tab", "shift+tab")
	m.wants("[2 Auth")
	m.press("left", "left")
	m.press("esc")
}

func TestSearchGoesRound(t *testing.T) {
	m := newTester(t, 100, 30)
	m.press("enter", "/", "250")
	p := m.session.pane()
	hits := len(p.matches())
	if hits < 3 {
		t.Fatalf("%d matches", hits)
	}
	m.press("enter")
	first := p.at
	for range hits {
		m.press("n")
	}
	if p.at != first {
		t.Errorf("n went round to %d, began at %d", p.at, first)
	}
	m.press("n", "N")
	if p.at != first {
		t.Errorf("N went to %d", p.at)
	}
	m.press("/", "zzz", "enter")
	m.wants("Not found: 250zzz")
}

func TestSecretsAreMasked(t *testing.T) {
	for _, show := range []bool{false, true} {
		m := newTester(t, 120, 60)
		m.options.ShowSecrets = show
		m.press("/", "mech:plain", "enter", "enter", "2", "down", "down", "down", "down")
		text := m.text()
		if secret := strings.Contains(text, "Password1"); secret {
			t.Error("the record shows a secret")
		}
		if stars := strings.Contains(text, "** "); stars == show {
			t.Errorf("with secrets shown %v, stars %v:\n%s", show, stars, text)
		}
	}
}

func TestWithoutASecondPass(t *testing.T) {
	m := newTester(t, 120, 40, func(o *Options) { o.Octets = nil })
	m.press("/", "state:kerberos", "enter", "enter", "2", "down", "down", "down", "down", "down", "down", "down")
	m.wants("Packets are not kept")
}

// TestAdviceIsWhole: what to do does not end in an ellipsis, and our own words have no
// octets to show.
func TestAdviceIsWhole(t *testing.T) {
	m := newTester(t, 80, 24)
	m.press("/", "state:ntlm-in-gssapi", "enter", "enter", "6")
	m.wants("says whether the SPN exists, and", "once only.")
	m.press("down", "down", "x")
	m.wants("In full", "On the client: klist get", "once only.")
	if strings.Contains(m.text(), "0000  ") {
		t.Errorf("octets of our own words:\n%s", m.text())
	}
}
