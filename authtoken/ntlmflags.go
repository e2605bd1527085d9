package authtoken

import (
	"math/bits"
	"strings"
)

// The flags that steer reading ([MS-NLMP] 2.2.2.5).
const (
	ntlmUnicode   = 0x00000001
	ntlmAnonymous = 0x00000800
	ntlmLocalCall = 0x00004000 // reserved in [MS-NLMP]; set when client and server share a machine
	ntlmExtended  = 0x00080000
	ntlmVersion   = 0x02000000
)

// ntlmFlags are the names of [MS-NLMP] 2.2.2.5 without NTLMSSP_, by bit. A
// reserved bit has none.
var ntlmFlags = [32]string{
	0:  "NEGOTIATE_UNICODE",
	1:  "NEGOTIATE_OEM",
	2:  "REQUEST_TARGET",
	4:  "NEGOTIATE_SIGN",
	5:  "NEGOTIATE_SEAL",
	6:  "NEGOTIATE_DATAGRAM",
	7:  "NEGOTIATE_LM_KEY",
	9:  "NEGOTIATE_NTLM",
	11: "ANONYMOUS",
	12: "NEGOTIATE_OEM_DOMAIN_SUPPLIED",
	13: "NEGOTIATE_OEM_WORKSTATION_SUPPLIED",
	15: "NEGOTIATE_ALWAYS_SIGN",
	16: "TARGET_TYPE_DOMAIN",
	17: "TARGET_TYPE_SERVER",
	19: "NEGOTIATE_EXTENDED_SESSIONSECURITY",
	20: "NEGOTIATE_IDENTIFY",
	22: "REQUEST_NON_NT_SESSION_KEY",
	23: "NEGOTIATE_TARGET_INFO",
	25: "NEGOTIATE_VERSION",
	29: "NEGOTIATE_128",
	30: "NEGOTIATE_KEY_EXCH",
	31: "NEGOTIATE_56",
}

// ntlmFlagNames lists the set flags from the lowest bit on, reserved ones in hex.
func ntlmFlagNames(flags uint32) []string {
	names := make([]string, 0, bits.OnesCount32(flags))
	for bit, name := range ntlmFlags {
		switch {
		case flags&(1<<bit) == 0:
		case name == "":
			names = append(names, hexNumber(1<<bit, 4))
		default:
			names = append(names, name)
		}
	}
	return names
}

func ntlmFlagLabel(flags uint32, names []string) string {
	if len(names) == 0 {
		return hexNumber(uint64(flags), 4)
	}
	return hexNumber(uint64(flags), 4) + ": " + strings.Join(names, " ")
}
