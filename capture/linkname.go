package capture

import "strconv"

// String returns tcpdump's name for the link type ("EN10MB", "LINUX_SLL2",
// "RAW"), and "LINKTYPE_147" for a type that has none here.
func (t LinkType) String() string {
	if name, ok := linkNames[t]; ok {
		return name
	}
	return "LINKTYPE_" + strconv.Itoa(int(t))
}

var linkNames = map[LinkType]string{
	LinkNull:      "NULL",
	LinkEthernet:  "EN10MB",
	3:             "AX25",
	6:             "IEEE802",
	7:             "ARCNET",
	8:             "SLIP",
	LinkPPP:       "PPP",
	10:            "FDDI",
	linkRawBSD:    "RAW",
	linkRawOpen:   "RAW",
	linkPPPSerial: "PPP_SERIAL",
	linkPPPoE:     "PPP_ETHER",
	100:           "ATM_RFC1483",
	LinkRaw:       "RAW",
	linkCiscoHDLC: "C_HDLC",
	LinkIEEE80211: "IEEE802_11",
	107:           "FRELAY",
	LinkLoop:      "LOOP",
	109:           "ENC",
	LinkSLL:       "LINUX_SLL",
	114:           "LTALK",
	117:           "PFLOG",
	118:           "CISCO_IOS",
	119:           "PRISM_HEADER",
	122:           "IP_OVER_FC",
	123:           "SUNATM",
	LinkRadiotap:  "IEEE802_11_RADIO",
	129:           "ARCNET_LINUX",
	138:           "APPLE_IP_OVER_IEEE1394",
	143:           "DOCSIS",
	163:           "IEEE802_11_RADIO_AVS",
	166:           "PPP_PPPD",
	187:           "BLUETOOTH_HCI_H4",
	189:           "USB_LINUX",
	192:           "PPI",
	195:           "IEEE802_15_4",
	201:           "BLUETOOTH_HCI_H4_WITH_PHDR",
	204:           "PPP_WITH_DIR",
	219:           "MPLS",
	220:           "USB_LINUX_MMAPPED",
	226:           "IPNET",
	227:           "CAN_SOCKETCAN",
	LinkIPv4:      "IPV4",
	LinkIPv6:      "IPV6",
	230:           "IEEE802_15_4_NOFCS",
	231:           "DBUS",
	239:           "NFLOG",
	240:           "NETANALYZER",
	242:           "IPOIB",
	247:           "INFINIBAND",
	249:           "USBPCAP",
	253:           "NETLINK",
	258:           "PKTAP",
	271:           "VSOCK",
	274:           "ETHERNET_MPACKET",
	LinkSLL2:      "LINUX_SLL2",
}
