package capture

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"testing"
)

// TestDismisses: what is dismissed is what Select does not want, and it is
// counted as Select counts it.
func TestDismisses(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 11))
	dismissed := 0
	for range 20000 {
		_, link, data := generate(t, r)
		data = bytes.Clone(data)
		rules := Rules{Ports: []uint16{9}}
		if r.IntN(3) == 0 {
			rules = smtpPorts
		}
		for range r.IntN(3) { // damage
			data[r.IntN(len(data))] ^= 1 << r.IntN(8)
		}
		data = data[:len(data)-r.IntN(2)*r.IntN(len(data))]
		quick, whole := NewSelector(rules), NewSelector(rules)
		if !quick.dismisses(link, data) {
			if quick.stats.Unwanted+quick.stats.NotTCP != 0 {
				t.Fatalf("counted, but not dismissed: %x", data)
			}
			continue
		}
		dismissed++
		p := packetOf(link, data)
		if whole.Select(&p) {
			t.Fatalf("dismissed, but wanted: %x", data)
		}
		got, want := quick.Stats(), whole.Stats()
		same := maps.Equal(got.UnknownLink, want.UnknownLink)
		got.UnknownLink, want.UnknownLink = nil, nil
		if !same || got.Unwanted != want.Unwanted || got.NotTCP != want.NotTCP || got.Malformed != want.Malformed || got.Fragments != want.Fragments {
			t.Fatalf("%x\ncounted %+v\nwant    %+v", data, got, want)
		}
	}
	if dismissed < 200 {
		t.Errorf("%d packets dismissed", dismissed)
	}
}
