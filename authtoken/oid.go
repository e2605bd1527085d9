package authtoken

import "cmp"

// The mechanisms behind GSS-API, by the contents of their object identifiers
// as they stand on the wire (X.690, section 8.19).
const (
	oidSPNEGO  = "\x2b\x06\x01\x05\x05\x02"                 // 1.3.6.1.5.5.2
	oidKRB5    = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"     // 1.2.840.113554.1.2.2
	oidMSKRB5  = "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"     // 1.2.840.48018.1.2.2
	oidKRB5U2U = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x03" // 1.2.840.113554.1.2.2.3
	oidKRB5Old = "\x2b\x05\x01\x05\x02"                     // 1.3.5.1.5.2
	oidIAKERB  = "\x2b\x06\x01\x05\x02\x05"                 // 1.3.6.1.5.2.5
	oidNTLMSSP = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" // 1.3.6.1.4.1.311.2.2.10
	oidNEGOEX  = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e" // 1.3.6.1.4.1.311.2.2.30
	oidSCRAM1  = "\x2b\x06\x01\x05\x05\x0e"                 // 1.3.6.1.5.5.14 (RFC 5802)
	oidSCRAM2  = "\x2b\x06\x01\x05\x05\x12"                 // 1.3.6.1.5.5.18 (RFC 7677)
	oidPKU2U   = "\x2b\x06\x01\x05\x02\x07"                 // 1.3.6.1.5.2.7
	oidEAPAES  = "\x2b\x06\x01\x05\x05\x0f\x01\x01\x11"     // 1.3.6.1.5.5.15.1.1.17 (RFC 7055)
	oidEAPAES2 = "\x2b\x06\x01\x05\x05\x0f\x01\x01\x12"     // 1.3.6.1.5.5.15.1.1.18
)

// mechName is the mechanism's name as in SPNEGO.MechTypes, or the dotted object
// identifier; empty if the octets are none.
func mechName(oid []byte) string {
	switch string(oid) {
	case oidSPNEGO:
		return "SPNEGO"
	case oidKRB5:
		return "KRB5"
	case oidMSKRB5:
		return "MS-KRB5"
	case oidKRB5U2U:
		return "KRB5-U2U"
	case oidIAKERB:
		return "IAKERB"
	case oidNTLMSSP:
		return "NTLMSSP"
	case oidNEGOEX:
		return "NEGOEX"
	}
	name, ok := dotted(oid)
	if !ok {
		return ""
	}
	return name
}

// isKnownMech tells whether the mechanism has a name here.
func isKnownMech(oid []byte) bool {
	name := mechName(oid)
	return name != "" && (name[0] < '0' || name[0] > '9')
}

// mechLabel is the name with the dotted form behind it, for a Field.
func mechLabel(oid []byte) string {
	name := mechName(oid)
	hint := ""
	switch string(oid) {
	case oidKRB5Old:
		hint = "Kerberos 5, draft"
	case oidPKU2U:
		hint = "PKU2U"
	case oidSCRAM1:
		hint = "SCRAM-SHA-1"
	case oidSCRAM2:
		hint = "SCRAM-SHA-256"
	case oidEAPAES, oidEAPAES2:
		hint = "GSS-EAP"
	default:
		if !isKnownMech(oid) {
			return cmp.Or(name, "not an object identifier ("+octets(len(oid))+")")
		}
		hint, _ = dotted(oid)
	}
	return name + " (" + hint + ")"
}

// protocolOf is what Exchange.Actual calls the mechanism; empty if it decides nothing.
func protocolOf(mech string) string {
	switch mech {
	case "KRB5", "MS-KRB5", "KRB5-U2U":
		return actualKerberos
	case "IAKERB":
		return actualIAKERB
	case "NTLMSSP":
		return actualNTLM
	}
	return ""
}
