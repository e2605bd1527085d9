package metrics

import "github.com/prometheus/client_golang/prometheus"

// A trafficCollector reads what others count, when it is asked for.
type trafficCollector struct{ read func() Traffic }

var (
	packets = prometheus.NewDesc("smtpscope_packets_total", "Packets read.", nil, nil)
	octets  = prometheus.NewDesc("smtpscope_captured_bytes_total", "Captured octets of the packets read.", nil, nil)
	kept    = prometheus.NewDesc("smtpscope_packets_kept_total", "Packets that belong to connections looked at.", nil, nil)
	dropped = prometheus.NewDesc("smtpscope_packets_dropped_total", "Packets that the kernel had no room for; verdicts may suffer.", nil, nil)
	missing = prometheus.NewDesc("smtpscope_log_records_lost_total", "Records for which the log's disk had no room.", nil, nil)
	open    = prometheus.NewDesc("smtpscope_sessions_open", "Sessions that go on.", nil, nil)
)

// Describe implements prometheus.Collector.
func (c trafficCollector) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{packets, octets, kept, dropped, missing, open} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (c trafficCollector) Collect(to chan<- prometheus.Metric) {
	t := c.read()
	for _, m := range []struct {
		desc  *prometheus.Desc
		kind  prometheus.ValueType
		value int64
	}{
		{packets, prometheus.CounterValue, t.Packets},
		{octets, prometheus.CounterValue, t.Bytes},
		{kept, prometheus.CounterValue, t.Kept},
		{dropped, prometheus.CounterValue, t.Dropped},
		{missing, prometheus.CounterValue, t.Unlogged},
		{open, prometheus.GaugeValue, t.Open},
	} {
		to <- prometheus.MustNewConstMetric(m.desc, m.kind, float64(m.value))
	}
}
