package inspect_test

import (
	"slices"
	"testing"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/verdict"
)

// A maimed source has lost packets of Kerberos and DNS, or parts of them.
type maimed struct {
	capture.Source
	spoil func(p *capture.Packet) (kept bool)
}

func (m *maimed) Next() (*capture.Batch, error) {
	b, err := m.Source.Next()
	if err == nil {
		b.Beside = slices.DeleteFunc(slices.Clone(b.Beside), func(p capture.Packet) bool { return !m.spoil(&p) })
	}
	return b, err
}

// TestKerberosWithHoles: in this capture the frames 27 and 37 ask a KDC, by TCP, and
// 29 and 39 are its answers.
func TestKerberosWithHoles(t *testing.T) {
	const name = "../pcaps/cause-spn-unknown-for-alias.pcap"
	requests, answers := []int64{27, 37}, []int64{29, 39}
	without := func(frames ...int64) func(*capture.Packet) bool {
		return func(p *capture.Packet) bool { return !slices.Contains(frames, p.Frame) }
	}
	for _, test := range []struct {
		name  string
		spoil func(*capture.Packet) bool
		want  verdict.CauseID
	}{
		{"whole", without(), verdict.SPNUnknown},
		{"without the requests", without(requests...), verdict.SPNUnknown},
		{"without one answer", without(answers[0]), verdict.SPNUnknown},
		{"without the answers", without(answers...), verdict.ClientChose},
		{"without what the client sent", func(p *capture.Packet) bool {
			_, source, _ := p.Signal()
			return source.Port() == 88 || source.Port() == 53
		}, verdict.SPNUnknown},
		{"without DNS", func(p *capture.Packet) bool { _, is := p.Datagram(); return !is }, verdict.SPNUnknown},
		{"without any", func(*capture.Packet) bool { return false }, verdict.ClientChose},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := inspect.Options{Rules: capture.Rules{Ports: []uint16{587}, Beside: true}}
			source, err := capture.OpenFiles([]string{name}, capture.Options{Rules: o.Rules})
			if err != nil {
				t.Fatal(err)
			}
			defer source.Close()
			var got list
			if _, err := inspect.New(&maimed{source, test.spoil}, o).Run(&got); err != nil {
				t.Fatal(err)
			}
			if causes := got.sessions[0].Verdict.Causes; len(causes) == 0 || causes[0].ID != test.want {
				t.Errorf("causes %+v, want %s first; beside it %+v", causes, test.want, got.sessions[0].Nearby)
			}
		})
	}
}
