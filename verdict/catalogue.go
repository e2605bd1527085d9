package verdict

// A Kind is one entry of the catalogue of findings.
type Kind struct {
	// ID is stable: it is what records, filters and scripts name.
	ID string
	// Severity is "high", "medium", "low" or "info".
	Severity string
	// Worse is the severity in the case that Why names last; empty if there is none.
	Worse string
	// Title is a few words.
	Title string
	// Why says when it fires and why that matters; Fix what to do about it;
	// Reference where that is written.
	Why, Fix, Reference string
	// Across tells that it takes several sessions to see it: it is in the summary.
	Across bool
}

// Catalogue is all that can be found, the worst first. docs/findings.md is made of
// it: go test ./verdict -run Document -update.
var Catalogue = []Kind{
	{
		ID: "clear-password", Severity: "high", Title: "Password in the clear",
		Why:       "PLAIN or LOGIN was used without TLS, so the password crossed the wire readable, whether or not the server accepted it. It is to be taken as known to others.",
		Fix:       "Change that password. Let the client use TLS, and the server offer such mechanisms inside TLS only.",
		Reference: "RFC 4954, section 4; RFC 4616, section 6; RFC 8314",
	},
	{
		ID: "clear-token", Severity: "high", Title: "Bearer token in the clear",
		Why:       "XOAUTH2 or OAUTHBEARER was used without TLS. Whoever recorded the token can use it until it expires.",
		Fix:       "Revoke that token. Let the client use TLS, and the server offer such mechanisms inside TLS only.",
		Reference: "RFC 7628, section 4; RFC 6750, section 5",
	},
	{
		ID: "ntlmv1", Severity: "high", Title: "NTLMv1 response",
		Why:       "The client answered with NTLMv1, with or without session security. From a recorded response the hash of the password can be computed within a day, whatever the password.",
		Fix:       "Set LmCompatibilityLevel to 3 or more on the client (5 on domain controllers refuses NTLMv1), or let it use Kerberos.",
		Reference: "[MS-NLMP] 3.3.1; Microsoft: Network security: LAN Manager authentication level",
	},
	{
		ID: "lm-response", Severity: "high", Title: "LM response",
		Why:       "The client answered with an LM response and nothing better. It gives up the password itself, in upper case, to whoever records it.",
		Fix:       "Set LmCompatibilityLevel to 3 or more on the client and NoLMHash in the domain.",
		Reference: "[MS-NLMP] 3.3.1; Microsoft: Do not store LAN Manager hash value on next password change",
	},
	{
		ID: "des-ticket", Severity: "high", Title: "Ticket encrypted with DES",
		Why:       "The ticket's encryption type is single or triple DES, which is broken or withdrawn: the service's key can be found from a recorded ticket.",
		Fix:       "Give the service AES keys: enable AES on its account, set its password anew, and export its keytab anew.",
		Reference: "RFC 6649; RFC 8429",
	},
	{
		ID: "starttls-stripped", Severity: "high", Title: "STARTTLS blanked on the way",
		Why:       "The EHLO reply has a word such as XXXXXXXA where STARTTLS would stand: a device between client and server blanks it out, so that the client cannot use TLS.",
		Fix:       "Turn off SMTP inspection on the firewall between client and server (Cisco: no inspect esmtp, or allow-tls).",
		Reference: "RFC 3207, section 6; RFC 7435, section 1.1",
	},
	{
		ID: "starttls-injection", Severity: "high", Title: "Commands or replies put in front of TLS",
		Why:       "Octets in the clear stood behind STARTTLS, or behind the server's answer to it. A side that does not discard them takes them for what was said inside TLS.",
		Fix:       "Find out who sent them: the peer itself, or a device between. Update the side that took them.",
		Reference: "RFC 3207, section 4.2; CVE-2011-0411; CVE-2021-38371",
	},
	{
		ID: "plaintext-after-starttls", Severity: "high", Title: "No TLS after STARTTLS",
		Why:       "The server agreed to TLS, and the conversation went on in the clear. What the client holds to be protected is not.",
		Fix:       "Look for a device that decrypts, or for a proxy that answers STARTTLS itself.",
		Reference: "RFC 3207, section 4",
	},
	{
		ID: "smuggling", Severity: "medium", Worse: "high", Title: "SMTP smuggling",
		Why:       "A message holds an end of data that is not CRLF.CRLF, as is done to smuggle a second message past a server that checks the first one only. It is of high severity when the server answered what stood behind it.",
		Fix:       "Let the server refuse bare line ends (Postfix: smtpd_forbid_bare_newline=normalize; Exim and Sendmail: a version of 2024 or later), and look at what stands behind that line.",
		Reference: "RFC 5321, sections 2.3.8 and 4.1.1.4; CVE-2023-51764; CVE-2023-51765; CVE-2023-51766",
	},
	{
		ID: "tls-old-version", Severity: "medium", Worse: "high", Title: "SSL, TLS 1.0 or TLS 1.1",
		Why:       "The connection uses a version of TLS that is withdrawn. Logins and mail inside it are protected by weak hashes and ciphers, and an attacker on the way can choose the weakest. It is of high severity with SSL 2.0 and SSL 3.0.",
		Fix:       "Let both sides speak TLS 1.2 or later; the older side is the one to update (Windows: the Schannel Protocols keys; Postfix: smtpd_tls_protocols).",
		Reference: "RFC 7568; RFC 8996; RFC 9325, section 3.1",
	},
	{
		ID: "password-guessing", Severity: "high", Title: "Many refused logins from one client", Across: true,
		Why:       "One client had ten or more logins with passwords refused (535): it guesses them, or it is a program with an old one, which locks accounts. Refused tickets, certificates and tokens do not count, and a client behind a proxy counts by the address that the proxy names.",
		Fix:       "Look at which users were tried. If it is a program of yours, give it its new password; else block the address, and see whether one of its logins was accepted.",
		Reference: "RFC 4954, section 9; MITRE ATT&CK T1110",
	},
	{
		ID: "rc4-ticket", Severity: "medium", Title: "Ticket encrypted with RC4",
		Why:       "The ticket's encryption type is RC4. Whoever records it, or asks the KDC for one, can try passwords of the service's account at great speed, unless a computer made that password.",
		Fix:       "Give the service AES keys: enable AES on its account (msDS-SupportedEncryptionTypes), set its password anew, and export its keytab anew.",
		Reference: "RFC 8429, section 4; MITRE ATT&CK T1558.003",
	},
	{
		ID: "weak-mechanism-offered-before-tls", Severity: "medium", Title: "PLAIN or LOGIN offered without TLS",
		Why:       "The server lists PLAIN, LOGIN, XOAUTH2 or OAUTHBEARER before TLS. A client that is told so, or whose TLS was prevented, sends its secret readable.",
		Fix:       "Offer such mechanisms inside TLS only (Exchange: BasicAuthRequireTLS; Postfix: noplaintext in smtpd_sasl_security_options).",
		Reference: "RFC 4954, section 4; RFC 8314, section 3",
	},
	{
		ID: "auth-over-old-tls", Severity: "medium", Title: "Login inside TLS 1.0 or 1.1",
		Why:       "The client logged in, or tried to, inside a version of TLS that is withdrawn: its secret is protected by weak hashes and ciphers.",
		Fix:       "Let both sides speak TLS 1.2 or later before anybody logs in there; the older side is the one to update.",
		Reference: "RFC 8996; RFC 8314, section 4.1",
	},
	{
		ID: "tls-weak-suite", Severity: "medium", Title: "Weak cipher suite",
		Why:       "Client and server agreed on a cipher suite that nobody should use any more: without encryption, without authentication, or with RC4, DES, export keys and the like.",
		Fix:       "Take such suites out of the server's list (Exchange: the Schannel cipher suite order; Postfix: smtpd_tls_ciphers, smtpd_tls_exclude_ciphers), and update the client that needs them.",
		Reference: "RFC 9325, section 4; RFC 7465",
	},
	{
		ID: "tls-handshake-failed", Severity: "medium", Title: "TLS handshake failed",
		Why:       "TLS began and did not come about. Clients then give up, or go on without TLS.",
		Fix:       "Look at the log of the side that closed, and at the alert if there is one; a version, a cipher suite or a certificate that it does not take is the usual reason.",
		Reference: "RFC 8446, section 6; RFC 5246, section 7.2",
	},
	{
		ID: "starttls-refused", Severity: "medium", Title: "STARTTLS refused",
		Why:       "The client asked for TLS, and the server refused it, though it may list STARTTLS: it has no certificate that it can use, or is busy. Clients then give up, or go on without TLS.",
		Fix:       "Look at the server's log. Exchange: Get-ExchangeCertificate and the connector's Fqdn, which the certificate must hold; Postfix: smtpd_tls_cert_file, smtpd_tls_key_file and who may read them.",
		Reference: "RFC 3207, section 4",
	},
	{
		ID: "tls-cert-expired", Severity: "medium", Title: "Certificate expired",
		Why:       "The server's certificate was no longer valid when the session began: clients that verify refuse it.",
		Fix:       "Renew it, and let the service load it (Exchange: Enable-ExchangeCertificate -Services SMTP; Postfix: reload).",
		Reference: "RFC 5280, section 4.1.2.5",
	},
	{
		ID: "tls-cert-not-yet-valid", Severity: "medium", Title: "Certificate not yet valid",
		Why:       "The server's certificate begins to be valid after the session: a clock is wrong, or it was installed too early.",
		Fix:       "Compare the clocks of the server, of the issuer and of the machine that captured.",
		Reference: "RFC 5280, section 4.1.2.5",
	},
	{
		ID: "tls-cert-weak-key", Severity: "medium", Title: "Certificate with a weak key",
		Why:       "The key in the server's certificate is short enough to be broken, or DSA.",
		Fix:       "Issue it anew, with RSA of 2048 bits or more, or ECDSA P-256.",
		Reference: "RFC 9325, section 4.5; NIST SP 800-131A",
	},
	{
		ID: "tls-cert-weak-signature", Severity: "medium", Title: "Certificate with a weak signature",
		Why:       "The server's certificate is signed with MD5 or SHA-1, which can be forged; clients of today refuse it.",
		Fix:       "Issue it anew with SHA-256.",
		Reference: "RFC 9155; RFC 9325, section 4.5",
	},
	{
		ID: "tls-cert-mismatch", Severity: "low", Worse: "medium", Title: "Certificate for another name",
		Why:       "The server's certificate is not made out to the name by which the server calls itself: clients that verify refuse it. It is of medium severity when it is not made out to the name that the client asked for.",
		Fix:       "Let the client use a name that is in the certificate, or issue one with the name that clients use.",
		Reference: "RFC 9525; RFC 7817",
	},
	{
		ID: "anonymous-login", Severity: "medium", Title: "SASL ANONYMOUS accepted",
		Why:       "The server accepted AUTH ANONYMOUS: whoever connects can log in as nobody.",
		Fix:       "Take ANONYMOUS out of the server's mechanisms (Postfix: noanonymous in smtpd_sasl_security_options and smtpd_sasl_tls_security_options; Dovecot: auth_mechanisms).",
		Reference: "RFC 4505, section 4",
	},
	{
		ID: "anonymous-ntlm", Severity: "medium", Title: "NTLM without a user accepted",
		Why:       "The server accepted an NTLM login that names no user and has no response.",
		Fix:       "Find out which service of the client runs without credentials, and whether the server is to take such logins (RestrictAnonymous).",
		Reference: "[MS-NLMP] 3.2.5.1.2",
	},
	{
		ID: "anonymous-relay", Severity: "medium", Title: "Mail for a foreign domain taken without a login",
		Why:       "Nobody had logged in, and the server took mail for a domain that is not its own by its name: either the sender claims to be of the server's domain, or it was on a port for submission (465, 587), where nobody delivers to a server's own users. A server that trusts the client by its address makes the same picture; one whose client showed a certificate is not counted.",
		Fix:       "See which rule lets the client relay (Exchange: a connector with ms-Exch-SMTP-Accept-Any-Recipient for anonymous users, and its RemoteIPRanges; Postfix: mynetworks and smtpd_relay_restrictions). Let it log in, or keep the list of addresses short.",
		Reference: "RFC 2505, section 2.1; RFC 6409, section 4.3",
	},
	{
		ID: "open-relay", Severity: "medium", Title: "Pattern of an open relay", Across: true,
		Why:       "The server took mail without a login for recipients of ten domains or more from senders of three or more, and none of them is its own by its name. It hosts all of them, or it relays for anybody.",
		Fix:       "If the server does not host those domains, close it: relay for logged-in users and for a short list of addresses only (Exchange: RemoteIPRanges of the relaying connector; Postfix: smtpd_relay_restrictions).",
		Reference: "RFC 2505, section 2.1; RFC 5321, section 7.9",
	},
	{
		ID: "user-from-many-clients", Severity: "medium", Title: "One user from many clients", Across: true,
		Why:       "One user logged in from five addresses or more. A service account that is shared, roaming users and address translation look like this; a stolen password as well.",
		Fix:       "Look at the addresses. Give each service an account of its own; if nobody can explain them, set a new password.",
		Reference: "MITRE ATT&CK T1078",
	},
	{
		ID: "mail-after-failed-auth", Severity: "medium", Title: "Mail taken after a refused login",
		Why:       "The server took mail from a client whose login it had refused, and no login came between: the client is trusted by its address or its certificate, or the recipients are the server's own. The broken login stays unnoticed until that changes.",
		Fix:       "If the recipients are of other domains, see which rule lets the client relay (Exchange: a connector with anonymous relay and RemoteIPRanges; Postfix: mynetworks); and repair the client's login.",
		Reference: "RFC 4954, section 4; RFC 6409, section 4.3",
	},
	{
		ID: "conflicting-overlaps", Severity: "medium", Title: "Packets that contradict each other",
		Why:       "Packets carry other octets for a place in the stream that was seen already: somebody may have put packets into the connection, or the capture is damaged.",
		Fix:       "Compare with a capture from the other end; what was seen first is what is shown here.",
		Reference: "RFC 9293, section 3.10.7.4",
	},
	{
		ID: "tls-cert-self-signed", Severity: "low", Title: "Self-signed certificate",
		Why:       "The server's certificate is signed by itself: clients that verify refuse it, others cannot tell it from an impostor's.",
		Fix:       "Use a certificate of an authority that the clients trust, or pin this one by DANE (RFC 7672).",
		Reference: "RFC 7672; RFC 5280, section 6",
	},
	{
		ID: "no-channel-binding", Severity: "low", Title: "NTLM inside TLS without a channel binding",
		Why:       "An NTLM login inside TLS was accepted without a channel binding. Whoever makes a client log in to a server of theirs can pass that login on to this one.",
		Fix:       "Require Extended Protection where all clients can do it (Exchange: ExtendedProtectionPolicy of the connector).",
		Reference: "RFC 5929; [MS-NLMP] 3.1.5.1.2; Microsoft: Extended Protection for Authentication",
	},
	{
		ID: "kerberos-no-channel-binding", Severity: "low", Title: "Kerberos inside TLS without a channel binding",
		Why:       "A Kerberos login inside TLS was accepted whose authenticator, opened with --keytab, holds no channel binding. Whoever makes a client log in to a server of theirs can pass that login on to this one.",
		Fix:       "Require Extended Protection where all clients can do it (Exchange: ExtendedProtectionPolicy of the connector).",
		Reference: "RFC 4121, section 4.1.1.2; RFC 5929; Microsoft: Extended Protection for Authentication",
	},
	{
		ID: "no-mic", Severity: "low", Title: "NTLM without a message integrity code",
		Why:       "An NTLMv2 login was accepted whose last message has no integrity code (MIC). What the client and the server negotiated before may have been changed on the way, as is done to relay a login elsewhere.",
		Fix:       "Update the client: Windows sends a MIC since Vista, other clients often do not. Prefer Kerberos, whose messages are protected.",
		Reference: "[MS-NLMP] 3.1.5.1.2; CVE-2019-1040",
	},
	{
		ID: "starttls-not-used", Severity: "low", Title: "STARTTLS offered and not used",
		Why:       "The server offered STARTTLS, and the client logged in or handed over mail without it. Everybody on the way can read and change the mail.",
		Fix:       "Let the client use TLS (and insist on it); let the server require it where all clients can do it (Exchange: RequireTLS; Postfix: smtpd_tls_security_level=encrypt, for submission only).",
		Reference: "RFC 3207; RFC 8314, section 3",
	},
	{
		ID: "addresses-confirmed", Severity: "low", Title: "VRFY or EXPN answered",
		Why:       "The server answered VRFY or EXPN with 250 or 251, and nobody had logged in: it tells strangers which addresses exist and who is on its lists.",
		Fix:       "Turn both off (Postfix: disable_vrfy_command=yes; Sendmail: PrivacyOptions=novrfy,noexpn), or let them answer 252.",
		Reference: "RFC 5321, section 7.3; RFC 2505, section 2.11",
	},
	{
		ID: "oversize-line", Severity: "low", Title: "Line longer than allowed",
		Why:       "A command was longer than 2,048 octets, where standards allow 512 and a little more for each extension, or a line was longer than what is kept of one. Servers cut such lines, refuse them, or get them wrong.",
		Fix:       "Look at what was sent; update the program that sent it.",
		Reference: "RFC 5321, section 4.5.3.1",
	},
	{
		ID: "size-exceeded", Severity: "low", Title: "Message larger than the server takes",
		Why:       "A message was refused for its size, or is larger than the SIZE that the server announced.",
		Fix:       "Raise the limit where that is wanted (Exchange: MaxMessageSize of the connector; Postfix: message_size_limit), or let the client heed SIZE.",
		Reference: "RFC 1870",
	},
	{
		ID: "keytab-mismatch", Severity: "info", Title: "The keytab does not open a ticket",
		Why:       "The keytab given with --keytab has no key for a ticket's service, version or encryption type, or one that does not open it. If it is the keytab that the server uses, the server cannot read the ticket either.",
		Fix:       "Compare klist -kte KEYTAB with kvno SPN, and export the keytab anew where they differ.",
		Reference: "RFC 4120, section 5.3; MIT Kerberos: ktutil, kvno",
	},
	{
		ID: "delegated-ticket", Severity: "info", Title: "A client handed its own ticket to the server",
		Why:       "The authenticator, opened with --keytab, carries the client's ticket-granting ticket: the server can act for the client anywhere. Few mail servers need that.",
		Fix:       "If the server need not act for its users, take away its trust for delegation (Active Directory: the account's Delegation tab), or the client's setting (MIT: GSS_C_DELEG_FLAG).",
		Reference: "RFC 4121, section 4.1.1.1; RFC 4120, section 2.8",
	},
	{
		ID: "slow-greeting", Severity: "info", Title: "Long pause before the greeting",
		Why:       "Five seconds or more went by before the server greeted the client: a DNS lookup that times out, a filter for spammers that waits on purpose, or an overloaded server.",
		Fix:       "See whether the server's DNS answers for the client's address, and whether it delays on purpose (Postfix: postscreen_greet_wait).",
		Reference: "RFC 5321, section 4.5.3.2.1",
	},
	{
		ID: "slow-auth", Severity: "info", Title: "Long pause in a login",
		Why:       "Five seconds or more went by before the server answered the client's last token: it waits for a domain controller or a directory, or delays refused logins on purpose.",
		Fix:       "See whether the server reaches its domain controllers and directories, and whether it delays on purpose (Exchange: TarpitInterval; Postfix: smtpd_error_sleep_time).",
		Reference: "RFC 4954, section 4",
	},
	{
		ID: "capture-lossy", Severity: "info", Title: "Octets missing in the capture",
		Why:       "Packets of the session were lost, or cut short, by whatever recorded them. What was said there is not known, and verdicts that would rest on it are not given.",
		Fix:       "Capture again with a larger buffer and no snap length (tcpdump -B 65536 -s 0), on the mail server itself if it can be.",
		Reference: "tcpdump(1)",
	},
	{
		ID: "capture-one-sided", Severity: "info", Title: "One direction only",
		Why:       "Only one side of the conversation is in the capture: the other one took another way, or a filter dropped it. Without the replies nobody knows what was accepted.",
		Fix:       "Capture on the mail server or the client, or mirror both directions; look for a capture filter that names one address as source only.",
		Reference: "tcpdump(1); pcap-filter(7)",
	},
}

// kinds finds the entries of the catalogue by their identifiers.
var kinds = func() map[string]*Kind {
	m := make(map[string]*Kind, len(Catalogue))
	for i := range Catalogue {
		m[Catalogue[i].ID] = &Catalogue[i]
	}
	return m
}()

// KindOf is the entry of the catalogue with that identifier; nil if there is none.
func KindOf(id string) *Kind { return kinds[id] }
