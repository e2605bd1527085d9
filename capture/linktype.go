package capture

// LinkType is a link-layer header type of pcap and pcapng
// (draft-ietf-opsawg-pcaplinktype). Its String is tcpdump's name for it.
type LinkType uint16

// The link types that are decoded.
const (
	LinkNull      LinkType = 0   // BSD loopback, family in the writer's byte order
	LinkEthernet  LinkType = 1   // also with 802.1Q, QinQ, MPLS, PPPoE inside
	LinkPPP       LinkType = 9   // PPP, RFC 1662 framing optional
	LinkRaw       LinkType = 101 // IPv4 or IPv6, by the version nibble
	LinkIEEE80211 LinkType = 105
	LinkLoop      LinkType = 108 // OpenBSD loopback, family in network byte order
	LinkSLL       LinkType = 113 // Linux cooked
	LinkRadiotap  LinkType = 127 // 802.11 with radiotap
	LinkIPv4      LinkType = 228
	LinkIPv6      LinkType = 229
	LinkSLL2      LinkType = 276 // Linux cooked v2
)
