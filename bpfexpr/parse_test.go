package bpfexpr

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorsPointAtThePlace(t *testing.T) {
	tests := []struct {
		expression, want string
		// marked has the place under the expression.
		marked string
	}{
		{"", "there is nothing in it", ""},
		{"tcp[13] & 2 != 0", "octets and numbers cannot be compared", "   ^"},
		{"port 25 & 1", "octets and numbers cannot be compared", "        ^"},
		{"less 100", "less: lengths", "^^^^"},
		{"port 25 and greater 100", "greater: lengths", "            ^^^^^^^"},
		{"gateway snup", "gateway: it needs names", "^^^^^^^"},
		{"ip broadcast", "broadcast: it cannot", "   ^^^^^^^^^"},
		{"ether host 0:1:2:3:4:5", "ether: link-layer addresses", "^^^^^"},
		{"port 25 and multicast", "multicast: it cannot", "            ^^^^^^^^^"},
		{"mpls 100", "mpls: what is in tunnels", "^^^^"},
		{"ip protochain 6", "protochain: chains", "   ^^^^^^^^^^"},
		{"inbound and port 25", "inbound: a capture file", "^^^^^^^"},
		{"host mail.example.com", "names are not looked up", "     ^^^^^^^^^^^^^^^^"},
		{"host 10.1", "net 10.1 is the network", "     ^^^^"},
		{"host 10.0.0.0/8", "net 10.0.0.0/8", "     ^^^^^^^^^^"},
		{"net 10.0.0.1/8", "beyond the mask: net 10.0.0.0/8", "    ^^^^^^^^^^"},
		{"net 10.0.0.0/33", "no network", "    ^^^^^^^^^^^"},
		{"net 10.0.0.0 mask 255.0.255.0", "no mask", "                  ^^^^^^^^^^^"},
		{"port 25-587", "portrange 25-587", "     ^^^^^^"},
		{"port 65536", "no port", "     ^^^^^"},
		{"port 010", "no port", "     ^^^"},
		{"port nosuch", "no port", "     ^^^^^^"},
		{"portrange 25-", "no port", "          ^^^"},
		{"vlan 4096", "up to 4095", "     ^^^^"},
		{"25", "say host, net or port", "^^"},
		{"tcp or 25", "say host, net or port", "       ^^"},
		{"(port 25) or 53", "say host, net or port", "             ^^"},
		{"tcp host 10.0.0.1", "tcp has no addresses", "^^^"},
		{"icmp port 25", "icmp has no ports", "^^^^"},
		{"ip port 25", "ip has no ports", "^^"},
		{"ip6 host 10.0.0.1", "ip6 has no such addresses", "         ^^^^^^^^"},
		{"src proto 6", "a protocol has no direction", "^^^"},
		{"ip proto nosuch", "no protocol of IP", "         ^^^^^^"},
		{"port 25 587", `is an "and" or "or" missing?`, "        ^^^"},
		{"tcp port 25 host 10.0.0.1", `is an "and" missing?`, "            ^^^^"},
		{"port 25 and", "missing at the end", "           "},
		{"port", "missing at the end", "    "},
		{"and port 25", `something is missing before "and"`, "^^^"},
		{"(port 25", "not closed", "^"},
		{"port 25)", "closes nothing", "       ^"},
		{"port (25 or port 26)", `"port" cannot be here`, "            ^^^^"},
		{strings.Repeat("not ", 200) + "tcp", "too deep", strings.Repeat(" ", 400) + "^^^"},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			_, err := Parse(tt.expression)
			var wrong *Error
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if !strings.Contains(wrong.Text, tt.want) {
				t.Errorf("got %q, want %q in it", wrong.Text, tt.want)
			}
			if got := strings.Repeat(" ", wrong.Offset) + strings.Repeat("^", wrong.Length); got != tt.marked {
				t.Errorf("the place is\n%s\n%s, want\n%s", tt.expression, got, tt.marked)
			}
		})
	}
}

// TestLinkErrors: what a link type has no answer to is said, not guessed.
func TestLinkErrors(t *testing.T) {
	tests := []struct {
		expression string
		link       Link
		want       string
	}{
		{"vlan and port 25", 113, "has no VLAN tags"},
		{"port 25", 127, "not known to capture filters"},
	}
	for _, tt := range tests {
		e, err := Parse(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		var wrong *LinkError
		if _, err = e.Compile(tt.link); !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), tt.want) {
			t.Errorf("%s on link type %d: got %v, want %q", tt.expression, tt.link, err, tt.want)
		}
	}
}
