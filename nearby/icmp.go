package nearby

import (
	"strconv"
	"strings"
)

// deniedName is the name of the code of a message that a destination is unreachable: of
// ICMP (RFC 792; RFC 1812, section 5.2.7.1) or of ICMPv6 (RFC 4443, section 3.1).
func deniedName(ipv4 bool, code uint8) string {
	names := [...]string{
		0: "network-unreachable", 1: "host-unreachable", 2: "protocol-unreachable", 3: "port-unreachable", 5: "source-route-failed",
		6: "network-unknown", 7: "host-unknown", 9: "network-administratively-prohibited", 10: "host-administratively-prohibited",
		13: "administratively-prohibited",
	}
	list := names[:]
	if !ipv4 {
		list = []string{"no-route", "administratively-prohibited", "beyond-scope", "address-unreachable", "port-unreachable", "source-address-failed-policy", "reject-route"}
	}
	if int(code) < len(list) && list[code] != "" {
		return list[code]
	}
	return "unreachable-" + strconv.Itoa(int(code))
}

// Words are the error's, as a sentence has them.
func (i *ICMP) Words() string { return strings.ReplaceAll(i.Error, "-", " ") }
