package inspect

import (
	"net/netip"
	"testing"
)

// The values are those of the baseline that the Community ID specification
// publishes (version 1, seed 0).
func TestCommunityID(t *testing.T) {
	tests := []struct {
		name string
		a, b string
		want string
	}{
		{name: "IPv4", a: "128.232.110.120:34855", b: "66.35.250.204:80", want: "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{name: "IPv4 turned", a: "66.35.250.204:80", b: "128.232.110.120:34855", want: "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := communityID(netip.MustParseAddrPort(test.a), netip.MustParseAddrPort(test.b)); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestCommunityIDIsSymmetric(t *testing.T) {
	ends := []netip.AddrPort{
		netip.MustParseAddrPort("10.0.0.1:25"),
		netip.MustParseAddrPort("10.0.0.1:50000"),
		netip.MustParseAddrPort("[2001:db8::1]:587"),
		netip.MustParseAddrPort("[2001:db8::2]:41000"),
	}
	for _, a := range ends {
		for _, b := range ends {
			if communityID(a, b) != communityID(b, a) {
				t.Errorf("%s and %s: depends on the direction", a, b)
			}
		}
	}
}
