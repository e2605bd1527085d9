package verdict

import "smtpscope/smtpparse"

// otherMachine is the cause that no command on the account finds.
const otherMachine = "If the account is right, the name may lead to another machine than the one that holds the key (DNS alias, load balancer): compare the address with the server's."

// wrongAccountNext is what to do about an SPN on the wrong account.
func (ct *Court) wrongAccountNext(s *smtpparse.Session, spn string) string {
	windows := ct.say("Find the account that holds the SPN: setspn -Q ", spn, " (setspn -X finds duplicates, setspn -L ACCOUNT lists one account's); it must be the account that the mail server runs as")
	switch ct.productOf(s) {
	case exchange:
		return ct.say(windows, ", for Exchange the server's computer account. Then klist purge on the client. ", otherMachine)
	case postfix, otherUnix:
		return ct.say("Compare the key versions: klist -kte on the mail server's keytab (Dovecot: auth_krb5_keytab; Cyrus SASL: keytab) with kvno ", spn, " on the client, and export the keytab anew where they differ; setspn -Q ", spn, " names the account in Active Directory. Then kdestroy and kinit (Windows: klist purge) on the client. ", otherMachine)
	}
	return ct.say(windows, ". On a server with a keytab compare klist -kte with kvno ", spn, ". Then klist purge on the client. ", otherMachine)
}

// refusedVerbNext is what to do where the server refuses the mechanism itself.
func (ct *Court) refusedVerbNext(s *smtpparse.Session) string {
	switch ct.productOf(s) {
	case exchange:
		return "Look at the connector (Get-ReceiveConnector | Format-List Name,Bindings,AuthMechanism,EnableAuthGSSAPI): EnableAuthGSSAPI must be True and Integrated in AuthMechanism; then at the protocol log of that connector."
	case postfix:
		return "Look at the mail log: Dovecot needs gssapi in auth_mechanisms and a readable auth_krb5_keytab, Cyrus SASL its GSSAPI plug-in and a keytab."
	}
	return "Look at the server's log for this attempt: its GSSAPI needs a readable keytab, or membership in the domain."
}

// keyTypesNext is how the account behind an SPN gets keys of other encryption
// types. A computer's password is changed by the computer: whoever resets it in
// the directory parts the two.
func (ct *Court) keyTypesNext(s *smtpparse.Session, spn string) string {
	const (
		user     = "a user or service account takes them in msDS-SupportedEncryptionTypes (24 means AES only and shuts out clients that have only RC4; 28 lets both in) and makes its keys with a new password"
		computer = "a computer account takes them from the policy \"Network security: Configure encryption types allowed for Kerberos\" and makes its keys with Reset-ComputerMachinePassword, run on that machine itself (never reset a computer account in Active Directory)"
		after    = " Then klist purge on the client."
	)
	which := ct.say("setspn -Q ", spn, " names the account that needs the types: ")
	switch ct.productOf(s) {
	case exchange:
		return ct.say(which, computer, ", and Exchange runs as one; ", user, ".", after)
	case postfix, otherUnix:
		return ct.say(which, user, "; then export the keytab anew with AES keys (klist -kte shows them).", after)
	}
	return ct.say(which, user, "; ", computer, ". A keytab is then exported anew (klist -kte shows its keys).", after)
}
