// Package authtoken says what is inside the tokens of a SASL exchange: NTLM,
// SPNEGO, Kerberos, the security layer of RFC 4752, and the messages of the
// plain SASL mechanisms. It gets octets (base64 undone) and gives a tree; it
// knows neither SMTP nor packets.
//
// The name of a mechanism proves nothing: Exchange offers GSSAPI and runs
// Negotiate behind it, so what a token is, is decided by its octets.
//
// What is read: NTLMSSP ([MS-NLMP]); SPNEGO (RFC 4178, [MS-SPNG]); Kerberos AP-REQ,
// AP-REP and KRB-ERROR (RFC 4120, [MS-KILE]) in the framings of RFC 2743, RFC 4121,
// RFC 1964 and IAKERB; per-message tokens (RFC 4121, RFC 1964, RFC 4757, NTLM) and
// the security layer (RFC 4752) inside them as long as they are not sealed; GS2
// (RFC 5801); PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, SCRAM, XOAUTH2, OAUTHBEARER,
// EXTERNAL, ANONYMOUS. What is named but not opened: NEGOEX, the KDC messages of
// IAKERB, EXCHANGEAUTH. What needs a key stays closed, unless somebody lends it
// ([Options.Tickets]): nothing is decrypted or verified here.
//
// A token that is cut or damaged yields what could be read and, in
// [Token.Damage], where and why reading stopped. Nothing here panics or
// allocates by a length that the sender chose.
//
// Secrets (passwords, bearer tokens, NTLM and CRAM responses, SCRAM proofs)
// never leave this package unless [Options.ShowSecrets] is set: they are
// replaced by [Redacted] where they are read, so that no printer can leak them.
package authtoken

// Redacted stands for a secret in every output.
const Redacted = "<redacted>"

// Options steer decoding.
type Options struct {
	// ShowSecrets keeps secrets readable in Field.Value and in summaries.
	ShowSecrets bool
	// Tickets opens Kerberos tickets; nil: they stay closed.
	Tickets TicketOpener
}
