package nearby

import "strconv"

// ntStatusName is the name of an NTSTATUS that a KDC gives as its reason ([MS-ERREF]
// 2.3.1), its number where it has none here; empty for 0.
func ntStatusName(status uint32) string {
	switch status {
	case 0:
		return ""
	case 0xC0000064:
		return "STATUS_NO_SUCH_USER"
	case 0xC000006A:
		return "STATUS_WRONG_PASSWORD"
	case 0xC000006D:
		return "STATUS_LOGON_FAILURE"
	case 0xC000006E:
		return "STATUS_ACCOUNT_RESTRICTION"
	case 0xC000006F:
		return "STATUS_INVALID_LOGON_HOURS"
	case 0xC0000070:
		return "STATUS_INVALID_WORKSTATION"
	case 0xC0000071:
		return "STATUS_PASSWORD_EXPIRED"
	case 0xC0000072:
		return "STATUS_ACCOUNT_DISABLED"
	case 0xC0000133:
		return "STATUS_TIME_DIFFERENCE_AT_DC"
	case 0xC000015B:
		return "STATUS_LOGON_TYPE_NOT_GRANTED"
	case 0xC000018B:
		return "STATUS_NO_TRUST_SAM_ACCOUNT"
	case 0xC0000193:
		return "STATUS_ACCOUNT_EXPIRED"
	case 0xC0000224:
		return "STATUS_PASSWORD_MUST_CHANGE"
	case 0xC0000234:
		return "STATUS_ACCOUNT_LOCKED_OUT"
	case 0xC0000413:
		return "STATUS_AUTHENTICATION_FIREWALL_FAILED"
	}
	return "0x" + strconv.FormatUint(uint64(status), 16)
}
