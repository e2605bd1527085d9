package authtoken

import (
	"encoding/binary"
)

// The versions of NTLM.Version.
const (
	versionNTLMv1    = "NTLMv1"
	versionNTLMv1ESS = "NTLMv1 with session security"
	versionNTLMv2    = "NTLMv2"
	versionLM        = "LM only"
	versionAnonymous = "anonymous"
	versionLocal     = "local call"
	versionNone      = "no response"
)

// The header of AUTHENTICATE_MESSAGE ends, by sender, behind the workstation
// (Windows 9x), the flags, the version, or the MIC.
const (
	authLeastHeader = 52
	authFlags       = 60
	authVersion     = 64
	authMIC         = 72
)

// authenticate reads AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3).
func (m *ntlmMessage) authenticate(n *NTLM) {
	n.User, n.Domain, n.Workstation = "", "", ""
	if !m.takes("WorkstationFields", m.in, 12, 40) {
		return
	}
	m.payloadBegin(authLeastHeader, 12, 20, 28, 36, 44, 52)
	flags, known := m.x.ntlmFlags, false
	if m.has(authFlags, 4) {
		// JavaMail sets none at all, which says nothing of the message.
		if said := m.flags(n, authFlags); said != 0 {
			flags, known = said, true
		}
	}
	unicode := flags&ntlmUnicode != 0
	n.Domain = m.text("DomainName", 28, unicode)
	n.User = m.text("UserName", 36, unicode)
	n.Workstation = m.text("Workstation", 44, unicode)
	if version := m.version(flags, authVersion); version != "" {
		n.ClientVersion = version
	}
	lm, _ := m.payload("LmChallengeResponse", 12)
	nt, _ := m.payload("NtChallengeResponse", 20)
	n.Version = m.versionByResponses(lm.b, flags, known)
	m.add("NTLM version", n.Version, span{place: m.in.at()})
	m.response("LmChallengeResponse", lm)
	m.ntResponse(n, nt)
	if key, ok := m.payload("EncryptedRandomSessionKey", 52); ok {
		m.secret("EncryptedRandomSessionKey", key, asHex)
	}
}

// versionByResponses tells the version by the responses ([MS-NLMP] 3.3): by the
// lengths that the header gives, so that a cut message is not taken for an
// anonymous one. LMv2 alone looks like LM alone. With session security the LM
// response is a nonce of 8 octets and 16 of zero.
func (m *ntlmMessage) versionByResponses(lm []byte, flags uint32, known bool) string {
	lmSize, ntSize, userSize := le16(m.in.b[12:]), le16(m.in.b[20:]), le16(m.in.b[36:])
	extended := flags&ntlmExtended != 0 || !known
	if len(lm) == 24 {
		extended = extended && allZero(lm[8:]) && !allZero(lm[:8])
	} else {
		extended = extended && known
	}
	switch {
	case lmSize == 0 && ntSize == 0 && flags&ntlmLocalCall != 0 && flags&ntlmAnonymous == 0:
		return versionLocal
	case userSize == 0 && ntSize == 0 && (flags&ntlmAnonymous != 0 || lmSize <= 1):
		return versionAnonymous
	case ntSize > 24:
		return versionNTLMv2
	case ntSize > 0 && extended:
		return versionNTLMv1ESS
	case ntSize > 0:
		return versionNTLMv1
	case lmSize > 1:
		return versionLM
	}
	return versionNone
}

// response adds a response, masked; an empty one is said to be so.
func (m *ntlmMessage) response(name string, at span) {
	switch {
	case len(at.b) == 0:
		m.add(name, "empty", at)
	case allZero(at.b):
		m.add(name, m.str.zeros(len(at.b)), at)
	default:
		m.secret(name, at, asHex)
	}
}

// ntResponse reads NTLM_RESPONSE (24 octets) or NTLMv2_RESPONSE ([MS-NLMP]
// 2.2.2.6 and 2.2.2.8).
func (m *ntlmMessage) ntResponse(n *NTLM, at span) {
	n.MIC, n.ChannelBinding, n.TargetSPN, n.UntrustedSPN = false, "", "", false
	if len(at.b) <= 24 {
		if len(at.b) > 0 && len(at.b) < 24 {
			m.damage("NtChallengeResponse", at.at(), octets(len(at.b))+" where 24 belong")
		}
		m.response("NtChallengeResponse", at)
		return
	}
	outer := m.enter("NtChallengeResponse", at)
	m.secret("NTProofStr", at.to(16), asHex)
	av := m.clientChallenge(at.from(16))
	m.leave(outer)
	n.TargetSPN, n.UntrustedSPN = av.names[avTargetName], av.flags&avFlagUntrustedSPN != 0
	n.ChannelBinding = "absent"
	if av.bindings {
		n.ChannelBinding = "present"
	}
	if av.flags&avFlagMIC != 0 && m.takes("MIC", m.in.to(m.header), authMIC, 16) {
		n.MIC = true
		m.add("MIC", m.str.hex(m.in.b[authMIC:authMIC+16]), m.in.sub(authMIC, authMIC+16))
	}
}

// clientChallenge reads NTLMv2_CLIENT_CHALLENGE ([MS-NLMP] 2.2.2.7).
func (m *ntlmMessage) clientChallenge(in span) avPairs {
	defer m.leave(m.enter("NTLMv2_CLIENT_CHALLENGE", in))
	if !m.takes("AvPairs", in, 0, 28) {
		return avPairs{}
	}
	m.add("RespType", m.str.number(int64(in.b[0])), in.to(1))
	m.add("HiRespType", m.str.number(int64(in.b[1])), in.sub(1, 2))
	_, label := m.str.filetime(binary.LittleEndian.Uint64(in.b[8:]))
	m.add("TimeStamp", label, in.sub(8, 16))
	m.secret("ChallengeFromClient", in.sub(16, 24), asHex)
	pairs := in.from(28)
	defer m.leave(m.enter("AvPairs", pairs))
	return m.avPairs(pairs)
}
