package verdict

import (
	"cmp"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// openedFindings looks at what a key opened of an AP-REQ.
func (ct *Court) openedFindings(a *smtpparse.Auth) {
	o := a.Kerberos.Opened
	if o == nil {
		return
	}
	frame := cmp.Or(ct.marksOf(a).apReq, lastOf(a))
	switch {
	case a.TLS && accepted(a) && (o.ChannelBinding == "zero" || o.ChannelBinding == "absent"):
		ct.reportOnce(Finding{
			ID: "kerberos-no-channel-binding", Frame: frame,
			Text: ct.say("Kerberos inside TLS without a channel binding was accepted", ct.as(a), ": such a login can be relayed from another connection"),
		})
	case o.Fault == authtoken.FaultNoKey || o.Fault == authtoken.FaultWrongKey:
		ct.reportOnce(Finding{
			ID: "keytab-mismatch", Frame: frame,
			Text: ct.say("The keytab does not fit the ticket", ct.ticketFor(a), ": ", ct.stated(o.Problem)),
			Next: "klist -k -e -t FILE (MIT) lists what a keytab holds; the key version of the account is msDS-KeyVersionNumber (Active Directory) or that of kvno " + typed(a.Kerberos.SPN, "SPN") + ".",
		})
	}
	if o.Delegated {
		ct.reportOnce(Finding{
			ID: "delegated-ticket", Frame: frame,
			Text: ct.say("The client", ct.as(a), " handed its own ticket on to the server, which can act for it anywhere"),
		})
	}
}
