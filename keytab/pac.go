package keytab

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/adtype"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/types"

	"smtpscope/authtoken"
)

// The library's package pac is not used here: it allocates by the counts that a
// PAC states, before it looks whether so much is there.

// The types of buffers that are read ([MS-PAC], section 2.4).
const (
	pacLogonInfo       = 1
	pacServerSignature = 6
	pacKDCSignature    = 7
	pacClientInfo      = 10
	pacUPNDNSInfo      = 12
	pacRequestorSID    = 18
)

// maxBuffers is how many buffers of a PAC are looked at. There are some twenty types.
const maxBuffers = 64

// readAuthorization finds the PAC in a ticket's authorization data: in an
// AD-IF-RELEVANT, as a rule the first ([MS-KILE], section 3.3.5.6.4). Nil when there is none.
func readAuthorization(data types.AuthorizationData, key types.EncryptionKey) *authtoken.PAC {
	for _, ad := range data {
		if ad.ADType != adtype.ADIfRelevant {
			continue
		}
		var inner types.AuthorizationData
		if !guarded(func() error { return inner.Unmarshal(ad.ADData) }) {
			continue
		}
		for _, ad := range inner {
			if ad.ADType == adtype.ADWin2KPAC {
				return readPAC(ad.ADData, key)
			}
		}
	}
	return nil
}

// readPAC reads PACTYPE: count, version, and for each buffer its type, size and offset.
func readPAC(b []byte, key types.EncryptionKey) *authtoken.PAC {
	p := &authtoken.PAC{}
	if len(b) < 8 {
		p.Problem = "the PAC is cut short"
		return p
	}
	zeroed := bytes.Clone(b) // with the signatures set to zeros: what was signed
	var signature []byte
	count := int(min(binary.LittleEndian.Uint32(b), maxBuffers))
	for i := range count {
		at := 8 + 16*i
		if len(b) < at+16 {
			p.Problem = "the PAC is cut short"
			break
		}
		kind, size, offset := binary.LittleEndian.Uint32(b[at:]), uint64(binary.LittleEndian.Uint32(b[at+4:])), binary.LittleEndian.Uint64(b[at+8:])
		if offset > uint64(len(b)) || size > uint64(len(b))-offset {
			p.Problem = "a buffer of the PAC lies outside of it"
			continue
		}
		buffer := b[offset : offset+size]
		switch kind {
		case pacLogonInfo:
			readLogonInfo(p, buffer)
		case pacServerSignature, pacKDCSignature:
			n := signatureLength(buffer)
			clear(zeroed[offset:][:n][min(4, n):])
			if kind == pacServerSignature && signature == nil && n > 4 {
				signature = buffer[:n]
			}
		case pacClientInfo:
			if p.User == "" && len(buffer) >= 10 {
				p.User = utf16Text(buffer[10:][:min(int(binary.LittleEndian.Uint16(buffer[8:])), len(buffer)-10)])
			}
		case pacUPNDNSInfo:
			readUPN(p, buffer)
		case pacRequestorSID:
			if sid, _ := readSID(buffer); p.UserSID == "" {
				p.UserSID = sid
			}
		}
	}
	p.Verified = verified(zeroed, signature, key)
	return p
}

// signatureLength is how long type and signature of PAC_SIGNATURE_DATA are
// ([MS-PAC], section 2.8); an RODC identifier may follow.
func signatureLength(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	length := 12
	switch int32(binary.LittleEndian.Uint32(b)) {
	case 15, 16: // HMAC_SHA1_96_AES128, HMAC_SHA1_96_AES256
	case 19: // HMAC_SHA256_128_AES128
		length = 16
	case 20: // HMAC_SHA384_192_AES256
		length = 24
	default: // KERB_CHECKSUM_HMAC_MD5
		length = 16
	}
	return min(4+length, len(b))
}

// verified checks the server's signature with the service's key.
func verified(signed, signature []byte, key types.EncryptionKey) (ok bool) {
	if len(signature) <= 4 {
		return false
	}
	guarded(func() error {
		etype, err := crypto.GetChksumEtype(int32(binary.LittleEndian.Uint32(signature)))
		if err == nil {
			ok = etype.VerifyChecksum(key.KeyValue, signed, signature[4:], keyusage.KERB_NON_KERB_CKSUM_SALT)
		}
		return err
	})
	return ok
}

// readUPN reads UPN_DNS_INFO ([MS-PAC], section 2.10): two lengths with offsets, flags.
func readUPN(p *authtoken.PAC, b []byte) {
	text := func(at int) string {
		if len(b) < at+4 {
			return ""
		}
		size, offset := int(binary.LittleEndian.Uint16(b[at:])), int(binary.LittleEndian.Uint16(b[at+2:]))
		if offset+size > len(b) {
			p.Problem = "the PAC's user principal name lies outside of its buffer"
			return ""
		}
		return utf16Text(b[offset : offset+size])
	}
	p.UPN, p.DNSDomain = text(0), text(4)
}

// utf16Text reads UTF-16LE up to a NUL.
func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	if end := slices.Index(units, 0); end >= 0 {
		units = units[:end]
	}
	return strings.ToValidUTF8(string(utf16.Decode(units)), "\ufffd")
}
