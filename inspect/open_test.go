package inspect

import (
	"cmp"
	"testing"
	"time"

	"smtpscope/capture"
)

// A watchingSink notes what it gets of each session, in order.
type watchingSink struct{ got map[int64][]string }

func (w *watchingSink) Render(b []byte, s *Session) []byte {
	return append(b, cmp.Or(s.Close, "open")+" "+string(s.Verdict.State)+": "+s.Verdict.Text...)
}

func (w *watchingSink) Session(id int64, rendered []byte) error { return w.Open(id, rendered) }

func (w *watchingSink) Open(id int64, rendered []byte) error {
	w.got[id] = append(w.got[id], string(rendered))
	return nil
}

func (w *watchingSink) Flush() error { return nil }

// A dripping source gives the packets of a file one by one.
type dripping struct {
	capture.Source
	batch *capture.Batch
	at    int
}

func (d *dripping) Next() (*capture.Batch, error) {
	for d.batch == nil || d.at == len(d.batch.Packets) {
		var err error
		if d.batch, err = d.Source.Next(); err != nil {
			return nil, err
		}
		d.at = 0
	}
	d.at++
	p := d.batch.Packets[d.at-1 : d.at]
	return &capture.Batch{Packets: p, Clock: p[0].Clock, Last: p[0].Frame}, nil
}

// An open session comes under the number that it keeps, and claims nothing that
// is not proven.
func TestOpenSessions(t *testing.T) {
	rules := capture.Rules{Ports: []uint16{25, 587}}
	for _, shards := range []int{1, 3} {
		source, err := capture.OpenFiles([]string{"../pcaps/ntlm-on-25-kerberos-on-587-same-server.pcapng"}, capture.Options{Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		sink := &watchingSink{got: make(map[int64][]string)}
		if _, err := New(&dripping{Source: source}, Options{Rules: rules, Shards: shards, OpenEvery: time.Nanosecond}).Run(sink); err != nil {
			t.Fatal(err)
		}
		if len(sink.got) != 2 {
			t.Fatalf("%d sessions", len(sink.got))
		}
		for id, list := range sink.got {
			seen := map[string]bool{}
			for _, text := range list {
				seen[text] = true
			}
			last := list[len(list)-1]
			for _, want := range []string{"open incomplete: In progress: the server has greeted", "open incomplete: In progress: no login and no mail so far"} {
				if !seen[want] {
					t.Errorf("shards %d, session %d was never %q: %q", shards, id, want, list)
				}
			}
			if id == 1 && !seen["open incomplete: In progress: AUTH NTLM is under way"] {
				t.Errorf("session 1: %q", list)
			}
			if last[:4] != "fin " {
				t.Errorf("session %d ends as %q", id, last)
			}
			for _, text := range list[:len(list)-1] {
				if text[:5] != "open " {
					t.Errorf("session %d comes as %q before its end", id, text)
				}
			}
		}
		source.Close()
	}
}

// Whoever does not ask gets no open sessions, and none are noted.
func TestOpenSessionsUnwanted(t *testing.T) {
	rules := capture.Rules{Ports: []uint16{25, 587}}
	source, err := capture.OpenFiles([]string{"../pcaps/ntlm-on-25-kerberos-on-587-same-server.pcapng"}, capture.Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	sink := &watchingSink{got: make(map[int64][]string)}
	in := New(&dripping{Source: source}, Options{Rules: rules, Shards: 1})
	if _, err := in.Run(sink); err != nil {
		t.Fatal(err)
	}
	for id, list := range sink.got {
		if len(list) != 1 {
			t.Errorf("session %d: %q", id, list)
		}
	}
}

func TestQueue(t *testing.T) {
	var n queue
	a, b, c := &conversation{}, &conversation{}, &conversation{}
	for _, v := range []*conversation{a, b, c, b, b, a} {
		n.note(v)
	}
	n.drop(b)
	n.drop(b)
	n.note(c)
	if n.oldest != a {
		t.Fatal("wrong end")
	}
	for _, want := range []*conversation{c, a, nil} {
		if n.newest != want {
			t.Fatal("wrong order")
		}
		if want != nil {
			n.drop(want)
		}
	}
	if n.oldest != nil {
		t.Error("the end is still there")
	}
}

// Of many that have news, a round shows the latest, and the next ones the others.
func TestOpenSessionsInRounds(t *testing.T) {
	const many = 2*openPerTick + 44
	s := newShard(0, Options{Shards: 1, KeptBytes: DefaultKeptBytes, OpenEvery: time.Second}, &resultPool{})
	s.sink = &watchingSink{}
	for i := range int64(many) {
		v := s.newConversation(&capture.Chunk{Conn: &capture.Conn{}})
		v.id = i
		v.follow()
		s.news.note(v)
	}
	next := int64(many - 1)
	for _, want := range []int{openPerTick, openPerTick, 44, 0} {
		s.showOpen()
		if got := len(s.current.open); got != want {
			t.Fatalf("%d are shown, want %d", got, want)
		}
		for _, r := range s.current.open {
			if r.id != next {
				t.Fatalf("session %d is shown in place of %d", r.id, next)
			}
			next--
		}
		s.current = s.results.get()
	}
}

// The present goes on by itself from the time of the last packet.
func TestPresent(t *testing.T) {
	in := New(nil, Options{Shards: 1})
	if in.Now() != 0 {
		t.Error("there is a present without packets")
	}
	in.present.moved(1000)
	in.present.moved(10)
	if now := in.Now(); now < 1000 || now > int64(time.Minute) {
		t.Errorf("now is %d", now)
	}
}
