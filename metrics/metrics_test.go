package metrics

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

func sessionOf(port uint16, mechanism, actual string) *inspect.Session {
	s := &smtpparse.Session{Start: time.Unix(100, 0), End: time.Unix(102, 0)}
	s.Server.Port = port
	s.Auth = []*smtpparse.Auth{{Mechanism: mechanism, Actual: actual, Outcome: smtpparse.Accepted}}
	return &inspect.Session{Session: s, Verdict: verdict.Verdict{State: verdict.NTLMInGSSAPI}}
}

func scrape(t *testing.T, m *Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestScrape(t *testing.T) {
	m := New("v1.2.3", []uint16{25, 587}, func() Traffic { return Traffic{Packets: 7, Kept: 5, Dropped: 2, Unlogged: 1, Open: 3} })
	m.Count(sessionOf(587, "GSSAPI", "ntlm"))
	m.Count(sessionOf(2526, "X-EVIL", "x-evil"))
	m.Count(&inspect.Session{})
	text := scrape(t, m)
	for _, want := range []string{
		`smtpscope_build_info{version="v1.2.3"} 1`,
		`smtpscope_sessions_total{port="587",state="ntlm-in-gssapi",tls="no"} 1`,
		`smtpscope_sessions_total{port="other",state="ntlm-in-gssapi",tls="no"} 1`,
		`smtpscope_auth_attempts_total{actual="ntlm",mechanism="gssapi",outcome="accepted"} 1`,
		`smtpscope_auth_attempts_total{actual="other",mechanism="other",outcome="accepted"} 1`,
		`smtpscope_session_duration_seconds_bucket{state="ntlm-in-gssapi",le="1"} 0`,
		`smtpscope_session_duration_seconds_bucket{state="ntlm-in-gssapi",le="3"} 2`,
		"smtpscope_packets_total 7", "smtpscope_packets_dropped_total 2", "smtpscope_log_records_lost_total 1", "smtpscope_sessions_open 3",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// TestBounded: whatever the wire says, the number of series is that of the lists.
func TestBounded(t *testing.T) {
	m := New("", []uint16{25}, func() Traffic { return Traffic{} })
	for i := range 5000 {
		word := fmt.Sprintf("SCRAM-%d", i)
		m.Count(sessionOf(uint16(i), word, word))
	}
	if n := testutil.CollectAndCount(m.attempts); n != 1 {
		t.Errorf("%d series of attempts", n)
	}
	if n := testutil.CollectAndCount(m.sessions); n != 2 {
		t.Errorf("%d series of sessions", n)
	}
}

func TestMechanismsAreSorted(t *testing.T) {
	if !slices.IsSorted(mechanisms) {
		t.Error("they are not: some would not be found")
	}
}
