package authtoken

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkSame wants got, and the exchange that gave it, to say what want and its
// exchange say.
func checkSame(t testing.TB, again *Exchange, got *Token, first *Exchange, want *Token) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("used again, the token differs (-first +again):\n%s", diff)
	}
	if diff := cmp.Diff(summaries(t, first), summaries(t, again)); diff != "" {
		t.Errorf("used again, the summaries differ (-first +again):\n%s", diff)
	}
	if again.Actual() != first.Actual() || again.Mixed != first.Mixed {
		t.Errorf("used again: %q, mixed %v; first: %q, mixed %v", again.Actual(), again.Mixed, first.Actual(), first.Mixed)
	}
}

// TestReset reads all recorded logins and all samples in one exchange, one after
// the other and in the other order, and compares it with new ones.
func TestReset(t *testing.T) {
	dialogues := captured(t)
	for _, s := range corpus() {
		dialogues = append(dialogues, dialogue{s.name, s.mechanism, []step{{from: s.from, token: s.token}}})
	}
	again := NewExchange("LOGIN", Options{ShowSecrets: true})
	again.Lost()
	for round := range 2 {
		for i := range dialogues {
			d := dialogues[i]
			if round == 1 {
				d = dialogues[len(dialogues)-1-i]
			}
			t.Run(d.capture, func(t *testing.T) {
				o := Options{ShowSecrets: round == 1}
				first := NewExchange(d.mechanism, o)
				again.Reset(d.mechanism, o)
				for _, s := range d.steps {
					want := first.Add(s.from, s.token)
					checkSame(t, again, again.Add(s.from, s.token), first, want)
				}
			})
		}
	}
}

// TestResultsStay: what an exchange has handed out is as it was, whatever other
// exchanges and further tokens come.
func TestResultsStay(t *testing.T) {
	type result struct {
		token      *Token
		tree, path string
	}
	var all []result
	again := NewExchange("", Options{})
	for range 20 {
		for _, d := range captured(t) {
			x := NewExchange(d.mechanism, Options{})
			again.Reset(d.mechanism, Options{})
			for _, s := range d.steps {
				token := x.Add(s.from, s.token)
				var tree strings.Builder
				writeTree(&tree, token.Tree, "")
				all = append(all, result{token, tree.String(), token.Path})
				again.Add(s.from, s.token)
			}
		}
	}
	for _, r := range all {
		var tree strings.Builder
		writeTree(&tree, r.token.Tree, "")
		if tree.String() != r.tree || r.token.Path != r.path {
			t.Fatalf("%s has become %s:\n%s", r.path, r.token.Path, cmp.Diff(r.tree, tree.String()))
		}
	}
}

// TestResetAllocations: a login that was seen before costs no allocation but now
// and then a block for its strings, or one for words that share a place. Which
// words do is another one in each run, so it is the mean of many logins that is
// bounded: without Reset, or without the words, it is more than ten.
func TestResetAllocations(t *testing.T) {
	var sum float64
	logins := 0
	for _, d := range captured(t) {
		if d.mechanism == "OAUTHBEARER" || d.mechanism == "XOAUTH2" {
			continue // JSON
		}
		x := NewExchange(d.mechanism, Options{})
		login := func() {
			x.Reset(d.mechanism, Options{})
			for _, s := range d.steps {
				x.Add(s.from, s.token)
				x.Actual()
			}
		}
		login()
		sum += testing.AllocsPerRun(100, login)
		logins++
	}
	// The race detector makes a sync.Pool lose some of what it holds.
	if mean := sum / float64(logins); mean > 2 && !underRace {
		t.Errorf("%.2f allocations a login", mean)
	}
	if logins < 20 {
		t.Errorf("only %d logins", logins)
	}
}

// TestResetLetsGo: what hostile tokens made large is not kept.
func TestResetLetsGo(t *testing.T) {
	x := NewExchange("GSSAPI", Options{})
	hostile := krb5("\x03\x00", tlv(application|30, tlv(tagSequence, []byte(strings.Repeat("\xb5\x00", 5000)))))
	for range 100 {
		x.Add(Server, hostile)
	}
	if n := cap(x.room.fields.block); n > 2*maxFields {
		t.Errorf("a block of %d fields", n)
	}
	x.Reset("GSSAPI", Options{})
	if fields, tokens := cap(x.room.fields.block), cap(x.room.tokens.block); fields > mostFields || tokens > mostTokens {
		t.Errorf("%d fields and %d tokens are kept", fields, tokens)
	}
}

func TestSlab(t *testing.T) {
	var s slab[int]
	var handed [][]int
	for round := range 3 {
		for n := range 40 {
			run := s.take(n, 4)
			if len(run) != n || cap(run) != n {
				t.Fatalf("take(%d) gives %d of %d", n, len(run), cap(run))
			}
			for i := range run {
				run[i] = n
			}
			handed = append(handed, run)
		}
		for n, run := range handed {
			for _, v := range run {
				if v != n {
					t.Fatalf("round %d: run %d holds %d", round, n, v)
				}
			}
		}
		handed = nil
		s.reset(1000)
		if cap(s.block) < 780 {
			t.Errorf("round %d: a block of %d for the 780 elements of a round", round, cap(s.block))
		}
	}
	if s.reset(10); cap(s.block) > 10 {
		t.Errorf("%d elements are kept, 10 may be", cap(s.block))
	}
}

// TestWords: a string that is asked for again is the same, also when others have
// driven it out.
func TestWords(t *testing.T) {
	w := newWords()
	var made []string
	for round := range 3 {
		for i := range 4 * keptWords {
			text := strings.Repeat("x", i%100) + octets(i)
			got := w.word([]byte(text))
			if got != text {
				t.Fatalf("word(%q) = %q", text, got)
			}
			if round == 0 {
				made = append(made, got)
			} else if made[i] != text {
				t.Fatalf("%q has become %q", text, made[i])
			}
		}
	}
}
