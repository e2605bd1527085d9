package tlskeys

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
)

// maxAttempts is how often a passphrase is asked for before giving up.
const maxAttempts = 3

// An unlocker parses private keys, and asks for the passphrases of those that
// are encrypted.
type unlocker struct {
	ask func(attempt int) ([]byte, error)
	// last opened the key before: often it opens all of a file.
	last []byte
}

// parse returns the private key in a block, nil if there is none in such a block.
func (u *unlocker) parse(block *pem.Block) (any, error) {
	if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
		return nil, nil
	}
	kind := strings.ToLower(block.Type)
	var decrypt func(passphrase []byte) ([]byte, error)
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY":
		info, err := parsePBES2(block.Bytes)
		if err != nil {
			return nil, err
		}
		decrypt = info.decrypt
	//lint:ignore SA1019 The format is weak; the keys in it are there to be read.
	case x509.IsEncryptedPEMBlock(block):
		//lint:ignore SA1019 See above.
		decrypt = func(passphrase []byte) ([]byte, error) { return x509.DecryptPEMBlock(block, passphrase) }
	default:
		return parsePrivate(kind, block.Bytes)
	}
	try := func(passphrase []byte) any {
		der, err := decrypt(passphrase)
		if err != nil {
			return nil
		}
		defer clear(der)
		key, err := parsePrivate(kind, der)
		if err != nil { // a wrong passphrase whose padding fits by chance
			return nil
		}
		return key
	}
	if u.last != nil {
		if key := try(u.last); key != nil {
			return key, nil
		}
	}
	if u.ask == nil {
		return nil, ErrNoPassphrase
	}
	for attempt := range maxAttempts {
		passphrase, err := u.ask(attempt)
		if err != nil {
			return nil, err
		}
		if key := try(passphrase); key != nil {
			u.forget()
			u.last = passphrase
			return key, nil
		}
		clear(passphrase)
	}
	return nil, ErrPassphrase
}

func (u *unlocker) forget() {
	clear(u.last)
	u.last = nil
}
