package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// TestDamagedTLS changes one octet of a capture at a time: nothing panics, and no
// message that came out of TLS is called complete unless it is one that was sent.
func TestDamagedTLS(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	dir := t.TempDir()
	for _, name := range captures(t) {
		keys := filepath.Join("pcaps", scenario(name)+".keys")
		data, err := os.ReadFile(name)
		if _, noKeys := os.Stat(keys); noKeys != nil || err != nil {
			continue
		}
		t.Run(scenario(name), func(t *testing.T) {
			sent := messagesInTLS(sessions(t, output(t, "-r", name, "--keylog", keys, "--format", "json", "--shards", "1")))
			damaged := filepath.Join(dir, filepath.Base(name))
			for range 25 {
				const fileHeader = 24
				at := fileHeader + random.IntN(len(data)-fileHeader)
				was := data[at]
				data[at] ^= byte(1 + random.IntN(255))
				if err := os.WriteFile(damaged, data, 0o600); err != nil {
					t.Fatal(err)
				}
				data[at] = was
				var stdout, stderr bytes.Buffer
				if code := run([]string{"-r", damaged, "--keylog", keys, "--format", "json", "--shards", "1"}, strings.NewReader(""), &stdout, &stderr); code != exitFine {
					continue // not a capture any more
				}
				for m := range messagesInTLS(sessions(t, stdout.Bytes())) {
					if !sent[m] {
						t.Errorf("octet %d changed: a message that was not sent: %+v", at, m)
					}
				}
			}
		})
	}
}

// A mailKey is what of a message's octets tells it from another. Its sender may be in
// a hole.
type mailKey struct {
	subject, id string
	bytes       int64
}

// messagesInTLS are the complete messages that came out of TLS.
func messagesInTLS(all []*inspect.Session) map[mailKey]bool {
	found := make(map[mailKey]bool)
	for _, s := range all {
		for _, m := range s.Messages {
			if m.Complete && m.TLS {
				found[keyOf(m)] = true
			}
		}
	}
	return found
}

func keyOf(m *smtpparse.Message) mailKey { return mailKey{m.Subject, m.MessageID, m.Bytes} }
