package capture

import (
	"encoding/binary"
	"io"
	"os"
	"sync"
	"testing"
)

// What a pipe has given is handed out before the next read, which might wait.
func TestPipeIsLive(t *testing.T) {
	packets := conversation(40, 1000)
	w := pcapWriter{order: binary.LittleEndian}
	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pr.Close()
	defer pw.Close()
	write := func(b []byte) {
		t.Helper()
		if _, err := pw.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	write(w.header())
	s, err := OpenFiles([]string{"-"}, Options{Rules: mailRules, Stdin: pr})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, p := range packets {
		// A record and the first octets of the next one's header.
		record := w.record(nil, p)
		if i > 0 {
			record = record[5:]
		}
		if i+1 < len(packets) {
			record = append(record, w.record(nil, packets[i+1])[:5]...)
		}
		write(record)
		b, err := nextSome(s)
		if err != nil || b.Last != int64(i+1) {
			t.Fatalf("after %d packets: %+v, %v", i+1, b, err)
		}
		b.Release()
	}
	pw.Close()
	if _, err := nextSome(s); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
	if damage := s.Stats().Inputs[0].Damage; len(damage) > 0 {
		t.Errorf("damage %q", damage)
	}
}

// nextSome is Next until something came: a busy machine takes its time with what is in
// a pipe, and meanwhile that is quiet.
func nextSome(s Source) (*Batch, error) {
	for before := s.Stats().Packets; ; {
		b, err := s.Next()
		if err != nil || b.Last > before {
			return b, err
		}
		b.Release()
	}
}

// Close ends a Next that waits for a pipe.
func TestCloseWhileWaiting(t *testing.T) {
	pr, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pr.Close()
	defer pw.Close()
	if _, err := pw.Write(pcapWriter{order: binary.LittleEndian}.file(conversation(3, 1000))); err != nil {
		t.Fatal(err)
	}
	s, err := OpenFiles([]string{"-"}, Options{Rules: mailRules, Stdin: pr})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		for {
			b, err := nextSome(s)
			if err != nil {
				ended <- err
				return
			}
			b.Release()
			ended <- nil
		}
	}()
	if err := <-ended; err != nil {
		t.Fatalf("the packets there: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
	if st := s.Stats(); st.Packets != 3 || len(st.Inputs[0].Damage) > 0 {
		t.Errorf("read %+v", st)
	}
}

// Batches may be released late, out of order and elsewhere, and Stats may be
// asked for at any time: what the packets point to stays theirs.
func TestBatchesInOtherGoroutines(t *testing.T) {
	packets := conversation(3000, 1000)
	data := pcapWriter{order: binary.LittleEndian}.file(packets)
	want := expected("", nil, packets).Packets
	s, err := OpenFiles(writeFiles(t, data), Options{Rules: mailRules, blockSize: 2000})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var next int
	for {
		b, err := s.Next()
		if err == io.EOF {
			break
		}
		want := want[next : next+len(b.Packets)]
		next += len(b.Packets)
		wg.Go(func() {
			s.Stats()
			for i, p := range b.Packets {
				if string(p.Data) != want[i].Data || p.Frame != want[i].Frame {
					t.Errorf("packet %d is not what it was", want[i].Frame)
				}
			}
			b.Release()
		})
	}
	wg.Wait()
	if next != len(want) {
		t.Errorf("%d packets, want %d", next, len(want))
	}
}

// Blocks and batches go back to their pools: a file of any length takes few.
func TestMemoryIsReused(t *testing.T) {
	data := pcapWriter{order: binary.LittleEndian}.file(conversation(20000, 1000))
	s, err := OpenFiles(writeFiles(t, data), Options{Rules: mailRules, blockSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, s)
	fs := s.(*fileSource)
	if blocks, batches := len(fs.blocks.free), len(fs.batches.free); blocks > 2 || batches != 1 {
		t.Errorf("%d blocks and %d batches for %d KiB", blocks, batches, len(data)>>10)
	}
}
