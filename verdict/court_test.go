package verdict

import (
	"reflect"
	"testing"

	"smtpscope/pcaps"
	"smtpscope/smtpparse"
)

// What a Court remembers of other sessions must not show.
func TestCourtJudgesAsIfAlone(t *testing.T) {
	ct := NewCourt()
	for seed := range uint64(3000) {
		s := newDice(seed).session()
		want, wantFound := Judge(s)
		if got, found := ct.Judge(s, nil); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(found, wantFound) {
			t.Fatalf("seed %d: %+v\n%+v\nwant %+v\n%+v", seed, got, found, want, wantFound)
		}
	}
}

func TestCourtDoesNotAllocate(t *testing.T) {
	sessions, ct := pcaps.Sessions[smtpparse.Session](t), NewCourt()
	n := testing.AllocsPerRun(20, func() {
		for _, s := range sessions {
			ct.Judge(s, nil)
		}
	})
	// What may be: texts whose places in the phrasebook others want as well, and
	// the clocks of a KRB-ERROR.
	if perSession := n / float64(len(sessions)); perSession > 0.25 {
		t.Errorf("%v allocations a session", perSession)
	}
}

func TestPhrasebookGivesTheSameString(t *testing.T) {
	b := newPhrasebook()
	if n := testing.AllocsPerRun(100, func() {
		if got := b.say("AUTH", " ", "GSSAPI"); got != "AUTH GSSAPI" {
			t.Fatalf("got %q", got)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNumber(t *testing.T) {
	for _, tc := range []struct {
		n      int64
		digits int
		want   string
	}{
		{n: 0, digits: 1, want: "0"},
		{n: 0, digits: 3, want: "000"},
		{n: 7, digits: 3, want: "007"},
		{n: 235, digits: 3, want: "235"},
		{n: 235, digits: 1, want: "235"},
		{n: 999_999, digits: 1, want: "999999"},
		{n: 1_000_000, digits: 1, want: "1000000"},
		{n: -5, digits: 3, want: "-05"},
	} {
		if got := new(Court).number(tc.n, tc.digits); got != tc.want {
			t.Errorf("number(%d, %d) = %q, want %q", tc.n, tc.digits, got, tc.want)
		}
	}
}
