package keytab

import (
	"encoding/binary"
	"time"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"smtpscope/authtoken"
)

// gssChecksum is the type of the checksum that carries what GSS-API says (RFC
// 4121, section 4.1.1).
const gssChecksum = 0x8003

// openAuthenticator reads the authenticator with the ticket's session key.
func openAuthenticator(o *authtoken.Opened, req *messages.APReq, session types.EncryptionKey) {
	var plain []byte
	var a types.Authenticator
	switch {
	case !guarded(func() (err error) {
		plain, err = crypto.DecryptEncPart(req.EncryptedAuthenticator, session, keyusage.AP_REQ_AUTHENTICATOR)
		return err
	}):
		o.Problem, o.Fault = "the ticket's session key does not open the authenticator: they do not belong together, or it is damaged", authtoken.FaultDamaged
		return
	case !guarded(func() error { return a.Unmarshal(plain) }):
		o.Problem, o.Fault = "the authenticator was opened and is damaged", authtoken.FaultDamaged
		return
	}
	if who := a.CName.PrincipalNameString() + "@" + a.CRealm; who != o.Client {
		o.Problem, o.Fault = "the authenticator names another client: "+who, authtoken.FaultDamaged
	}
	if !a.CTime.IsZero() {
		o.ClientTime = a.CTime.UTC()
		if a.Cusec > 0 && a.Cusec < 1_000_000 {
			o.ClientTime = o.ClientTime.Add(time.Duration(a.Cusec) * time.Microsecond)
		}
	}
	if len(a.SubKey.KeyValue) > 0 {
		o.SubkeyEtype = authtoken.KerberosEtype(int(a.SubKey.KeyType))
	}
	readChecksum(o, a.Cksum)
}

// readChecksum reads the octets of RFC 4121, section 4.1.1.1: length of Bnd (16),
// Bnd, flags, and, when GSS_C_DELEG_FLAG is set, DlgOpt, Dlgth, Deleg.
func readChecksum(o *authtoken.Opened, c types.Checksum) {
	o.ChannelBinding = "absent"
	b := c.Checksum
	if c.CksumType != gssChecksum || len(b) < 24 || binary.LittleEndian.Uint32(b) != 16 {
		return
	}
	o.ChannelBinding = "zero"
	if [16]byte(b[4:20]) != [16]byte{} {
		o.ChannelBinding = "present"
	}
	flags := binary.LittleEndian.Uint32(b[20:])
	for i, name := range gssFlags {
		if name != "" && flags>>i&1 != 0 {
			o.GSSFlags = append(o.GSSFlags, name)
		}
	}
	const deleg = 1
	o.Delegated = flags&deleg != 0 && len(b) > 28 && binary.LittleEndian.Uint16(b[24:]) == 1
}

// gssFlags are the context flags (RFC 4121, section 4.1.1.1; RFC 4757, section 7.1).
var gssFlags = []string{
	0: "deleg", 1: "mutual", 2: "replay", 3: "sequence", 4: "conf", 5: "integ",
	12: "dce-style", 13: "identify", 14: "extended-error",
}
