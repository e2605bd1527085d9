package authtoken

import "fmt"

// Kind names what a token is, in the words of its specification.
type Kind string

// The kinds of tokens. A SASL message of a mechanism that is not built on GSS
// has the kind "sasl." + mechanism + "." + message, for example
// "sasl.scram.client-first".
const (
	KindEmpty         Kind = "empty"               // no octets at all
	KindUnknown       Kind = "unknown"             // not recognised
	KindNegotiate     Kind = "ntlm.Negotiate"      // NTLMSSP type 1
	KindChallenge     Kind = "ntlm.Challenge"      // NTLMSSP type 2
	KindAuthenticate  Kind = "ntlm.Authenticate"   // NTLMSSP type 3
	KindNTLMSignature Kind = "ntlm.Signature"      // NTLMSSP_MESSAGE_SIGNATURE, then the message
	KindNegTokenInit  Kind = "spnego.NegTokenInit" // RFC 4178
	KindNegTokenInit2 Kind = "spnego.NegTokenInit2"
	KindNegTokenResp  Kind = "spnego.NegTokenResp"
	KindAPReq         Kind = "krb5.AP-REQ" // RFC 4120, framed as RFC 4121 4.1
	KindAPRep         Kind = "krb5.AP-REP"
	KindKRBError      Kind = "krb5.KRB-ERROR"
	KindWrap          Kind = "krb5.Wrap"     // RFC 4121 4.2.6.2
	KindMIC           Kind = "krb5.MIC"      // RFC 4121 4.2.6.1
	KindWrap1964      Kind = "krb5.Wrap1964" // RFC 1964 1.2.2 (DES, RC4)
	KindMIC1964       Kind = "krb5.MIC1964"
	KindDelete        Kind = "krb5.Delete" // context deletion token
	KindIAKERB        Kind = "iakerb.Proxy"

	// The KRB messages that IAKERB and user-to-user carry (RFC 4120, section
	// 5.10); named, not opened.
	KindASReq  Kind = "krb5.AS-REQ"
	KindASRep  Kind = "krb5.AS-REP"
	KindTGSReq Kind = "krb5.TGS-REQ"
	KindTGSRep Kind = "krb5.TGS-REP"
	KindTGTReq Kind = "krb5.TGT-REQ"
	KindTGTRep Kind = "krb5.TGT-REP"

	KindGS2           Kind = "gs2"    // RFC 5801 header, then a GSS token without framing
	KindNEGOEX        Kind = "negoex" // [MS-NEGOEX]: named, not opened
	KindExchangeAuth  Kind = "exchangeauth"
	KindSecurityLayer Kind = "sasl.gssapi.layer" // RFC 4752 3.1, unprotected form
	KindText          Kind = "text"              // human text where a token was expected
)

// A Token is one decoded SASL message.
type Token struct {
	// Kind is what the token is. For SPNEGO it is the SPNEGO message; what it
	// carries is in Inner.
	Kind Kind
	// Path is the kind and, joined by " > ", those of the tokens that it carries:
	// "spnego.NegTokenInit > krb5.AP-REQ".
	Path string
	// Bytes is the token's length in octets, base64 undone.
	Bytes int
	// Tree is the token field by field. Its root is named after the Kind.
	Tree Field
	// Inner are the tokens that this one carries (mechToken, responseToken,
	// the message behind a gs2 header, the KRB message of IAKERB).
	Inner []*Token
	// Damage tells where reading stopped early, in this token or in one that it
	// carries; nil when all was read.
	Damage *ParseError
}

// A Field is one field of a token with the octets it was read from.
type Field struct {
	// Name is the field's name in its specification.
	Name string `json:"name"`
	// Value is fit to be printed on one line (control characters escaped);
	// Redacted for a secret. Empty for a field that only has Fields.
	Value string `json:"value,omitempty"`
	// Offset and Length locate the field in the outermost token, in octets.
	// Length 0: the value is not a run of octets (or an empty one).
	Offset int `json:"offset"`
	Length int `json:"length"`
	// Fields are the parts.
	Fields []Field `json:"fields,omitempty"`
}

// A ParseError says where and why the reading of a token stopped. What was read
// before is valid.
type ParseError struct {
	// Field is the path of the field, for example "NegTokenInit.mechTypes".
	Field string `json:"field"`
	// Offset is where in the outermost token, in octets.
	Offset int `json:"offset"`
	// Reason is a short clause, for example "length 300 goes past the end (212 octets)".
	Reason string `json:"reason"`
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("%s at octet %d: %s", e.Field, e.Offset, e.Reason)
}
