package authtoken

import "time"

// SPNEGO sums up the negotiation of one exchange (RFC 4178).
type SPNEGO struct {
	// MechTypes are the client's mechanisms in its order, by name: "MS-KRB5",
	// "KRB5", "KRB5-U2U", "NTLMSSP", "NEGOEX", "IAKERB"; an unknown one as
	// dotted object identifier.
	MechTypes []string `json:"mech_types"`
	// Selected is the server's supportedMech by name; empty when it never said.
	Selected string `json:"selected,omitempty"`
	// NegState is the server's last: "accept-completed", "accept-incomplete",
	// "reject", "request-mic"; empty when it never said.
	NegState string `json:"neg_state,omitempty"`
	// MechListMIC tells that a mechListMIC was sent by either side.
	MechListMIC bool `json:"mech_list_mic"`
	// ServerMechTypes are those of a NegTokenInit2 that the server sent first.
	ServerMechTypes []string `json:"server_mech_types,omitempty"`
}

// NTLM sums up the NTLM messages of one exchange ([MS-NLMP]), each from the side
// that sends it.
type NTLM struct {
	// Version is "NTLMv1", "NTLMv1 with session security", "NTLMv2", "LM only",
	// "anonymous", "local call" (both ends on one machine: no response is sent),
	// "no response" (a user but neither response); empty until the
	// AUTHENTICATE_MESSAGE was seen.
	Version string `json:"version,omitempty"`
	// User, Domain and Workstation are those of the AUTHENTICATE_MESSAGE (the
	// NEGOTIATE_MESSAGE's domain and workstation while that was not seen).
	User        string `json:"user"`
	Domain      string `json:"domain"`
	Workstation string `json:"workstation"`
	// ServerName is the NetBIOS computer name of the CHALLENGE_MESSAGE's target
	// information; ServerDomain, ServerDNS, ServerDNSDomain and ServerForest
	// are its other names. TargetName is the challenge's own field.
	ServerName      string `json:"server_name,omitempty"`
	ServerDomain    string `json:"server_domain,omitempty"`
	ServerDNS       string `json:"server_dns,omitempty"`
	ServerDNSDomain string `json:"server_dns_domain,omitempty"`
	ServerForest    string `json:"server_forest,omitempty"`
	TargetName      string `json:"target_name,omitempty"`
	// TargetSPN is the name that the client meant to reach (MsvAvTargetName).
	TargetSPN string `json:"target_spn,omitempty"`
	// UntrustedSPN: the client said that the SPN came from an untrusted source.
	UntrustedSPN bool `json:"untrusted_spn,omitempty"`
	// MIC tells that the AUTHENTICATE_MESSAGE carries a message integrity code.
	MIC bool `json:"mic"`
	// ChannelBinding is "present", "absent" (no AV pair, or 16 zero octets), or
	// empty when no NTLMv2 response was seen.
	ChannelBinding string `json:"channel_binding,omitempty"`
	// ClientVersion and ServerVersion are product versions such as "10.0.20348";
	// empty when not sent.
	ClientVersion string `json:"client_version,omitempty"`
	ServerVersion string `json:"server_version,omitempty"`
	// ServerTime is the challenge's MsvAvTimestamp; zero when not sent.
	ServerTime time.Time `json:"server_time,omitzero"`
	// Flags are the negotiated flags by their names in [MS-NLMP] 2.2.2.5 without
	// the prefix NTLMSSP_, those of the last message seen.
	Flags []string `json:"flags"`
}

// Kerberos sums up the Kerberos messages of one exchange (RFC 4120, RFC 4121):
// tickets of the client, errors of the server. A message from the wrong side is
// in the Token alone.
type Kerberos struct {
	// SPN is the ticket's service principal, for example
	// "SMTPSVC/ex01.contoso.test"; Realm the ticket's realm.
	SPN   string `json:"spn"`
	Realm string `json:"realm"`
	// TicketEtype and AuthenticatorEtype are names of RFC 3961/3962/8009/4757
	// such as "aes256-cts-hmac-sha1-96"; "etype-N" when unknown.
	TicketEtype        string `json:"ticket_etype,omitempty"`
	AuthenticatorEtype string `json:"authenticator_etype,omitempty"`
	// KVNO is the ticket's key version; nil when the ticket has none.
	KVNO *int `json:"kvno"`
	// Mutual is the AP-REQ's mutual-required option, UseSessionKey the other.
	Mutual        bool `json:"mutual"`
	UseSessionKey bool `json:"use_session_key,omitempty"`
	// APReq tells that the client sent its ticket, whole enough to name it, where a
	// ticket belongs: not under an unknown mechanism, nor in a negotiation that
	// lists no Kerberos. APRep tells that the server answered with an AP-REP.
	APReq bool `json:"ap_req"`
	APRep bool `json:"ap_rep"`
	// Error is the KRB-ERROR's code such as "KRB_AP_ERR_SKEW(37)"; nil if there was none.
	Error *string `json:"error"`
	// ErrorCode is the same as a number, 0 if there was none.
	ErrorCode int `json:"error_code,omitempty"`
	// ErrorText is the KRB-ERROR's e-text.
	ErrorText string `json:"error_text,omitempty"`
	// ServerTime is the KRB-ERROR's stime with susec; zero if there was none.
	ServerTime time.Time `json:"server_time,omitzero"`
	// ErrorSPN is the service that the KRB-ERROR names.
	ErrorSPN string `json:"error_spn,omitempty"`
	// Client is the client's principal with its realm, "alice@CONTOSO.TEST". It is
	// sealed in the ticket: empty unless a key opened that.
	Client string `json:"client,omitempty"`
	// Opened is what a key opened, or why it did not; nil without keys.
	Opened *Opened `json:"opened,omitempty"`
}

// SASLLayer sums up the negotiation of the security layer (RFC 4752, section
// 3.1; DIGEST-MD5's qop, RFC 2831, where it offers more than authentication).
type SASLLayer struct {
	// Offered are the server's layers: "none", "integrity", "confidentiality".
	// Empty when its message was sealed and so cannot be read.
	Offered []string `json:"offered"`
	// Chosen is the client's layer, empty when it cannot be read.
	Chosen string `json:"chosen"`
	// MaxSize is the greatest protected message that the client takes, in octets.
	MaxSize int `json:"max_size"`
	// AuthzID is the authorization identity that the client asked for.
	AuthzID string `json:"authzid"`
	// Sealed tells that at least one of the two messages was encrypted.
	Sealed bool `json:"sealed,omitempty"`
}

// SASL sums up the mechanisms that are not built on GSS: PLAIN, LOGIN,
// CRAM-MD5, DIGEST-MD5, SCRAM-*, XOAUTH2, OAUTHBEARER, EXTERNAL, ANONYMOUS.
type SASL struct {
	// User is the authentication identity; AuthzID the authorization identity.
	// Both end where a secret may begin.
	User    string `json:"user,omitempty"`
	AuthzID string `json:"authzid,omitempty"`
	// Realm is DIGEST-MD5's realm.
	Realm string `json:"realm,omitempty"`
	// Trace is ANONYMOUS's trace information (RFC 4505).
	Trace string `json:"trace,omitempty"`
	// Iterations is SCRAM's iteration count.
	Iterations int `json:"iterations,omitempty"`
	// ChannelBinding is SCRAM's or GS2's: "none", "not-offered-by-server" (y), or
	// the type such as "tls-exporter".
	ChannelBinding string `json:"channel_binding,omitempty"`
	// Password is the secret as sent, Redacted unless ShowSecrets; empty when none was sent.
	Password string `json:"password,omitempty"`
	// JWT is what a bearer token says of itself; nil when it is no JWT.
	JWT *JWT `json:"jwt,omitempty"`
	// Error is what the server said of a failed OAuth or SCRAM exchange
	// (status, scope; e=…).
	Error string `json:"error,omitempty"`
}

// A JWT is the readable part of a bearer token (RFC 7519). Its signature is masked.
type JWT struct {
	Algorithm string            `json:"alg,omitempty"`
	KeyID     string            `json:"kid,omitempty"`
	Claims    map[string]string `json:"claims,omitempty"` // iss, aud, sub, upn, appid, scp, roles, …: printable
	Expires   time.Time         `json:"expires,omitzero"`
}
