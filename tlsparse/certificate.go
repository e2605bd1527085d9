package tlsparse

import (
	"bytes"
	"cmp"
	"crypto/dsa" //lint:ignore SA1019 old servers have such keys: they are named, not used
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// Bounds on what is kept of a chain.
const (
	maxCertificates = 10
	maxSubjectNames = 100
	maxFact         = 1024 // octets of a name
)

// A Certificate is what an X.509 certificate says (RFC 5280).
type Certificate struct {
	Subject string `json:"subject"`
	// CommonName is the subject's; who writes names knows alternative names first.
	CommonName string `json:"common_name,omitempty"`
	Issuer     string `json:"issuer"`
	// Names are the subject's alternative names: DNS names, then IP and mail
	// addresses.
	Names     []string  `json:"names,omitempty"`
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
	// Serial is in hexadecimal.
	Serial string `json:"serial,omitempty"`
	// KeyType is "RSA", "ECDSA", "Ed25519" …, KeyBits its size.
	KeyType string `json:"key_type,omitempty"`
	KeyBits int    `json:"key_bits,omitempty"`
	// Signature is the algorithm that the issuer signed with, such as "SHA256-RSA".
	Signature string `json:"signature,omitempty"`
	// SHA256 is the fingerprint of the whole certificate in hexadecimal.
	SHA256 string `json:"sha256"`
	// SelfSigned tells that it says that it is signed with its own key: issuer and
	// subject are the same, and so are their key identifiers.
	SelfSigned bool `json:"self_signed,omitempty"`
	// CA tells that it may sign others.
	CA bool `json:"ca,omitempty"`
	// RawPublicKey tells that a key was sent in place of a certificate (RFC 7250), of
	// which SHA256 is the fingerprint. Names and dates it has none.
	RawPublicKey bool `json:"raw_public_key,omitempty"`
	// Damage says why it could not be read; the fingerprint is right all the same.
	Damage string `json:"damage,omitempty"`
}

// A CertificateCache keeps what certificates say: a server sends the same ones in
// every handshake, and is called by the same name. It is not safe for use by several
// goroutines.
type CertificateCache struct {
	known   map[[sha256.Size]byte]*Certificate
	matches map[checkedName]bool
}

// A checkedName is a name that a certificate was held against.
type checkedName struct {
	certificate *Certificate
	name        string
}

const derSequence = 0x30

// maxCached bounds each map of the cache; then it is emptied.
const maxCached = 1024

// read returns what a certificate says.
func (c *CertificateCache) read(der []byte) *Certificate {
	sum := sha256.Sum256(der)
	if known := c.known[sum]; known != nil {
		return known
	}
	if c.known == nil || len(c.known) >= maxCached {
		c.known = make(map[[sha256.Size]byte]*Certificate)
	}
	cert := readCertificate(der)
	cert.SHA256 = hex.EncodeToString(sum[:])
	c.known[sum] = cert
	return cert
}

func readCertificate(der []byte) *Certificate {
	x, err := x509.ParseCertificate(der)
	if err != nil {
		if key, e := x509.ParsePKIXPublicKey(der); e == nil {
			c := &Certificate{RawPublicKey: true}
			c.KeyType, c.KeyBits = keyOf(key)
			return c
		}
		return &Certificate{Damage: strings.TrimPrefix(err.Error(), "x509: ")}
	}
	kind, bits := keyOf(x.PublicKey)
	c := &Certificate{
		Subject: bounded(x.Subject.String()), Issuer: bounded(x.Issuer.String()),
		CommonName: bounded(x.Subject.CommonName),
		NotBefore:  x.NotBefore.UTC(), NotAfter: x.NotAfter.UTC(),
		Serial:    bounded(hex.EncodeToString(x.SerialNumber.Bytes())),
		Signature: x.SignatureAlgorithm.String(),
		CA:        x.IsCA, SelfSigned: selfSigned(x),
	}
	c.KeyType, c.KeyBits = cmp.Or(kind, x.PublicKeyAlgorithm.String()), bits
	for _, name := range x.DNSNames {
		c.addName(name)
	}
	for _, ip := range x.IPAddresses {
		c.addName(ip.String())
	}
	for _, mail := range x.EmailAddresses {
		c.addName(mail)
	}
	return c
}

func (c *Certificate) addName(name string) {
	if len(c.Names) < maxSubjectNames {
		c.Names = append(c.Names, bounded(name))
	}
}

func bounded(s string) string { return s[:min(len(s), maxFact)] }

// keyOf returns the kind and size of a public key; nothing, if its kind is not known.
func keyOf(public any) (kind string, bits int) {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return "RSA", key.N.BitLen()
	case *ecdsa.PublicKey:
		return "ECDSA", key.Curve.Params().BitSize
	case *dsa.PublicKey:
		return "DSA", key.P.BitLen()
	case ed25519.PublicKey:
		return "Ed25519", 8 * len(key)
	}
	return "", 0
}

// selfSigned tells that a certificate says that it is signed with its own key: the
// issuer is the subject, and the key identifiers (RFC 5280, section 4.2.1.1) do not
// contradict. The signature is not verified, as OpenSSL does not either: what cannot
// be trusted is no better for it, and a stranger's P-521 costs two milliseconds each.
func selfSigned(x *x509.Certificate) bool {
	if !bytes.Equal(x.RawSubject, x.RawIssuer) {
		return false
	}
	return len(x.AuthorityKeyId) == 0 || len(x.SubjectKeyId) == 0 || bytes.Equal(x.AuthorityKeyId, x.SubjectKeyId)
}

// Matches tells that a certificate is made out to a host name or IP address, by
// the rules of RFC 9525; where it has no alternative names at all, by its common
// name, as mail servers do.
func (c *Certificate) Matches(name string) bool {
	name = strings.TrimSuffix(name, ".")
	x := x509.Certificate{}
	for _, n := range c.Names {
		if ip, err := netip.ParseAddr(n); err == nil {
			x.IPAddresses = append(x.IPAddresses, ip.AsSlice())
		} else if !strings.Contains(n, "@") {
			x.DNSNames = append(x.DNSNames, n)
		}
	}
	if len(c.Names) == 0 {
		x.DNSNames = []string{c.CommonName}
	}
	return x.VerifyHostname(name) == nil
}

// nameless tells that no names could be read.
func (c *Certificate) nameless() bool { return c.Damage != "" || c.RawPublicKey }

// CheckName holds the server's certificate against a name.
func (c *CertificateCache) CheckName(f *Facts, name string) {
	if name == "" || len(f.ServerCertificates) == 0 || f.ServerCertificates[0].nameless() {
		return
	}
	f.CheckedName, f.NameMatch = name, "mismatch"
	if c.match(f.ServerCertificates[0], name) {
		f.NameMatch = "match"
	}
}

// match is Matches, asked once for each name.
func (c *CertificateCache) match(cert *Certificate, name string) bool {
	if len(name) > maxName {
		return cert.Matches(name)
	}
	if match, known := c.matches[checkedName{cert, name}]; known {
		return match
	}
	if c.matches == nil || len(c.matches) >= maxCached {
		c.matches = make(map[checkedName]bool)
	}
	match := cert.Matches(name)
	c.matches[checkedName{cert, strings.Clone(name)}] = match // the name may be a piece of a long line
	return match
}

// chain reads a list of certificates, of TLS 1.3 with the extensions of each. To
// TLS 1.2, a raw public key stands there without a list (RFC 7250, section 3): the
// first octet of its DER would be a length of megabytes.
func (c *CertificateCache) chain(to []*Certificate, s cryptobyte.String, tls13 bool) ([]*Certificate, bool) {
	var list, der, ext cryptobyte.String
	if !s.ReadUint24LengthPrefixed(&list) {
		return to, false
	}
	if !tls13 && len(list) > 0 && list[0] == derSequence {
		return append(to, c.read(list)), true
	}
	for !list.Empty() {
		if !list.ReadUint24LengthPrefixed(&der) || tls13 && !list.ReadUint16LengthPrefixed(&ext) {
			return to, false
		}
		if len(to) < maxCertificates {
			to = append(to, c.read(der))
		}
	}
	return to, true
}
