package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/metrics"
)

// metricsFlags are those of --metrics.
type metricsFlags struct {
	address string
	public  bool
}

// validate refuses an address that others could reach: the metrics are for whoever
// asks. Only "localhost" is a name that is not looked up elsewhere.
func (m *metricsFlags) validate() error {
	switch {
	case m.address == "" && m.public:
		return errors.New("--metrics-public: --metrics says where")
	case m.address == "":
		return nil
	}
	host, _, err := net.SplitHostPort(m.address)
	if err != nil {
		return &hintError{fmt.Errorf("--metrics %s: no address with a port", m.address), "--metrics 127.0.0.1:9587"}
	}
	if host == "localhost" || m.public {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return nil
	}
	return &hintError{fmt.Errorf("--metrics %s: others could read how much mail there is, and how people log in", m.address),
		"--metrics 127.0.0.1:9587; or add --metrics-public"}
}

// listenForMetrics binds the address of --metrics, while that is allowed.
func (c *config) listenForMetrics() (net.Listener, error) {
	if c.metrics.address == "" {
		return nil, nil
	}
	return net.Listen("tcp", c.metrics.address)
}

// serveMetrics begins to count and to answer, if that is wanted. The function
// returned ends it.
func (c *config) serveMetrics(l net.Listener, source capture.Source, in *inspect.Inspector, log *logFile) (*metrics.Meter, func()) {
	if l == nil {
		return nil, func() {}
	}
	m := metrics.New(version(), c.rules.Ports, func() metrics.Traffic {
		stats := source.Stats()
		t := metrics.Traffic{Packets: stats.Packets, Bytes: stats.Bytes, Kept: stats.Kept, Open: in.Open()}
		for _, live := range stats.Live {
			t.Dropped += live.Dropped
		}
		if log != nil {
			t.Unlogged = log.lost.Load()
		}
		return t
	})
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	mux.Handle("GET /{$}", http.RedirectHandler("/metrics", http.StatusFound))
	server := &http.Server{
		Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10,
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			c.notices.tell(fmt.Sprintf("metrics: %v", err))
		}
	}()
	return m, func() {
		server.Close()
		<-ended
	}
}
