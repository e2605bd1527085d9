// Package metrics counts sessions for Prometheus.
//
// The labels are words of closed sets: no address, no name, no word of the wire
// that is not known becomes one, so that their number is bounded whatever is
// captured, and so that who may read them learns of nobody. Names and units are as
// https://prometheus.io/docs/practices/naming/ has them.
package metrics

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"smtpscope/inspect"
)

// Traffic is what a source and an inspection have counted since they began.
type Traffic struct {
	// Packets and Bytes count what was read, Kept the packets of wanted connections.
	Packets, Bytes, Kept int64
	// Dropped counts the packets that the kernel had no room for.
	Dropped int64
	// Unlogged counts the records for which the log had no room.
	Unlogged int64
	// Open is the number of sessions that go on.
	Open int64
}

// A Meter counts sessions.
type Meter struct {
	registry *prometheus.Registry
	ports    []uint16
	sessions *prometheus.CounterVec
	duration *prometheus.HistogramVec
	attempts *prometheus.CounterVec
	messages prometheus.Counter
}

// durations are bounds in seconds, from a session on one's own network to one
// that waits for the client's ten minutes (RFC 5321, section 4.5.3.2).
var durations = []float64{.01, .03, .1, .3, 1, 3, 10, 30, 100, 300, 1000}

// New prepares the counting. Ports other than those named are counted together.
// Traffic is asked for when metrics are read, from any goroutine.
func New(version string, ports []uint16, traffic func() Traffic) *Meter {
	m := &Meter{
		registry: prometheus.NewRegistry(),
		ports:    slices.Clone(ports),
		sessions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smtpscope_sessions_total", Help: "SMTP sessions that have ended, by verdict, server port and TLS.",
		}, []string{"state", "port", "tls"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "smtpscope_session_duration_seconds", Help: "Time from the first to the last packet of a session, by verdict.", Buckets: durations,
		}, []string{"state"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "smtpscope_auth_attempts_total", Help: "Logins tried, by the mechanism named, by what its tokens really were, and by outcome.",
		}, []string{"mechanism", "actual", "outcome"}),
		messages: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "smtpscope_messages_total", Help: "Mail transactions of sessions that have ended.",
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "smtpscope_build_info", Help: "Always 1; the label says which version runs.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	// What is in use, garbage left out: the one number that tells whether memory grows.
	live := collectors.WithGoCollectorRuntimeMetrics(collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile("^/gc/heap/live:bytes$")})
	m.registry.MustRegister(m.sessions, m.duration, m.attempts, m.messages, build, trafficCollector{traffic}, collectors.NewGoCollector(live))
	return m
}

// Handler serves the metrics.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// Count counts a session that has ended. It may be called from several
// goroutines at once and keeps nothing of the session.
func (m *Meter) Count(s *inspect.Session) {
	if s.Session == nil {
		return
	}
	state := string(s.Verdict.State)
	m.sessions.WithLabelValues(state, m.port(s.Server.Port), tlsOf(s)).Inc()
	m.duration.WithLabelValues(state).Observe(max(s.End.Sub(s.Start).Seconds(), 0))
	m.messages.Add(float64(len(s.Messages)))
	for _, a := range s.Auth {
		m.attempts.WithLabelValues(mechanism(a.Mechanism), actual(a.Actual), string(a.Outcome)).Inc()
	}
}

func (m *Meter) port(port uint16) string {
	if slices.Contains(m.ports, port) {
		return strconv.Itoa(int(port))
	}
	return other
}

func tlsOf(s *inspect.Session) string {
	switch {
	case s.TLS == nil:
		return "no"
	case s.TLS.Decrypted:
		return "decrypted"
	}
	return "opaque"
}

// other stands for all that is in no list.
const other = "other"

// mechanisms are the SASL names that are labels, in lower case.
var mechanisms = []string{
	"anonymous", "cram-md5", "digest-md5", "exchangeauth", "external", "gs2-iakerb", "gs2-krb5", "gss-spnego", "gssapi", "login", "ntlm",
	"oauthbearer", "plain", "scram-sha-1", "scram-sha-1-plus", "scram-sha-256", "scram-sha-256-plus", "scram-sha-512",
	"scram-sha-512-plus", "xoauth2",
}

// mechanism is the label of a mechanism's name as it was sent.
func mechanism(name string) string {
	if name == "" {
		return "unknown" // not seen
	}
	if i, known := slices.BinarySearchFunc(mechanisms, name, compareFolded); known {
		return mechanisms[i]
	}
	return other
}

func compareFolded(word, name string) int { return strings.Compare(word, strings.ToLower(name)) }

// actual is the label of what tokens were.
func actual(name string) string {
	switch name {
	case "kerberos", "iakerb", "none", "unknown":
		return name
	}
	return mechanism(name)
}
