package verdict

import (
	"net/netip"
	"slices"
	"strings"

	"smtpscope/nearby"
)

// kdcUnreachable: KDCs were asked and did not answer, and none has answered since.
// Where one direction of the session is missing, that of the KDC may be missing, too.
func (in *inquiry) kdcUnreachable() {
	near := in.surroundings()
	if near == nil || !in.kdcMatters() || in.session.Quality.OneSided {
		return
	}
	blamed := false // the surest of them stays
	for i := range near.Unreachable {
		u := &near.Unreachable[i]
		if u.Frame > in.last.LastFrame || slices.ContainsFunc(near.Requests, func(r nearby.Request) bool {
			return r.Answer != nil && r.Answer.Frame > u.Frame && (u.Realm == "" || strings.EqualFold(u.Realm, r.Realm))
		}) {
			continue
		}
		c := Cause{ID: KDCUnreachable, Certainty: Seen, Frame: u.Frame, Next: in.reachNext(u)}
		if u.ICMP != nil && u.ICMP.Frame != u.Frame {
			c.Others = []int64{u.ICMP.Frame}
		}
		if u.ICMP == nil && u.Tries == 1 && u.Transport == "udp" {
			c.Certainty = Inferred // a single datagram gets lost
		}
		c.Text = in.say("The client tried to reach the KDC ", u.KDC.Addr().String(), in.referredTo(u), " by ", u.Transport, " (frame ", in.number(u.Frame, 1), "), ", in.inVain(u), in.tooBig(u), in.otherKDCs(), "; then it used ", in.loginName(in.last))
		in.blame(c)
		blamed = true
	}
	if blamed {
		return
	}
	in.noKDCFound(near)
	in.referredToNobody(near)
}

// referredTo says that the KDC is one of another realm, to which the client was sent.
func (in *inquiry) referredTo(u *nearby.Unreachable) string {
	for i := range in.surroundings().Requests {
		if r := &in.surroundings().Requests[i]; r.Answer == nil && r.KDC == u.KDC {
			return in.referral(r)
		}
	}
	return ""
}

// otherKDCs counts those that were asked in vain, too.
func (in *inquiry) otherKDCs() string {
	all := map[netip.Addr]bool{}
	for i := range in.surroundings().Unreachable {
		all[in.surroundings().Unreachable[i].KDC.Addr()] = true
	}
	if len(all) < 2 {
		return ""
	}
	return in.say(", and ", in.count(int64(len(all)-1), "other KDC was", "other KDCs were"), " asked in vain")
}

// inVain says how a KDC was asked in vain.
func (in *inquiry) inVain(u *nearby.Unreachable) string {
	switch {
	case u.ICMP != nil && u.ICMP.From == u.KDC.Addr():
		return in.say("whose host said \"", u.ICMP.Words(), "\" (ICMP, frame ", in.number(u.ICMP.Frame, 1), ")")
	case u.ICMP != nil:
		return in.say("of which ", u.ICMP.From.String(), " on the way said \"", u.ICMP.Words(), "\" (ICMP, frame ", in.number(u.ICMP.Frame, 1), ")")
	case u.Taken && u.Refused:
		return "which took the connection and reset it without an answer"
	case u.Taken && u.Tries > 1:
		return in.say("which took the connection and did not answer ", in.count(int64(u.Tries), "request", "requests"))
	case u.Taken:
		return "which took the connection and did not answer"
	case u.Refused:
		return "which refused the connection: nothing listens there"
	}
	return in.say("which did not answer ", in.count(int64(u.Tries), "try", "tries"))
}

// reachNext says where to look. An open port says nothing more where the host has taken
// the connection.
func (in *inquiry) reachNext(u *nearby.Unreachable) string {
	kdc := u.KDC.Addr().String()
	const others = "nltest /dsgetdc:DOMAIN /force (Windows) looks for another domain controller; elsewhere krb5.conf names them."
	switch {
	case u.ICMP != nil && strings.HasSuffix(u.ICMP.Error, "prohibited"):
		return in.say("Let the firewall at ", u.ICMP.From.String(), " pass UDP and TCP port 88 from ", in.session.Client.IP.String(), " to ", kdc, ". On the client, ", others)
	case u.Taken:
		return in.say("The port is open, so look at what is behind it: on ", kdc, ", Get-Service kdc (Windows) or the KDC's log (MIT: krb5kdc.log), and whether a proxy or a load balancer stands in its place. On the client, ", others)
	}
	return in.say("On the client: nltest /dsgetdc:DOMAIN (Windows) or kinit (MIT) says which KDC is asked; Test-NetConnection ", kdc, " -Port 88, or nc -vz ", kdc, " 88, whether a firewall is between.")
}

// tooBig says why a client goes on by TCP: the KDC's answer does not fit into a
// datagram.
func (in *inquiry) tooBig(u *nearby.Unreachable) string {
	for i := range in.surroundings().Requests {
		r := &in.surroundings().Requests[i]
		if u.Transport == "tcp" && r.Answer != nil && r.Answer.ErrorCode == errResponseTooBig && r.Answer.Frame < u.Frame {
			return in.say(" (by UDP it had said that its answer is too big, frame ", in.number(r.Answer.Frame, 1), ": port 88 is needed in TCP, too)")
		}
	}
	return ""
}

// noKDCFound: DNS names no KDC, and none was asked.
func (in *inquiry) noKDCFound(near *nearby.Around) {
	if near.SawKerberos {
		return
	}
	for i := range near.Failures {
		f := &near.Failures[i]
		if f.Type != "SRV" || f.Frame > in.last.LastFrame {
			continue
		}
		how := in.say("was told ", in.wire(f.Error))
		if f.Error == "" {
			how = in.say("got no answer to ", in.count(int64(f.Tries), "try", "tries"))
		}
		in.blame(Cause{
			ID: KDCUnreachable, Certainty: Inferred, Frame: f.Frame,
			Text: in.say("The client asked DNS where the KDCs are (", in.wire(f.Asked), ", frame ", in.number(f.Frame, 1), ") and ", how, ", and asked no KDC; then it used ", in.loginName(in.last)),
			Next: in.say("On the client: nslookup -type=SRV _", typed(strings.TrimPrefix(f.Asked, "_"), "kerberos._tcp.REALM"), "; its DNS server must be one that knows the domain. A client outside of the domain needs the KDC in krb5.conf, or a login that does not need one."),
		})
		return
	}
}

// referredToNobody: the KDC sent the client to another realm, and no KDC of that
// answered.
func (in *inquiry) referredToNobody(near *nearby.Around) {
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		realm := r.ReferredTo()
		if realm == "" || r.LastFrame() > in.last.LastFrame || in.isAbout(in.session, in.last, r) != Seen {
			continue
		}
		if slices.ContainsFunc(near.Requests[i+1:], func(l nearby.Request) bool { return l.Realm == realm || l.Granted() && l.Service == r.Service }) {
			return
		}
		in.blame(Cause{
			ID: KDCUnreachable, Certainty: Inferred, Frame: r.Answer.Frame, Others: framesBefore(r),
			Text: in.say("The KDC referred the client to realm ", in.wire(realm), " for ", in.wire(r.Service), " (frame ", in.number(r.Answer.Frame, 1), "), and no KDC of that realm answered; then it used ", in.loginName(in.last)),
			Next: in.say("On the client: nltest /dsgetdc:", typed(realm, "REALM"), " (Windows), or nslookup -type=SRV _kerberos._tcp.", typed(realm, "REALM"), " and kvno (MIT), says whether a KDC of that realm is found."),
		})
		return
	}
}

// nothingResolved: no answer of DNS led the client to the server's address. What it
// resolved before the capture began, or has in a file, is not asked for. Of packets
// that are cut nothing may be left.
func (in *inquiry) nothingResolved() {
	near := in.surroundings()
	if near == nil || !near.SawDNS || len(near.Names) > 0 || len(near.Reverse) > 0 || in.session.Quality.Midstream || in.session.Quality.TruncatedPackets > 0 || !in.kdcMatters() {
		return
	}
	if host, _ := in.target(); host != "" || slices.ContainsFunc(near.Requests, func(r nearby.Request) bool { return nearby.IsMail(r.Service) }) {
		return // it said what it meant
	}
	c := Cause{ID: TargetIsIP, Certainty: Possible, Frame: in.last.FirstFrame, Next: in.useNameNext()}
	c.Text = in.say("No answer of DNS in this capture gave the client the address ", in.session.Server.IP.String(), ": it may have addressed the server by it, for which there is no SPN, or by a name from its cache or hosts file")
	if in.session.Start.Sub(near.Since) >= maxCached {
		c.Certainty = Inferred
	}
	in.blame(c)
}
