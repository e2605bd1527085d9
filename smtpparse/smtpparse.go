// Package smtpparse follows one SMTP (or LMTP) conversation from the bytes of
// both directions and writes down what was said: the dialogue, capabilities,
// AUTH attempts, messages, oddities.
//
// It is a sans-I/O machine: bytes, gaps and ends go in, a [Session] grows. It
// has no reader, no clock and no goroutine. Malformed input is data (an
// [Anomaly]), never an error, and never a panic. Splitting the input anywhere
// never changes the result.
//
// Covered: RFC 5321 with pipelining (RFC 2920), enhanced codes (RFC 2034), AUTH
// (RFC 4954), STARTTLS (RFC 3207), CHUNKING (RFC 3030), SMTPUTF8 (RFC 6531), LMTP
// (RFC 2033), ETRN (RFC 1985), XCLIENT and XFORWARD (Postfix), the PROXY protocol
// (HAProxy, v1 and v2), X-EXPS, XEXCH50 and X-ANONYMOUSTLS (Exchange), the SASL
// security layer (RFC 4422, section 3.7) where it is not encrypted.
//
// Not done here: TLS (its bytes are handed on, see [Options.Opaque]), storing
// message bodies, and MIME beyond the names of attachments.
package smtpparse
