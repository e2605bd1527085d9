package bpfexpr

// Services are the names that ports may have. They stand for the number, in
// every protocol that has ports; what the system's own list says is not asked.
var Services = map[string]uint16{
	"ssh": 22, "telnet": 23, "lmtp": 24, "smtp": 25, "domain": 53, "http": 80, "kerberos": 88, "pop3": 110, "ntp": 123,
	"imap": 143, "imap2": 143, "ldap": 389, "https": 443, "kpasswd": 464, "smtps": 465, "submissions": 465, "submission": 587,
	"ldaps": 636, "imaps": 993, "pop3s": 995, "mdns": 5353,
}

// ipProtocols are the names that "proto" knows.
var ipProtocols = map[string]uint32{
	"icmp": protocolICMP, "igmp": protocolIGMP, "tcp": protocolTCP, "udp": protocolUDP, "gre": protocolGRE, "esp": protocolESP,
	"ah": protocolAH, "icmp6": protocolICMPv6, "ipv6-icmp": protocolICMPv6, "pim": protocolPIM, "vrrp": protocolVRRP, "sctp": protocolSCTP,
}

// refusal says why a word of pcap-filter(7) is not understood; empty for words
// that are, or that nobody knows.
func refusal(word string) string {
	switch word {
	case "ether", "link", "fddi", "tr", "wlan", "ppp", "slip", "radio":
		return "link-layer addresses cannot be asked for: an IP address, please"
	case "broadcast", "multicast":
		return "it cannot be asked for; SMTP is never sent so"
	case "less", "greater", "len":
		return "lengths cannot be asked for"
	case "gateway":
		return "it needs names of hosts, which are not looked up"
	case "protochain":
		return "chains of headers are not followed: proto, please"
	case "mpls", "pppoed", "pppoes", "geneve", "vxlan":
		return "what is in tunnels cannot be asked for; sessions in them are found without it"
	case "inbound", "outbound", "in", "out", "ifname", "on", "ifindex":
		return "a capture file does not know it: an interface is chosen with -i"
	case "decnet", "lat", "moprc", "mopdl", "aarp", "atalk", "iso", "esis", "isis", "es-is", "is-is", "clnp", "stp", "ipx", "netbeui",
		"igrp", "carp", "lsp", "csnp", "psnp", "lane", "llc", "vpi", "vci", "oam", "metac", "bcc", "oamf4", "oamf4ec", "oamf4sc", "sc", "ilmic", "connectmsg", "metaconnect",
		"l1", "l2", "iih", "snp", "sio", "opc", "dpc", "sls", "fisu", "lssu", "lsu", "msu", "hfisu", "hlssu", "hmsu":
		return "this protocol is not understood"
	case "rnr", "rulenum", "rset", "ruleset", "srnr", "subrulenum", "reason", "action", "type", "subtype", "dir", "direction",
		"addr1", "addr2", "addr3", "addr4", "ra", "ta", "byte":
		return "it cannot be asked for"
	}
	return ""
}
