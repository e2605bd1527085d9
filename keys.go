package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"smtpscope/tlskeys"
	"smtpscope/words"
)

// keyring is what opens TLS.
type keyring struct {
	store *tlskeys.Store
	rsa   []*tlskeys.RSAKey
	// followed tells that there is a key log, which may grow while packets come.
	followed bool
}

// keylogVariable names the key log that browsers, curl and OpenSSL's clients write.
const keylogVariable = "SSLKEYLOGFILE"

// openKeys reads the keys that the flags name, and with no --keylog the log of
// SSLKEYLOGFILE, if that exists: it may be meant for programs to come.
func (c *config) openKeys(stdin io.Reader, stderr io.Writer) error {
	c.keys.store = tlskeys.NewStore()
	for _, name := range c.keylogs {
		if err := c.keys.store.Follow(name); err != nil {
			var path *fs.PathError
			if errors.As(err, &path) {
				path.Op = "open" // whatever it was that failed first
			}
			return err
		}
		c.keys.followed = true
	}
	if name := os.Getenv(keylogVariable); name != "" && len(c.keylogs) == 0 {
		if err := c.keys.store.Follow(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%s: %w", keylogVariable, err)
		}
		c.keys.followed = true
	}
	for _, name := range c.tlsKeys {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		keys, err := tlskeys.ReadRSAKeys(text, passphrase(name, stdin, stderr))
		clear(text)
		if err != nil {
			return fmt.Errorf("--tls-key %s: %w", name, err)
		}
		c.keys.rsa = append(c.keys.rsa, keys...)
	}
	return nil
}

// closeKeys overwrites the keys.
func (c *config) closeKeys() {
	if c.keys.store != nil {
		c.keys.store.Close()
	}
	for _, k := range c.keys.rsa {
		k.Close()
	}
}

// keylogOf is the key log of some sessions.
func (c *config) keylogOf(randoms []tlskeys.Random) []byte {
	var lines []byte
	for i := range randoms {
		lines = c.keys.store.AppendLines(lines, &randoms[i])
	}
	return lines
}

// randomOf reads a client random as records write it. Sessions that were not opened
// have none to offer.
func randomOf(text string) (random tlskeys.Random, ok bool) {
	n, err := hex.Decode(random[:], []byte(text[:min(len(text), 2*len(random))]))
	return random, err == nil && n == len(random)
}

// stillClosed says which key would open sessions that stayed encrypted.
func (c *config) stillClosed(sessions int64, stderr io.Writer) {
	if sessions == 0 || len(c.keylogs)+len(c.tlsKeys) == 0 {
		return
	}
	counts := c.keys.store.Counts()
	fmt.Fprintf(stderr, "smtpscope: %s still encrypted; each says why. Keys: %s of %s in key logs, %s\n", words.Count(sessions, "session"),
		words.Count(int64(counts.Lines-counts.Repeated), "secret"), words.Count(int64(counts.Sessions), "session"), words.Count(int64(len(c.keys.rsa)), "RSA key"))
	if counts.Damaged > 0 {
		fmt.Fprintf(stderr, "smtpscope: %s of the key logs cannot be read\n", words.Count(int64(counts.Damaged), "line"))
	}
	if counts.Contradicting > 0 {
		fmt.Fprintf(stderr, "smtpscope: the key logs have %s against others: each was tried\n", words.Count(int64(counts.Contradicting), "line"))
	}
	if counts.Evicted > 0 {
		fmt.Fprintf(stderr, "smtpscope: the key logs have too many sessions: the oldest %d were forgotten\n", counts.Evicted)
	}
}
