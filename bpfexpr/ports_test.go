package bpfexpr

import (
	"fmt"
	"strings"
	"testing"
)

// portFrames are what the kernel must keep, and need not, when ports 25 and
// 587 are wanted.
var portFrames = []struct {
	name  string
	frame []byte
	want  bool
}{
	{"to the port", frame(ether(0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"from the port", frame(ether(0x800), ip4(6, a4, b4), tcp(25, 40000)), true},
	{"another port", frame(ether(0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"the port in udp", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 25)), false},
	{"behind ip options", frame(ether(0x800), ip4With(6, a4, b4, 0, make([]byte, 40)), tcp(40000, 587)), true},
	{"another behind ip options", frame(ether(0x800), ip4With(6, a4, b4, 0, make([]byte, 8)), tcp(40000, 80)), false},
	{"first fragment", frame(ether(0x800), ip4With(6, a4, b4, 0x2000, nil), tcp(40000, 25)), true},
	{"first fragment of another", frame(ether(0x800), ip4With(6, a4, b4, 0x2000, nil), tcp(40000, 80)), false},
	{"later fragment", frame(ether(0x800), ip4With(6, a4, b4, 0x2002, nil), zeros(8)), true},
	{"last fragment of four octets", frame(ether(0x800), ip4With(6, a4, b4, 2, nil), zeros(4)), true},
	{"later fragment of udp, which may be a tunnel", frame(ether(0x800), ip4With(17, a4, b4, 2, nil), zeros(8)), true},
	{"later fragment of icmp", frame(ether(0x800), ip4With(1, a4, b4, 2, nil), zeros(8)), false},
	{"icmp", frame(ether(0x800), ip4(1, a4, b4), zeros(8)), false},
	{"arp", frame(ether(0x806), arp(a4, b4)), false},
	{"ipv6", frame(ether(0x86dd), ip6(6, a6, b6), tcp(25, 40000)), true},
	{"another in ipv6", frame(ether(0x86dd), ip6(6, a6, b6), tcp(26, 40000)), false},
	{"hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(6, 0), tcp(40000, 25)), true},
	{"another behind hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(6, 1), tcp(40000, 26)), false},
	{"four extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 2), ext6(60, 0), ext6(6, 1), tcp(40000, 587)), true},
	{"another behind four extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 2), ext6(60, 0), ext6(6, 1), tcp(40000, 80)), false},
	{"five extension headers", frame(ether(0x86dd), ip6(0, a6, b6), ext6(60, 0), ext6(43, 0), ext6(60, 0), ext6(60, 0), ext6(6, 0), tcp(1, 2)), true},
	{"authentication header", frame(ether(0x86dd), ip6(51, a6, b6), octets(6, 4), zeros(22), tcp(40000, 25)), true},
	{"another behind an authentication header", frame(ether(0x86dd), ip6(51, a6, b6), octets(6, 4), zeros(22), tcp(40000, 26)), false},
	{"authentication header in ipv4", frame(ether(0x800), ip4(51, a4, b4), octets(6, 4), zeros(22), tcp(40000, 25)), true},
	{"another behind one in ipv4", frame(ether(0x800), ip4(51, a4, b4), octets(6, 4), zeros(22), tcp(40000, 26)), false},
	{"fragment of ipv6", frame(ether(0x86dd), ip6(44, a6, b6), fragment6(6, 3, 1), zeros(8)), true},
	{"fragment behind destination options", frame(ether(0x86dd), ip6(60, a6, b6), ext6(44, 0), fragment6(6, 3, 0), zeros(2)), true},
	{"icmpv6", frame(ether(0x86dd), ip6(58, a6, b6), zeros(8)), false},
	{"icmpv6 behind hop by hop", frame(ether(0x86dd), ip6(0, a6, b6), ext6(58, 0), zeros(8)), false},
	{"tagged", frame(ether(0x8100), vlan(7, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged, another", frame(ether(0x8100), vlan(7, 0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"tagged ipv6", frame(ether(0x8100), vlan(7, 0x86dd), ip6(6, a6, b6), tcp(40000, 587)), true},
	{"tagged twice", frame(ether(0x88a8), vlan(7, 0x8100), vlan(8, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged twice, another", frame(ether(0x88a8), vlan(7, 0x8100), vlan(8, 0x800), ip4(6, a4, b4), tcp(40000, 26)), false},
	{"tagged twice, the inner one like the start of ipv4", frame(ether(0x8100), vlan(7, 0x8100), vlan(0x4508, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged twice, the inner one like the start of ipv6", frame(ether(0x8100), vlan(7, 0x8100), vlan(0x6508, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"tagged four times", frame(ether(0x8100), vlan(7, 0x8100), vlan(8, 0x8100), vlan(9, 0x8100), vlan(10, 0x86dd), ip6(6, a6, b6), tcp(40000, 25)), true},
	{"tagged fragment", frame(ether(0x8100), vlan(7, 0x800), ip4With(6, a4, b4, 9, nil), zeros(4)), true},
	{"kerberos", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 88)), false},
	{"gre", frame(ether(0x800), ip4(47, a4, b4), octets(0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ip in ip", frame(ether(0x800), ip4(4, a4, b4), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ipv6 in ip", frame(ether(0x800), ip4(41, a4, b4), ip6(6, a6, b6), tcp(1, 25)), true},
	{"vxlan", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 4789), octets(8, 0, 0, 0, 0, 0, 1, 0), ether(0x800), ip4(6, a4, b4), tcp(1, 25)), true},
	{"tzsp", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 37008), octets(1, 0, 0, 1, 1), ether(0x800), ip4(6, a4, b4), tcp(1, 25)), true},
	{"etherip", frame(ether(0x800), ip4(97, a4, b4), octets(0x30, 0), ether(0x800), ip4(6, a4, b4), tcp(1, 25)), true},
	{"behind a tag of a fabric extender", frame(ether(0x893f), octets(0, 0, 0, 1, 0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25)), true},
	{"mpls", frame(ether(0x8847), octets(0, 0, 0x11, 64), ip4(6, a4, b4), tcp(1, 25)), true},
	{"pppoe", frame(ether(0x8864), octets(0x11, 0, 0, 1, 0, 42, 0, 0x21), ip4(6, a4, b4), tcp(1, 25)), true},
	{"ip in llc", frame(ether(48), octets(0xaa, 0xaa, 3, 0, 0, 0, 8, 0), ip4(6, a4, b4), tcp(1, 25)), true},
	{"cut before the ports", frame(ether(0x800), ip4(6, a4, b4), zeros(2)), false},
}

// causeFrames are what the kernel must keep, and need not, when causes are looked for.
var causeFrames = []struct {
	name  string
	frame []byte
	want  bool
}{
	{"kerberos", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 88)), true},
	{"other udp", frame(ether(0x800), ip4(17, a4, b4), udp(40000, 123)), false},
	{"port unreachable", frame(ether(0x800), ip4(1, b4, a4), octets(3, 3), zeros(6), ip4(17, a4, b4), udp(40000, 88)), true},
	{"prohibited, of tcp", frame(ether(0x800), ip4(1, c4, a4), octets(3, 13), zeros(6), ip4(6, a4, b4), tcp(40000, 464)), true},
	{"of a packet with options", frame(ether(0x800), ip4(1, b4, a4), octets(3, 3), zeros(6), ip4With(17, a4, b4, 0, make([]byte, 8)), udp(40000, 123)), true},
	{"behind options", frame(ether(0x800), ip4With(1, b4, a4, 0, make([]byte, 8)), octets(3, 3), zeros(6), ip4(17, a4, b4), udp(40000, 88)), true},
	{"of another port", frame(ether(0x800), ip4(1, b4, a4), octets(3, 3), zeros(6), ip4(17, a4, b4), udp(88, 123)), false},
	{"echo", frame(ether(0x800), ip4(1, b4, a4), octets(8, 0), zeros(6), ip4(17, a4, b4), udp(40000, 88)), false},
	{"of what is no packet", frame(ether(0x800), ip4(1, b4, a4), octets(3, 3), zeros(6), zeros(4)), true},
	{"of nothing", frame(ether(0x800), ip4(1, b4, a4), octets(3, 3), zeros(6)), false},
	{"tagged", frame(ether(0x8100), vlan(7, 0x800), ip4(1, b4, a4), octets(3, 3), zeros(6), ip4(17, a4, b4), udp(40000, 88)), true},
	{"tagged twice, the inner one like the start of ipv4, and mail", frame(ether(0x8100), vlan(7, 0x8100), vlan(0x4508, 0x800), ip4(6, a4, b4), tcp(40000, 25)), true},
	{"icmpv6", frame(ether(0x86dd), ip6(58, b6, a6), octets(1, 4), zeros(6), ip6(17, a6, b6), udp(40000, 88)), true},
	{"icmpv6 behind hop by hop", frame(ether(0x86dd), ip6(0, b6, a6), ext6(58, 0), octets(1, 1), zeros(6), ip6(6, a6, b6), tcp(40000, 88)), true},
	{"icmpv6 of extension headers", frame(ether(0x86dd), ip6(58, b6, a6), octets(1, 4), zeros(6), ip6(60, a6, b6), ext6(17, 0), udp(40000, 88)), true},
	{"icmpv6 of another port", frame(ether(0x86dd), ip6(58, b6, a6), octets(1, 4), zeros(6), ip6(17, a6, b6), udp(40000, 53)), false},
	{"icmpv6 of icmpv6", frame(ether(0x86dd), ip6(58, b6, a6), octets(1, 4), zeros(6), ip6(58, a6, b6), zeros(60)), false},
	{"too big", frame(ether(0x86dd), ip6(58, b6, a6), octets(2, 0), zeros(6), ip6(17, a6, b6), udp(40000, 88)), false},
	{"neighbours", frame(ether(0x86dd), ip6(58, b6, a6), octets(135, 0), zeros(70)), false},
}

func TestCausesOnALink(t *testing.T) {
	program, err := Wanted{Ports: []uint16{25, 587}, Causes: true}.BSD(1)
	if err != nil {
		t.Fatal(err)
	}
	machine := vm(t, program)
	for _, tt := range causeFrames {
		if got := matches(t, machine, tt.frame); got != tt.want {
			t.Errorf("%s: kept %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestPortsOnALink holds the programme for /dev/bpf against the same packets as
// the kernel of Linux is asked about.
func TestPortsOnALink(t *testing.T) {
	program, err := Wanted{Ports: []uint16{25, 587}}.BSD(1)
	if err != nil {
		t.Fatal(err)
	}
	machine := vm(t, program)
	for _, tt := range portFrames {
		if got := matches(t, machine, tt.frame); got != tt.want {
			t.Errorf("%s: kept %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestProgramsFit(t *testing.T) {
	var many []uint16
	for port := 1; port < 6000; port += 2 {
		many = append(many, uint16(port))
	}
	long, err := Parse("port 1" + wordsOf(many))
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]Wanted{
		"the usual":       {Ports: []uint16{24, 25, 465, 587, 2525}, Causes: true},
		"an expression":   {Ports: []uint16{25}, Expr: mustParse(t, "host 10.0.0.1 or 10.0.0.2 and not net 2001:db8::/32")},
		"many ports":      {Ports: many},
		"long expression": {Ports: []uint16{25}, Expr: long},
	} {
		if n := len(w.Linux()); n > maxLinux {
			t.Errorf("%s: Linux does not take %d instructions", name, n)
		}
		for _, l := range []Link{1, 101} {
			program, err := w.BSD(l)
			if err != nil || len(program) > maxBSD {
				t.Errorf("%s, link type %d: %d instructions, %v", name, l, len(program), err)
			}
		}
	}
}

func wordsOf(list []uint16) string {
	var b strings.Builder
	for _, port := range list {
		fmt.Fprintf(&b, " or %d", port)
	}
	return b.String()
}

func mustParse(t *testing.T, expression string) *Expr {
	t.Helper()
	e, err := Parse(expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return e
}
