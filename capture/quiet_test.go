package capture

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A pipe that is quiet does not hold up who reads it; what it brought before
// has come by then, and what it brings later comes as ever.
func TestQuietPipe(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("..", "pcaps", "kerberos-raw-on-587.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	want := framesOf(t, bytes.NewReader(whole))
	for _, cut := range []int{24, 24 + 7, 200, len(whole) - 1} { // behind the file header, within headers and a packet
		r, w := io.Pipe()
		go w.Write(whole[:cut])
		s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{587}}, Stdin: r})
		if err != nil {
			t.Fatal(err)
		}
		frames := int64(0)
		for quiet := 0; quiet < 2; {
			b, err := s.Next()
			if err != nil {
				t.Fatalf("cut at %d: %v while the pipe is open", cut, err)
			}
			if b.Last == frames {
				quiet++
			}
			frames = b.Last
			b.Release()
		}
		go func() {
			w.Write(whole[cut:])
			w.Close()
		}()
		for {
			b, err := s.Next()
			if err != nil {
				if err != io.EOF {
					t.Error(err)
				}
				break
			}
			frames = b.Last
			b.Release()
		}
		if st := s.Stats(); frames != want || len(st.Inputs[0].Damage) > 0 {
			t.Errorf("cut at %d: %d frames of %d, damage %q", cut, frames, want, st.Inputs[0].Damage)
		}
		s.Close()
	}
}

// Close while a pipe is quiet ends the source, and what was read is kept.
func TestCloseQuietPipe(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("..", "pcaps", "kerberos-raw-on-587.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	defer w.Close()
	go w.Write(whole)
	s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{587}}, Stdin: r})
	if err != nil {
		t.Fatal(err)
	}
	want, frames := framesOf(t, bytes.NewReader(whole)), int64(0)
	for empty := false; !empty || frames < want; { // all that comes is read, and then nothing does
		b, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		empty, frames = b.Last == frames, b.Last
		b.Release()
	}
	s.Close()
	if _, err := s.Next(); err != io.EOF {
		t.Errorf("after Close: %v", err)
	}
	if st := s.Stats(); st.Packets != want || len(st.Inputs[0].Damage) > 0 {
		t.Errorf("%d packets of %d, damage %q", st.Packets, want, st.Inputs[0].Damage)
	}
}

// What stands in a pipe at Close is not lost, nor what its writer, who is ended by
// the same Ctrl-C, still puts in.
func TestCloseAfterRead(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("..", "pcaps", "kerberos-raw-on-587.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	const last = 100
	want := framesOf(t, bytes.NewReader(whole))
	for range 50 {
		r, w := io.Pipe()
		go w.Write(whole[:24])
		s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{587}}, Stdin: r, linger: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(whole[24 : len(whole)-last]) // returns when all of it was taken
		s.Close()
		go func() {
			w.Write(whole[len(whole)-last:])
			w.Close()
		}()
		frames := int64(0)
		for {
			b, err := s.Next()
			if err != nil {
				break
			}
			frames = b.Last
			b.Release()
		}
		if frames != want {
			t.Fatalf("%d frames of %d", frames, want)
		}
		if s.(*fileSource).inputs[0].inlet.lapse.Load().Stop() {
			t.Fatal("the end of the pipe left its timer running")
		}
	}
}

func framesOf(t *testing.T, r io.Reader) (last int64) {
	t.Helper()
	s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{587}}, Stdin: r})
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := s.Next()
		if err != nil {
			return last
		}
		last = b.Last
		b.Release()
	}
}
