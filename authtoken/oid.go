package authtoken

// The contents of the object identifiers that decide how a token is read, as
// they stand on the wire (X.690, section 8.19).
const (
	oidSPNEGO  = "\x2b\x06\x01\x05\x05\x02"
	oidKRB5    = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"
	oidMSKRB5  = "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"
	oidKRB5U2U = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x03"
	oidIAKERB  = "\x2b\x06\x01\x05\x02\x05"
	oidNTLMSSP = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
	oidNEGOEX  = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"
)

// A mech is a mechanism behind GSS-API.
type mech struct {
	oid   string // contents
	name  string // as in SPNEGO.MechTypes
	label string // for a Field
}

// mechs are those with a name in SPNEGO.MechTypes.
var mechs = [...]mech{
	{oidKRB5, "KRB5", "KRB5 (1.2.840.113554.1.2.2)"},
	{oidMSKRB5, "MS-KRB5", "MS-KRB5 (1.2.840.48018.1.2.2)"},
	{oidNTLMSSP, "NTLMSSP", "NTLMSSP (1.3.6.1.4.1.311.2.2.10)"},
	{oidNEGOEX, "NEGOEX", "NEGOEX (1.3.6.1.4.1.311.2.2.30)"},
	{oidSPNEGO, "SPNEGO", "SPNEGO (1.3.6.1.5.5.2)"},
	{oidKRB5U2U, "KRB5-U2U", "KRB5-U2U (1.2.840.113554.1.2.2.3)"},
	{oidIAKERB, "IAKERB", "IAKERB (1.3.6.1.5.2.5)"},
}

// hints say what some dotted identifiers are that a summary leaves dotted.
var hints = map[string]string{
	"1.3.5.1.5.2":           "Kerberos 5, draft",
	"1.3.6.1.5.2.7":         "PKU2U",
	"1.3.6.1.5.5.14":        "SCRAM-SHA-1",    // RFC 5802
	"1.3.6.1.5.5.18":        "SCRAM-SHA-256",  // RFC 7677
	"1.3.6.1.5.5.15.1.1.17": "GSS-EAP AES128", // RFC 7055
	"1.3.6.1.5.5.15.1.1.18": "GSS-EAP AES256",
}

// isKnownMech tells whether the mechanism is one of mechs.
func isKnownMech(oid []byte) bool {
	for i := range mechs {
		if mechs[i].oid == string(oid) {
			return true
		}
	}
	return false
}

// nameMech returns the mechanism with its name and label. One that is not known
// is named by its dotted identifier; the name is empty if the octets are none.
func nameMech(oid []byte) mech {
	for i := range mechs {
		if mechs[i].oid == string(oid) {
			return mechs[i]
		}
	}
	name, ok := dotted(oid)
	if !ok {
		return mech{label: "not an object identifier (" + octets(len(oid)) + ")"}
	}
	name = bounded(name)
	if hint := hints[name]; hint != "" {
		return mech{name: name, label: name + " (" + hint + ")"}
	}
	return mech{name: name, label: name}
}

// protocolOf is what Exchange.Actual calls the mechanism; empty if it decides nothing.
func protocolOf(name string) string {
	switch name {
	case "KRB5", "MS-KRB5", "KRB5-U2U":
		return actualKerberos
	case "IAKERB":
		return actualIAKERB
	case "NTLMSSP":
		return actualNTLM
	}
	return ""
}
