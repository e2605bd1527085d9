package inspect

import (
	"reflect"
	"testing"

	"smtpscope/capture"
)

// An acrossSink asks, at each session, what they tell together.
type acrossSink struct {
	connectionSink
	in    *Inspector
	asked int
}

func (k *acrossSink) Session(int64, []byte) error {
	k.asked++
	k.in.Across()
	return nil
}

// What sessions tell together can be asked for while they come, and is what the
// summary says when all have.
func TestAcrossMeanwhile(t *testing.T) {
	rules := capture.Rules{Ports: []uint16{25, 587}}
	source, err := capture.OpenFiles([]string{"../pcaps/ntlm-on-25-kerberos-on-587-same-server.pcapng"}, capture.Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	in := New(source, Options{Rules: rules, Shards: 2})
	if before := in.Across(); before != nil {
		t.Errorf("before the first session: %+v", before)
	}
	sink := &acrossSink{in: in}
	sum, err := in.Run(sink)
	if err != nil {
		t.Fatal(err)
	}
	if got := in.Across(); sink.asked == 0 || len(got) == 0 || !reflect.DeepEqual(got, sum.Across) {
		t.Errorf("asked %d times, at last: %+v\nthe summary: %+v", sink.asked, got, sum.Across)
	}
}
