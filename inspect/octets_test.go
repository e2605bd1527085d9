package inspect

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"smtpscope/capture"
	"smtpscope/pcaps"
	"smtpscope/tlskeys"
)

func TestReadOctets(t *testing.T) {
	whole, err := pcaps.FS.ReadFile("ntlm-on-25-kerberos-on-587-same-server.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	rules := capture.Rules{Ports: []uint16{25, 587}}
	open := func() capture.Source {
		s, err := capture.OpenFiles([]string{"-"}, capture.Options{Rules: rules, Stdin: bytes.NewReader(whole)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	// The second session, as the inspector itself sees it.
	keep := &connectionSink{port: 587}
	if _, err := New(open(), Options{Rules: rules, Shards: 1}).Run(keep); err != nil {
		t.Fatal(err)
	}
	read := func(first, last int64, limit int) map[string]string {
		pieces, err := ReadOctets(open(), Options{Rules: rules}, keep.found, first, last, limit)
		if err != nil {
			t.Fatal(err)
		}
		said := make(map[string]string)
		for _, p := range pieces {
			if p.Frame < first || p.Frame > last {
				t.Errorf("a piece of frame %d", p.Frame)
			}
			said[p.From] += string(p.Data)
		}
		return said
	}
	all := read(0, 1<<40, 1<<20)
	if !strings.HasPrefix(all["server"], "220 ") || !strings.Contains(all["client"], "AUTH GSSAPI ") || !strings.HasSuffix(all["client"], "QUIT\r\n") {
		t.Errorf("the client said %q, the server %q", all["client"], all["server"])
	}
	if some := read(0, keep.firstFrame, 1<<20); some["client"] != "" || !strings.HasPrefix(some["server"], "220 ") {
		t.Errorf("up to frame %d: %q", keep.firstFrame, some)
	}
	if few := read(0, 1<<40, 5); len(few["client"])+len(few["server"]) != 5 {
		t.Errorf("at most 5 octets: %q", few)
	}
}

// What TLS held is there beside its records, where there is a key.
func TestReadOctetsInsideTLS(t *testing.T) {
	const name = "implicit-tls-465-ntlm"
	log, err := pcaps.FS.ReadFile(name + ".keys")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name      string
		log       []byte
		decrypted string // what the client's begins with
	}{
		{"with its key", log, "EHLO "},
		{"without", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{Rules: capture.Rules{Ports: []uint16{465}}, Keys: tlskeys.NewStore(), Shards: 1}
			o.Keys.Add(tt.log)
			open := func() capture.Source {
				s, err := capture.OpenFiles([]string{"../pcaps/" + name + ".pcap"}, capture.Options{Rules: o.Rules})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { s.Close() })
				return s
			}
			keep := &connectionSink{port: 465}
			if _, err := New(open(), o).Run(keep); err != nil {
				t.Fatal(err)
			}
			pieces, err := ReadOctets(open(), o, keep.found, 0, 1<<40, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			var wire, plain string
			for _, p := range pieces {
				if p.From != "client" {
					continue
				}
				if p.Decrypted {
					plain += string(p.Data)
				} else {
					wire += string(p.Data)
				}
			}
			if !strings.HasPrefix(wire, "\x16\x03") {
				t.Errorf("on the wire there is %.20q", wire)
			}
			if !strings.HasPrefix(plain, tt.decrypted) || tt.decrypted == "" && plain != "" || tt.decrypted != "" && !strings.HasSuffix(plain, "QUIT\r\n") {
				t.Errorf("inside there is %q", plain)
			}
		})
	}
}

// A connectionSink finds the connection to a port.
type connectionSink struct {
	port       uint16
	found      capture.Connection
	firstFrame int64 // of the greeting
}

func (k *connectionSink) Render(b []byte, s *Session) []byte {
	if s.Server.Port == k.port {
		k.found = capture.Connection{
			Client: netip.AddrPortFrom(s.Client.IP, s.Client.Port), Server: netip.AddrPortFrom(s.Server.IP, s.Server.Port),
			Start: s.Start.UnixNano(), End: s.End.UnixNano(),
		}
		if s.Greeting != nil {
			k.firstFrame = s.Greeting.Frame
		}
	}
	return b
}

func (k *connectionSink) Session(int64, []byte) error { return nil }
func (k *connectionSink) Flush() error                { return nil }
