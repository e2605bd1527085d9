package authtoken

import "strconv"

// KerberosEtype names an encryption type as RFC 3961, 3962, 4757, 6803 and 8009
// do (RC4 as MIT and klist print it), for example "aes256-cts-hmac-sha1-96"; "etype-N" when unknown.
func KerberosEtype(n int) string {
	switch n {
	case 1:
		return "des-cbc-crc"
	case 2:
		return "des-cbc-md4"
	case 3:
		return "des-cbc-md5"
	case 5:
		return "des3-cbc-md5"
	case 7:
		return "des3-cbc-sha1"
	case 16:
		return "des3-cbc-sha1-kd"
	case 17:
		return "aes128-cts-hmac-sha1-96"
	case 18:
		return "aes256-cts-hmac-sha1-96"
	case 19:
		return "aes128-cts-hmac-sha256-128"
	case 20:
		return "aes256-cts-hmac-sha384-192"
	case 23:
		return "arcfour-hmac"
	case 24:
		return "arcfour-hmac-exp"
	case 25:
		return "camellia128-cts-cmac"
	case 26:
		return "camellia256-cts-cmac"
	}
	return "etype-" + strconv.Itoa(n)
}

// KerberosError names an error code as RFC 4120, section 7.5.9, RFC 4556 and
// RFC 6113 do, with the number behind it: "KRB_AP_ERR_SKEW(37)". A code that
// they do not know is "KRB_ERR_UNKNOWN(N)".
func KerberosError(code int) string {
	return krbErrorName(code) + "(" + strconv.Itoa(code) + ")"
}

func krbErrorName(code int) string {
	name := "KRB_ERR_UNKNOWN"
	if code >= 0 && code < len(krbErrors) && krbErrors[code] != "" {
		name = krbErrors[code]
	}
	return name
}

var krbErrors = [...]string{
	0:   "KDC_ERR_NONE",
	1:   "KDC_ERR_NAME_EXP",
	2:   "KDC_ERR_SERVICE_EXP",
	3:   "KDC_ERR_BAD_PVNO",
	4:   "KDC_ERR_C_OLD_MAST_KVNO",
	5:   "KDC_ERR_S_OLD_MAST_KVNO",
	6:   "KDC_ERR_C_PRINCIPAL_UNKNOWN",
	7:   "KDC_ERR_S_PRINCIPAL_UNKNOWN",
	8:   "KDC_ERR_PRINCIPAL_NOT_UNIQUE",
	9:   "KDC_ERR_NULL_KEY",
	10:  "KDC_ERR_CANNOT_POSTDATE",
	11:  "KDC_ERR_NEVER_VALID",
	12:  "KDC_ERR_POLICY",
	13:  "KDC_ERR_BADOPTION",
	14:  "KDC_ERR_ETYPE_NOSUPP",
	15:  "KDC_ERR_SUMTYPE_NOSUPP",
	16:  "KDC_ERR_PADATA_TYPE_NOSUPP",
	17:  "KDC_ERR_TRTYPE_NOSUPP",
	18:  "KDC_ERR_CLIENT_REVOKED",
	19:  "KDC_ERR_SERVICE_REVOKED",
	20:  "KDC_ERR_TGT_REVOKED",
	21:  "KDC_ERR_CLIENT_NOTYET",
	22:  "KDC_ERR_SERVICE_NOTYET",
	23:  "KDC_ERR_KEY_EXPIRED",
	24:  "KDC_ERR_PREAUTH_FAILED",
	25:  "KDC_ERR_PREAUTH_REQUIRED",
	26:  "KDC_ERR_SERVER_NOMATCH",
	27:  "KDC_ERR_MUST_USE_USER2USER",
	28:  "KDC_ERR_PATH_NOT_ACCEPTED",
	29:  "KDC_ERR_SVC_UNAVAILABLE",
	31:  "KRB_AP_ERR_BAD_INTEGRITY",
	32:  "KRB_AP_ERR_TKT_EXPIRED",
	33:  "KRB_AP_ERR_TKT_NYV",
	34:  "KRB_AP_ERR_REPEAT",
	35:  "KRB_AP_ERR_NOT_US",
	36:  "KRB_AP_ERR_BADMATCH",
	37:  "KRB_AP_ERR_SKEW",
	38:  "KRB_AP_ERR_BADADDR",
	39:  "KRB_AP_ERR_BADVERSION",
	40:  "KRB_AP_ERR_MSG_TYPE",
	41:  "KRB_AP_ERR_MODIFIED",
	42:  "KRB_AP_ERR_BADORDER",
	44:  "KRB_AP_ERR_BADKEYVER",
	45:  "KRB_AP_ERR_NOKEY",
	46:  "KRB_AP_ERR_MUT_FAIL",
	47:  "KRB_AP_ERR_BADDIRECTION",
	48:  "KRB_AP_ERR_METHOD",
	49:  "KRB_AP_ERR_BADSEQ",
	50:  "KRB_AP_ERR_INAPP_CKSUM",
	51:  "KRB_AP_PATH_NOT_ACCEPTED",
	52:  "KRB_ERR_RESPONSE_TOO_BIG",
	60:  "KRB_ERR_GENERIC",
	61:  "KRB_ERR_FIELD_TOOLONG",
	62:  "KDC_ERROR_CLIENT_NOT_TRUSTED",
	63:  "KDC_ERROR_KDC_NOT_TRUSTED",
	64:  "KDC_ERROR_INVALID_SIG",
	65:  "KDC_ERR_KEY_TOO_WEAK",
	66:  "KDC_ERR_CERTIFICATE_MISMATCH",
	67:  "KRB_AP_ERR_NO_TGT",
	68:  "KDC_ERR_WRONG_REALM",
	69:  "KRB_AP_ERR_USER_TO_USER_REQUIRED",
	70:  "KDC_ERR_CANT_VERIFY_CERTIFICATE",
	71:  "KDC_ERR_INVALID_CERTIFICATE",
	72:  "KDC_ERR_REVOKED_CERTIFICATE",
	73:  "KDC_ERR_REVOCATION_STATUS_UNKNOWN",
	74:  "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE",
	75:  "KDC_ERR_CLIENT_NAME_MISMATCH",
	76:  "KDC_ERR_KDC_NAME_MISMATCH",
	77:  "KDC_ERR_INCONSISTENT_KEY_PURPOSE",
	78:  "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED",
	79:  "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED",
	80:  "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED",
	81:  "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED",
	85:  "KRB_AP_ERR_IAKERB_KDC_NOT_FOUND",
	86:  "KRB_AP_ERR_IAKERB_KDC_NO_RESPONSE",
	90:  "KDC_ERR_PREAUTH_EXPIRED",
	91:  "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED",
	92:  "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET",
	93:  "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS",
	100: "KDC_ERR_NO_ACCEPTABLE_KDF",
}

// krbNameType names a principal's name-type (RFC 4120, section 6.2; RFC 6111).
func (w *words) krbNameType(n int64) string {
	names := [...]string{0: "NT-UNKNOWN", 1: "NT-PRINCIPAL", 2: "NT-SRV-INST", 3: "NT-SRV-HST", 4: "NT-SRV-XHST",
		5: "NT-UID", 6: "NT-X500-PRINCIPAL", 7: "NT-SMTP-NAME", 10: "NT-ENTERPRISE", 11: "NT-WELLKNOWN",
		12: "NT-SRV-HST-DOMAIN"}
	if n < 0 || n >= int64(len(names)) || names[n] == "" {
		return w.number(n)
	}
	return w.joined(names[n], "(", strconv.FormatInt(n, 10), ")")
}

// krbPADataType names the kinds of pre-authentication that a KRB-ERROR asks for.
func krbPADataType(n int64) string {
	number := strconv.FormatInt(n, 10)
	if name := krbPAData[n]; name != "" {
		return name + "(" + number + ")"
	}
	return number
}

// krbPAData are names of RFC 4120, section 7.5.2, RFC 6113 and [MS-KILE] 2.2.6.
var krbPAData = map[int64]string{
	2: "PA-ENC-TIMESTAMP", 3: "PA-PW-SALT", 11: "PA-ETYPE-INFO", 14: "PA-PK-AS-REQ-OLD",
	15: "PA-PK-AS-REP-OLD", 16: "PA-PK-AS-REQ", 17: "PA-PK-AS-REP", 19: "PA-ETYPE-INFO2",
	128: "PA-PAC-REQUEST", 129: "PA-FOR-USER", 133: "PA-FX-COOKIE", 136: "PA-FX-FAST",
	137: "PA-FX-ERROR", 138: "PA-ENCRYPTED-CHALLENGE", 149: "PA-AS-FRESHNESS", 151: "PA-SPAKE",
	165: "PA-SUPPORTED-ENCTYPES", 167: "PA-PAC-OPTIONS",
}
