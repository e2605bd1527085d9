package tlsparse

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

func TestSelfSigned(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	name := func(common, id string) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: common}, SubjectKeyId: []byte(id),
			NotAfter: time.Now().Add(time.Hour), IsCA: id != "", BasicConstraintsValid: id != ""}
	}
	for _, tt := range []struct {
		name            string
		subject, issuer *x509.Certificate
		damaged, want   bool
	}{
		{name: "itself", subject: name("mx.test", ""), issuer: name("mx.test", ""), want: true},
		{name: "itself, with key identifiers", subject: name("CA", "1"), issuer: name("CA", "1"), want: true},
		{name: "another", subject: name("mx.test", ""), issuer: name("CA", "1")},
		{name: "the next key of a CA of the same name", subject: name("CA", "2"), issuer: name("CA", "1")},
		{name: "a signature that is not verified, because a stranger's key may be slow", subject: name("mx.test", ""), issuer: name("mx.test", ""), damaged: true, want: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.subject.AuthorityKeyId = tt.issuer.SubjectKeyId // which x509 leaves out where the names are the same
			der, err := x509.CreateCertificate(rand.Reader, tt.subject, tt.issuer, key.Public(), key)
			if err != nil {
				t.Fatal(err)
			}
			if tt.damaged {
				der[len(der)-1] ^= 1
			}
			c := readCertificate(der)
			if c.SelfSigned != tt.want || c.Damage != "" {
				t.Errorf("self-signed %v, damage %q, want %v", c.SelfSigned, c.Damage, tt.want)
			}
		})
	}
}
