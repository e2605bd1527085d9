package inspect

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"smtpscope/capture"
	"smtpscope/tlskeys"
)

// TestLateKeysOfIdleConnection: keys that come when nothing is said any more open what
// was said, at the next tick.
func TestLateKeysOfIdleConnection(t *testing.T) {
	log, pieces := recordTLS(t, "220 mx ESMTP\r\n", "EHLO c.test\r\n")
	o := Options{
		Rules: capture.Rules{Ports: []uint16{25}}, Shards: 1, Limits: capture.DefaultLimits(), OpenEvery: time.Nanosecond,
		Keys: tlskeys.NewStore(), KeysGrow: true,
	}
	moments := opened(0, 5000)
	for _, p := range pieces {
		moments = append(moments, moment{client: 5000, flags: ack, fromServer: p.dir == capture.FromServer, text: p.text})
	}
	const seen = "open incomplete: In progress: no login and no mail so far"
	sink := &watchingSink{got: make(map[int64][]string)}
	in := New(nil, o)
	moments = append(moments,
		moment{at: time.Second}, // what waited for packets before it has come
		moment{at: 2 * time.Second, do: func() { o.Keys.Add(log) }},
		moment{at: 3 * time.Second},
	)
	in.source = script(moments...)
	if _, err := in.Run(sink); err != nil {
		t.Fatal(err)
	}
	encrypted := func(shown string) bool { return strings.HasPrefix(shown, "open encrypted: ") }
	if at := slices.Index(sink.got[1], seen); len(sink.got) != 1 || at < 0 || !slices.ContainsFunc(sink.got[1][:at], encrypted) {
		t.Errorf("got %q", sink.got[1])
	}
	if s := in.shards[0]; len(s.hoping) != 0 {
		t.Errorf("%d still wait", len(s.hoping))
	}
}

// TestKeyLogTrouble: a key log that cannot be read any more is told of, once.
func TestKeyLogTrouble(t *testing.T) {
	name := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var notices []string
	o := Options{
		Rules: capture.Rules{Ports: []uint16{25}}, Shards: 1, Limits: capture.DefaultLimits(), Keys: tlskeys.NewStore(), KeysGrow: true,
		Notice: func(text string) { notices = append(notices, text) },
	}
	defer o.Keys.Close()
	if err := o.Keys.Follow(name); err != nil {
		t.Fatal(err)
	}
	// A folder in its place can be opened, and not be read.
	if err := errors.Join(os.Remove(name), os.Mkdir(name, 0o700)); err != nil {
		t.Fatal(err)
	}
	in := New(nil, o)
	for range 3 {
		in.refreshed = time.Time{}
		in.refreshKeys()
	}
	if len(notices) != 1 {
		t.Errorf("notices %q", notices)
	}
}
